"""Temperatures and thresholds of the finished weights, set on the dev split and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.corpus import Example, of_split
from nlp.encoder import Thresholds, sigmoid, softmax
from nlp.heads import ALARMS, BRIGHTER, EMOTIONS, SEVERAL
from nlp.scoring import best_thresholds, threshold_at
from nlp.training.augment import without_diacritics
from nlp.training.lessons import lesson_of
from nlp.training.sets import Lesson, brighter, goemotions
from nlp.types import Alarm, Language, Mood, Reader

Score = Callable[[list[str]], dict[str, NDArray[np.float64]]]  # texts -> head -> logits [texts, labels]

FALSE_ALARMS = 0.03
_ALARM_RECALL = 0.95
# Never below: a wrong wish for a human costs the customer an answer, a missed danger may cost more.
_LEAST = {Alarm.DANGER: 0.25, Alarm.FRAUD: 0.4, Alarm.LEGAL_THREAT: 0.5, Alarm.HUMAN_WISH: 0.7}
_TEMPERATURES = np.geomspace(0.4, 4.0, 60)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns logits into probabilities, and probabilities into verdicts."""

    temperature: dict[str, float]
    thresholds: Thresholds


def as_typed(split_examples: Iterable[Example]) -> list[Lesson]:
    """Each example as it was written, the Vietnamese ones also without their diacritics."""
    lessons = []
    for example in split_examples:
        lessons.append(lesson_of(example, example.text, example.language))
        if example.language is Language.VI:
            lessons.append(lesson_of(example, without_diacritics(example.text), example.language))
    return lessons


def calibrate(score: Score, data: Path) -> Calibration:
    """Set temperatures and thresholds on the dev splits: GoEmotions', BRIGHTER's and the corpus's."""
    dev = of_split("dev")
    lessons = as_typed(dev)
    found = score([lesson.text for lesson in lessons])
    heads = ("mood", "intent", "language", "escalate", "alarms")
    temperature = {head: _temperature(head, found[head], _targets(head, lessons)) for head in heads}
    alarms = sigmoid(found["alarms"], temperature["alarms"])
    return Calibration(
        temperature=temperature,
        thresholds=Thresholds(
            emotions=_labelled(EMOTIONS, _best(score, goemotions(data, "dev"), "emotions")),
            # BRIGHTER's dev split has 115 rows, too few for five thresholds each by itself: one for all.
            brighter=dict.fromkeys(BRIGHTER, _one_for_all(score, brighter(data, "dev"))),
            alarms=_labelled(tuple(alarm.value for alarm in ALARMS), _for_recall(_targets("alarms", lessons), alarms)),
            escalate=1.0,  # set last, by `urgent_from`: it depends on all others
        ),
    )


def urgent_from(reader: Reader) -> float:
    """The escalate score from which a human is brought, for a reader that has all other thresholds.

    So low as calm people allow: of dev's calm messages at most 3 % may be escalated, those already counted that
    alarms or an angry mood escalate.
    """
    calm = [e for e in of_split("dev") if e.mood is Mood.NEUTRAL and not e.alarms]
    readings = [reader.read(lesson.text) for lesson in as_typed(calm)]
    spared = np.array([reading.escalate_score for reading in readings if not reading.escalate])
    if not len(spared):
        return 1.0
    allowed = FALSE_ALARMS * len(readings) - (len(readings) - len(spared))
    lowest = threshold_at(spared, max(0.0, allowed) / len(spared))
    return min(1.0, ceil(lowest * 10_000) / 10_000)  # never down: that would let one more through


def _targets(head: str, lessons: list[Lesson]) -> NDArray[np.float64]:
    return np.array([lesson.targets[head] for lesson in lessons], dtype=np.float64)


def _temperature(head: str, logits: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    """The temperature under which dev is likeliest (Guo et al. 2017)."""

    def surprise(temperature: float) -> float:
        if head in SEVERAL:
            p = sigmoid(logits, temperature)
            return float(-(targets * np.log(p + 1e-9) + (1 - targets) * np.log(1 - p + 1e-9)).mean())
        p = softmax(logits, temperature)
        return float(-np.log(p[np.arange(len(p)), targets.astype(int)] + 1e-9).mean())

    return float(min(_TEMPERATURES, key=surprise))


def _best(score: Score, lessons: list[Lesson], head: str) -> NDArray[np.float64]:
    return best_thresholds(_targets(head, lessons) > 0, sigmoid(score([lesson.text for lesson in lessons])[head]))


def _one_for_all(score: Score, lessons: list[Lesson]) -> float:
    truth = _targets("brighter", lessons) > 0
    scores = sigmoid(score([lesson.text for lesson in lessons])["brighter"])
    return float(best_thresholds(truth.reshape(-1, 1), scores.reshape(-1, 1))[0])


def _for_recall(truth: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Per alarm the threshold that finds most of them on dev, but none so low that chance would reach it."""
    wanted = [np.quantile(scores[truth[:, i] > 0, i], 1 - _ALARM_RECALL) for i in range(truth.shape[1])]
    return np.array(np.clip(wanted, [_LEAST[alarm] for alarm in ALARMS], 0.9), dtype=np.float64)


def _labelled(labels: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, float]:
    return {str(label): round(float(value), 4) for label, value in zip(labels, values, strict=True)}
