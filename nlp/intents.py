"""Keyword intents: what a message asks for, by phrases of data/en_intents.tsv and data/vi_intents.tsv."""

from collections.abc import Mapping
from functools import cache
from math import exp

from nlp.phrases import PhraseBook, phrases, rows
from nlp.text import Tokens
from nlp.types import Intent, Language

_SHARPNESS = 0.9
_FLOOR = -1.2
# A message about something concrete is about that, however it is worded: thanks, greetings and grumbling come second.
_SMALL_TALK = {Intent.GREETING: 0.25, Intent.PRAISE: 0.45, Intent.COMPLAINT: 0.75}


@cache
def _book(language: Language) -> PhraseBook[tuple[Intent, float]]:
    listed, classes = rows(f"{language}_intents.tsv")
    patterns = (
        (phrase, (Intent(intent), float(weight))) for intent, weight, cell in listed for phrase in phrases(cell)
    )
    return PhraseBook(patterns, classes)


def weigh_intents(tokens: Tokens, language: Language) -> dict[Intent, float]:
    """The evidence for each intent that the words give; intents without any are left out."""
    best: dict[Intent, list[float]] = {}
    for found in _book(language).find(tokens):
        intent, weight = found.value
        best.setdefault(intent, []).append(weight + 0.25 * (found.end - found.start - 1))
    # The strongest phrase counts in full, each further one adds little: repeating a word is no new evidence.
    evidence = {intent: max(weights) + 0.25 * min(4, len(weights) - 1) for intent, weights in best.items()}
    if any(intent not in _SMALL_TALK for intent in evidence):
        evidence = {intent: weight * _SMALL_TALK.get(intent, 1.0) for intent, weight in evidence.items()}
    return evidence


def intent_scores(evidence: Mapping[Intent, float]) -> dict[Intent, float]:
    """Every intent with its share of 1; without evidence `other` leads weakly."""
    raised = {intent: exp(_SHARPNESS * evidence.get(intent, _FLOOR)) for intent in Intent}
    raised[Intent.OTHER] += exp(_SHARPNESS * 0.8)
    total = sum(raised.values())
    return {intent: weight / total for intent, weight in raised.items()}
