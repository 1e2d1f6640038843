"""The shipped encoder as a reader: its figures, the lexicon's exact finds, and one reading of both."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Encoder, Logits, Manifest, sigmoid, softmax
from nlp.heads import ALARMS, EMOTIONS, INTENTS, LANGUAGES, MOODS
from nlp.language import language_by_script
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
_ALARMED = 0.95  # the least escalate_score of a message with an alarm


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
        if not self._encoder.knows(pieces):
            return by_phrase
        return self._reading(text, self._encoder.logits_of(pieces), by_phrase)

    def _reading(self, text: str, logits: Logits, by_phrase: Reading) -> Reading:
        moods = _named(MOODS, softmax(logits["mood"], self._temperature["mood"]))
        intents = _named(INTENTS, softmax(logits["intent"], self._temperature["intent"]))
        emotions = _named(EMOTIONS, sigmoid(logits["emotions"]))
        alarms = by_phrase.alarms | self._alarms(logits)
        escalate = float(sigmoid(logits["escalate"], self._temperature["escalate"])[0])
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
            escalate=mood is Mood.ANGRY or bool(alarms) or escalate >= self._thresholds.escalate,
            escalate_score=max(escalate, _ALARMED if alarms else 0.0),
            alarms=alarms,
            confidence=confidence,
            unsure=confidence < self._unsure_below,
            source=Source.ENCODER,
        )

    def _alarms(self, logits: Logits) -> frozenset[Alarm]:
        scores = sigmoid(logits["alarms"], self._temperature["alarms"])
        return frozenset(
            alarm for alarm, score in zip(ALARMS, scores, strict=True) if score >= self._thresholds.alarms[alarm]
        )

    def _felt(self, scores: Mapping[Emotion, float]) -> tuple[Emotion, ...]:
        felt = (emotion for emotion in EMOTIONS if scores[emotion] >= self._thresholds.emotions[emotion])
        return tuple(sorted(felt, key=scores.__getitem__, reverse=True)) or (Emotion.NEUTRAL,)

    def _language(self, text: str, logits: Logits, by_phrase: Reading) -> Language:
        """What the letters prove; else what the encoder hears."""
        proven = language_by_script(words(text))
        return proven or _top(_named(LANGUAGES, softmax(logits["language"], self._temperature["language"])))


def intensity_of(moods: Mapping[Mood, float], by_phrase: Reading) -> float:
    """How strongly something is felt, 0..1: what the moods stir by their shares, more where the words are loud."""
    stirred = sum(_STIR[mood] * share for mood, share in moods.items())
    return min(1.0, max(stirred, (stirred + by_phrase.intensity) / 2))


def _named(labels: Iterable[L], scores: NDArray[np.float64]) -> dict[L, float]:
    return {label: float(score) for label, score in zip(labels, scores, strict=True)}


def _top(scores: Mapping[L, float]) -> L:
    return max(scores, key=scores.__getitem__)
