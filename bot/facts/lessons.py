"""Corrected messages as lines of the corpus: what `thau corrections` writes for the next training."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.facts.masking import masked
from nlp.text import fold, shouting, word_sets, words
from nlp.types import Emotion, Language, Mood
from storage.corrections import CorrectedWords
from storage.tables import Correction
from storage.work import Work

SCENARIO = "corrections"
# What a mood is felt as, at the least. The emotions that were read belong to the mood that was wrong.
_FELT = {
    Mood.ANGRY: Emotion.ANGER,
    Mood.FRUSTRATED: Emotion.ANNOYANCE,
    Mood.DISAPPOINTED: Emotion.DISAPPOINTMENT,
    Mood.ANXIOUS: Emotion.NERVOUSNESS,
    Mood.CONFUSED: Emotion.CONFUSION,
    Mood.NEUTRAL: Emotion.NEUTRAL,
    Mood.CURIOUS: Emotion.CURIOSITY,
    Mood.HAPPY: Emotion.JOY,
    Mood.GRATEFUL: Emotion.GRATITUDE,
}


@dataclass(slots=True)
class Lessons:
    """The lines, how many corrections have none and why, and how often which mood was read for which.

    `withheld`: the customer has not said yes, or the row was stripped. `unfit`: the words have expired, were changed
    after the correction, or are in a language the corpus has not.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    withheld: int = 0
    unfit: int = 0
    moods: Counter[tuple[str, str]] = field(default_factory=Counter)


async def lessons(work: Work, brand: str, since: datetime | None = None) -> Lessons:
    """Every correction of the brand from `since` on, the words of customers who said yes with them, masked."""
    found = Lessons()
    for row in await work.corrections.with_words(brand, since):
        found.moods[row.correction.read, row.correction.mood] += 1
        if not row.allowed:
            found.withheld += 1
        elif not _teaches(row):
            found.unfit += 1
        else:
            names = await work.corrections.names(brand, row.correction.customer_id)
            found.rows.append(_line(row.correction, masked(row.text, names)))
    return found


def register_of(text: str, language: Language) -> str:
    """How a message is typed, in the corpus' words, as far as its spelling shows it."""
    if shouting(text):
        return "caps" if language is Language.EN else "plain"
    if language is not Language.VI:
        return "plain"
    typed = words(text)
    if any(word in word_sets("language_words.tsv")["teencode"] for word in typed):
        return "teencode"
    return "nodia" if all(fold(word) == word for word in typed) else "plain"


def _teaches(row: CorrectedWords) -> bool:
    spoken = row.correction.heard.get("language")
    return bool(row.text.strip()) and not row.edited and spoken in (Language.EN, Language.VI)


def _line(correction: Correction, text: str) -> dict[str, Any]:
    language, mood = Language(correction.heard["language"]), Mood(correction.mood)
    return {
        "id": f"correction-{correction.id}",
        "scenario": SCENARIO,
        "split": "train",
        "mood": mood.value,
        "intent": correction.heard["intent"],
        "alarms": correction.heard["alarms"],
        "emotions": [_FELT[mood].value],
        "register": register_of(text, language),
        "text": text,
        "language": language.value,
    }
