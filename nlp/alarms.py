"""Alarms: danger to a person, legal threat, fraud under way, the wish for a human. Recall before precision."""

from dataclasses import dataclass
from functools import cache

from nlp.language import language_of_words
from nlp.phrases import Found, PhraseBook, phrases, rows
from nlp.text import Tokens, normalise, tokens, word_sets, words
from nlp.types import Alarm, Language

# How many words before an alarm a negation silences it.
_REACH = 3
# What kind of danger it is decides what helps.
_DANGERS = frozenset({Alarm.SELF_HARM, Alarm.INJURY})


@dataclass(frozen=True, slots=True)
class Cue:
    """What a row of data/*_alarms.tsv says; `alarm` is None for a harmless use."""

    alarm: Alarm | None
    guarded: bool


@cache
def _book(language: Language) -> PhraseBook[Cue]:
    listed, classes = rows(f"{language}_alarms.tsv")
    cues = ((Cue(None if alarm == "-" else Alarm(alarm), guard == "guarded"), cell) for alarm, guard, cell in listed)
    return PhraseBook(((phrase, cue) for cue, cell in cues for phrase in phrases(cell)), classes)


def alarms_in(text: str) -> frozenset[Alarm]:
    """The alarms that a message raises by itself, in either language, with or without diacritics."""
    language, certainty = language_of_words(words(text))
    normalised = normalise(text)
    heard: frozenset[Alarm] = frozenset()
    for spoken in languages_to_try(language, certainty):
        heard |= alarms_of(tokens(normalised, teencode=spoken is Language.VI), spoken)
    return heard


def languages_to_try(language: Language, certainty: float) -> tuple[Language, ...]:
    """The phrase books to open for a message: one language's when it is clear, both when it is not."""
    if certainty >= 0.75 and language is not Language.OTHER:
        return (language,)
    return (Language.EN, Language.VI)


def alarms_of(read: Tokens, language: Language) -> frozenset[Alarm]:
    """As `alarms_in`, for tokens cut before and one language's phrases."""
    found = list(_book(language).find(read))
    harmless = [place for place in found if place.value.alarm is None]
    heard = frozenset(
        place.value.alarm
        for place in found
        if place.value.alarm is not None
        and not any(other.start < place.end and place.start < other.end for other in harmless)
        and not (place.value.guarded and _negated(place, read, language))
    )
    return heard | {Alarm.DANGER} if heard & _DANGERS else heard


def _negated(place: Found[Cue], read: Tokens, language: Language) -> bool:
    for before in range(place.start - 1, max(-1, place.start - 1 - _REACH), -1):
        word = read.folded[before] if language is Language.EN else read.exact[before]
        if word in word_sets("words.tsv")[f"{language}.denies_alarm"]:
            # "why don't you", "can't I": a question, not a denial.
            return read.folded[before + 1] not in ("you", "i", "we")
        if word in word_sets("words.tsv")[f"{language}.walls"] or before + 1 in read.breaks:
            return False
    return False
