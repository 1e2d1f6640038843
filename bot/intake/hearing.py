"""Voice messages get their words before their turn begins, outside the lanes and the turns at work."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.domain.incoming import Attachment, AttachmentKind, Incoming
from nlp.listening import ListeningService, NotHeard
from nlp.types import Unheard

# The sound of an attachment, from the channel it came by. Raises NotHeard.
Fetch = Callable[[Attachment], Awaitable[bytes]]
HEARD = "heard"
_LISTENED_TO = frozenset({AttachmentKind.VOICE, AttachmentKind.AUDIO})


class Hearing:
    """Turns what was spoken into text. Whatever goes wrong, the message goes on, with the reason at its attachment.

    `fetch` is by channel; what came by another one, as the simulator's stand-ins, has no sound. `count` is told how
    each voice message ended: heard, or why not.
    """

    def __init__(
        self, service: ListeningService | None, fetch: Mapping[str, Fetch], count: Callable[[str], None]
    ) -> None:
        self._service, self._fetch, self._count = service, fetch, count

    async def __call__(self, incoming: Incoming) -> Incoming:
        """The message with its spoken words in its text, behind those that were written."""
        fetch = self._fetch.get(incoming.channel)
        if self._service is None or fetch is None or not incoming.attachments:
            return incoming
        heard = [
            await self._heard(one, fetch, self._service) if one.kind in _LISTENED_TO else one
            for one in incoming.attachments
        ]
        words = filter(None, (incoming.text, *(one.transcript for one in heard)))
        return replace(incoming, text="\n".join(words), attachments=tuple(heard))

    async def _heard(self, voice: Attachment, fetch: Fetch, service: ListeningService) -> Attachment:
        try:
            if voice.seconds > service.longest_s:
                raise NotHeard(Unheard.TOO_LONG)
            found = await service.hear(await fetch(voice))
        except NotHeard as error:
            self._count(error.why.value)
            return replace(voice, unheard=error.why)
        self._count(HEARD)
        return replace(voice, transcript=found.text, anger=found.anger)
