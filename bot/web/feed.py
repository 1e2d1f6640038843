"""News inside the process: pages hear that a conversation moved and read it again from the database."""

from collections.abc import Callable

EVERYTHING = "*"


class Feed:
    """Publish and subscribe by conversation address. Lives on the event loop; carries no content."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def subscribe(self, conversation: str, call: Callable[[], None]) -> Callable[[], None]:
        """Call `call` (cheap, not blocking) at each news of `conversation`, or of EVERYTHING.

        Returns the function that ends the subscription; calling it twice is harmless.
        """
        self._listeners.setdefault(conversation, []).append(call)

        def unsubscribe() -> None:
            listeners = self._listeners.get(conversation, [])
            if call in listeners:
                listeners.remove(call)
            if not listeners:
                self._listeners.pop(conversation, None)

        return unsubscribe

    def notify(self, conversation: str) -> None:
        """Tell everybody who listens to this conversation, and everybody who listens to all."""
        for topic in dict.fromkeys((conversation, EVERYTHING)):
            for call in tuple(self._listeners.get(topic, ())):
                call()
