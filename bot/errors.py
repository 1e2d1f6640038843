"""The error tree: each error knows what a customer, an agent and an operator may read."""


class SupportError(Exception):
    """The root of everything Thấu raises on purpose. The message is for the operator.

    `customer_text` names a text of config.yaml (never free words); `agent_note` is for staff.
    """

    customer_text = "went_wrong"
    agent_note = "Something went wrong; the log has the details."


class SettingsError(SupportError):
    """config.yaml or the environment says something that can not be: names file, key, value, allowed."""


class Busy(SupportError):
    """The intake is full; the sender should wait and try again (Telegram does)."""

    customer_text = "busy"


class NotAllowed(SupportError):
    """Somebody asked for something that is not theirs to do: staff and admin rights end here."""

    customer_text = "not_yours"
    agent_note = "You have no right to do this."


class Stale(SupportError):
    """The thing acted on has changed or is gone: an old button, a case somebody else claimed."""

    customer_text = "stale_button"
    agent_note = "This has changed meanwhile."


class NotFound(SupportError):
    """There is no such thing."""

    customer_text = "not_found"
    agent_note = "There is no such thing here."


class DeliveryError(SupportError):
    """A channel could not deliver a message."""


class RetryLater(DeliveryError):
    """The other side asks to wait, or is broken for now. `after` is in seconds."""

    def __init__(self, why: str, after: float) -> None:
        super().__init__(why)
        self.after = after


class Refused(DeliveryError):
    """The other side will never take this message: blocked bot, deleted chat, bad content."""


class Ambiguous(DeliveryError):
    """Sent or not? The answer was lost after the request left: never repeat blindly."""
