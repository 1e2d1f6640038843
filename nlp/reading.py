"""The shipped encoder as a reader. The lexicon is heard beside it: two opinions are better than the better one.

The encoder knows how people say what no list of phrases holds; a phrase of the shop's own words is exact where it fits.
Their opinions are pooled as Genest & Zidek (1986) describe, and an encoder that is sure is hardly moved.
"""

from collections.abc import Iterable, Mapping
from math import exp
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder, Logits, Manifest, sigmoid, softmax
from nlp.heads import ALARMS, EMOTIONS, INTENTS, LANGUAGES, MOODS
from nlp.language import language_by_script, language_of_words
from nlp.lexicon import LexiconReader
from nlp.text import words
from nlp.types import Alarm, Emotion, Language, Mood, Reading, Source

L = TypeVar("L")

# How much a mood stirs, 0..1: fury most, a question little. After Russell's circumplex of affect (1980).
_STIR = {
    Mood.ANGRY: 1.0,
    Mood.FRUSTRATED: 0.7,
    Mood.ANXIOUS: 0.7,
    Mood.HAPPY: 0.6,
    Mood.DISAPPOINTED: 0.55,
    Mood.GRATEFUL: 0.5,
    Mood.CONFUSED: 0.35,
    Mood.CURIOUS: 0.3,
    Mood.NEUTRAL: 0.0,
}
# What the lexicon's opinion weighs beside the encoder's, set where the dev split was likeliest.
_WEIGHT_OF_MOOD, _WEIGHT_OF_INTENT = 0.4, 0.5
# What a phrase that raises an alarm adds to the log odds of escalation.
_WEIGHT_OF_ALARM = 1.5
# Below this likelihood of any need for a human, a phrase is taken for chance ("batteries", "opt out in person").
_HARMLESS = 0.05
# So few words are mostly "ok", a name or a number: they keep the shop's language unless the word lists know them.
_FEW = 3
_TOLD = 0.6
_LEAST = 1e-6  # no opinion rules anything out


class EncoderReader:
    """Reads with the encoder. `unsure_below` is the confidence under which a reading is marked unsure."""

    def __init__(
        self, encoder: Encoder, manifest: Manifest, lexicon: LexiconReader, *, unsure_below: float = 0.5
    ) -> None:
        self._encoder = encoder
        self._temperature = manifest.temperature
        self._thresholds = manifest.thresholds
        self._lexicon = lexicon
        self._unsure_below = unsure_below

    def read(self, text: str) -> Reading:
        """Read one message, any string, in some milliseconds; one without a known word is read by the lexicon."""
        by_phrase = self._lexicon.read(text)
        pieces = self._encoder.pieces(text)
        if _is_code(text) or not self._encoder.knows(pieces):
            return by_phrase
        return self._reading(text, self._encoder.logits_of(pieces), by_phrase)

    def _reading(self, text: str, logits: Logits, by_phrase: Reading) -> Reading:
        moods = _pooled(self._shares("mood", logits, MOODS), by_phrase.mood_scores, _WEIGHT_OF_MOOD)
        intents = _pooled(self._shares("intent", logits, INTENTS), by_phrase.intent_scores, _WEIGHT_OF_INTENT)
        emotions = _named(EMOTIONS, sigmoid(logits["emotions"]))
        escalate = float(sigmoid(logits["escalate"], self._temperature["escalate"])[0])
        alarming = _named(ALARMS, sigmoid(logits["alarms"], self._temperature["alarms"]))
        need = 1 - (1 - escalate) * (1 - moods[Mood.ANGRY]) * (1 - max(alarming.values()))
        alarms = self._alarms(alarming, by_phrase, need)
        mood, intent = _top(moods), _top(intents)
        confidence = (moods[mood] + intents[intent]) / 2
        return Reading(
            language=self._language(text, logits, by_phrase),
            mood=mood,
            mood_scores=moods,
            emotions=self._felt(emotions),
            emotion_scores=emotions,
            intent=intent,
            intent_scores=intents,
            intensity=intensity_of(moods, by_phrase),
            escalate=mood is Mood.ANGRY or bool(alarms) or need >= self._thresholds.escalate,
            escalate_score=_moved(need, _WEIGHT_OF_ALARM if alarms & by_phrase.alarms else 0.0),
            alarms=alarms,
            confidence=confidence,
            unsure=confidence < self._unsure_below,
            source=Source.ENCODER,
        )

    def _shares(self, head: str, logits: Logits, labels: Iterable[L]) -> dict[L, float]:
        return _named(labels, softmax(logits[head], self._temperature[head]))

    def _alarms(self, scores: Mapping[Alarm, float], by_phrase: Reading, need: float) -> frozenset[Alarm]:
        heard = frozenset(alarm for alarm, score in scores.items() if score >= self._thresholds.alarms[alarm])
        # Where a life may be in danger a phrase is believed, however harmless it sounds to the encoder.
        believed = need >= _HARMLESS or Alarm.DANGER in by_phrase.alarms
        return heard | by_phrase.alarms if believed else heard

    def _felt(self, scores: Mapping[Emotion, float]) -> tuple[Emotion, ...]:
        felt = (emotion for emotion in EMOTIONS if scores[emotion] >= self._thresholds.emotions[emotion])
        return tuple(sorted(felt, key=scores.__getitem__, reverse=True)) or (Emotion.NEUTRAL,)

    def _language(self, text: str, logits: Logits, by_phrase: Reading) -> Language:
        """What the letters prove, what a few words tell by themselves; else what the encoder hears."""
        found = words(text)
        proven = language_by_script(found)
        if proven or len(found) < _FEW or language_of_words(found)[1] >= _TOLD:
            return proven or by_phrase.language
        return _top(self._shares("language", logits, LANGUAGES))


def intensity_of(moods: Mapping[Mood, float], by_phrase: Reading) -> float:
    """How strongly something is felt, 0..1: what the moods stir by their shares, more where the words are loud."""
    stirred = sum(_STIR[mood] * share for mood, share in moods.items())
    return min(1.0, max(stirred, (stirred + by_phrase.intensity) / 2))


def _named(labels: Iterable[L], scores: NDArray[np.float64]) -> dict[L, float]:
    return {label: float(score) for label, score in zip(labels, scores, strict=True)}


def _is_code(text: str) -> bool:
    """Whether a message is nothing but order codes, numbers and commands."""
    return all(any(map(str.isdigit, part)) or part.startswith("/") for part in text.split())


def _pooled(own: Mapping[L, float], other: Mapping[L, float], weight: float) -> dict[L, float]:
    """The logarithmic pool of two opinions over the same labels; sums to 1."""
    pooled = {label: share * max(other[label], _LEAST) ** weight for label, share in own.items()}
    total = sum(pooled.values())
    return {label: share / total for label, share in pooled.items()}


def _moved(share: float, by: float) -> float:
    """A probability whose log odds are moved."""
    odds = share / max(1 - share, _LEAST) * exp(by)
    return odds / (1 + odds)


def _top(scores: Mapping[L, float]) -> L:
    return max(scores, key=scores.__getitem__)
