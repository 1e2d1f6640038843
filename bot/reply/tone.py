"""Which wording of a text to use: by tone, and varied without chance so that the past replays the same."""

from collections.abc import Mapping
from typing import TypeVar
from zlib import crc32

from bot.domain.decision import Tone

T = TypeVar("T")


def variants_in(tones: Mapping[Tone, tuple[T, ...]], tone: Tone) -> tuple[T, ...]:
    """The wordings of a tone; those of warm where a text has none of its own for it."""
    return tones.get(tone, tones[Tone.WARM])


def turn_of(conversation: str, key: str, said: int) -> int:
    """A number that picks a wording: stable per conversation and text, one further each time it was said before.

    Two wordings or more therefore never repeat the last one.
    """
    return crc32(f"{conversation}\n{key}".encode()) + said
