"""Voice messages: which attachments speak, and which of them have words. Pure."""

from collections.abc import Iterable

from bot.domain.incoming import Attachment, AttachmentKind, Incoming

SPOKEN = frozenset({AttachmentKind.VOICE, AttachmentKind.AUDIO, AttachmentKind.VIDEO_NOTE})
SIGN = "🎤"  # before words that were spoken, wherever staff read them


def unheard_in(incoming: Incoming) -> tuple[Attachment, ...]:
    """What was spoken in a message and nobody here could put into words."""
    return tuple(one for one in incoming.attachments if one.kind in SPOKEN and not one.transcript)


def transcripts_in(incoming: Incoming) -> tuple[str, ...]:
    """What was spoken in a message, in words; its text holds them too."""
    return tuple(one.transcript for one in incoming.attachments if one.transcript)


def anger_in(incoming: Incoming) -> float | None:
    """The angriest voice of a message, 0..1; None where nobody listened for it."""
    return max((one.anger for one in incoming.attachments if one.anger is not None), default=None)


def marked(text: str, transcripts: Iterable[str]) -> str:
    """A message's text with a sign before each part of it that was spoken, in order."""
    start = 0
    for words in transcripts:
        place = text.find(words, start)
        if place >= 0:
            text = f"{text[:place]}{SIGN} {text[place:]}"
            start = place + len(SIGN) + 1 + len(words)
    return text
