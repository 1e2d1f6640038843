"""The corpus's test split, every way it is typed: what was meant, what a reader heard, and the figures of both."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.corpus import Example
from nlp.heads import ALARMS, INTENTS, LANGUAGES, MOODS
from nlp.scoring import Floats, Ints, auc, calibration_error, macro_f1, recall_at
from nlp.training.augment import without_diacritics
from nlp.types import Intent, Language, Mood, Reader

Bools = NDArray[np.bool_]
Named = tuple[str, Ints, Callable[[Ints], float]]  # a figure's name, the rows it is over, and how it is had from some

FALSE_ALARMS = 0.03
_FEWEST = 30  # rows of a register that has figures of its own
_FEWEST_CALM = 15  # or urgent ones; fewer say nothing of a share of 3 %
# Where a problem told calmly is most easily mistaken for anger.
_PROBLEMS = frozenset({
    Intent.DELIVERY_PROBLEM, Intent.RETURN_REFUND, Intent.PAYMENT_PROBLEM, Intent.WARRANTY_REPAIR,
    Intent.ACCOUNT_PROBLEM, Intent.CHANGE_ORDER, Intent.CANCEL_ORDER, Intent.COMPLAINT,
})  # fmt: skip
POLARITIES = ("negative", "neutral", "positive")
_POLARITY = {
    Mood.HAPPY: "positive", Mood.GRATEFUL: "positive",
    Mood.ANGRY: "negative", Mood.FRUSTRATED: "negative", Mood.DISAPPOINTED: "negative", Mood.ANXIOUS: "negative",
}  # fmt: skip
# Mood's place -> its polarity's place.
_POLARITY_OF = np.array([POLARITIES.index(_POLARITY.get(mood, "neutral")) for mood in MOODS])


@dataclass(frozen=True, slots=True)
class Message:
    """One example in one spelling; `bare` when its diacritics were dropped here."""

    example: Example
    text: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """What the corpus says of messages, row by row: labels as places in their heads, alarms `[rows, alarms]`."""

    mood: Ints
    intent: Ints
    language: Ints
    escalate: Bools
    alarms: Bools
    calm: Bools  # a problem told calmly


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reader heard in the same messages; `confidence` is the probability of the mood it chose."""

    mood: Ints
    confidence: Floats
    anger: Floats
    intent: Ints
    language: Ints
    escalate: Bools
    escalate_score: Floats
    alarms: Bools
    unsure: Bools


def is_calm_problem(example: Example) -> bool:
    """A problem told calmly: neutral, no alarm, about something that went wrong or must be changed."""
    return example.mood is Mood.NEUTRAL and not example.alarms and example.intent in _PROBLEMS


def every_spelling(examples: Iterable[Example]) -> list[Message]:
    """The examples as they were written, then the Vietnamese ones once more without diacritics."""
    written = [Message(example, example.text) for example in examples]
    spoken = [message.example for message in written if message.example.language is Language.VI]
    return written + [Message(example, without_diacritics(example.text), bare=True) for example in spoken]


def slices(messages: Sequence[Message]) -> dict[str, Ints]:
    """Name -> the rows of a language, a spelling or a register; registers of fewer than 30 rows have none."""
    named: dict[str, list[int]] = {"all": [], "en": [], "vi": [], "vi_no_diacritics": []}
    registers: dict[str, list[int]] = {}
    for row, message in enumerate(messages):
        language = message.example.language
        if message.bare:
            named["vi_no_diacritics"].append(row)
        else:
            named["all"].append(row)
            named[language].append(row)
            registers.setdefault(f"{language}_{message.example.register}", []).append(row)
    named |= {name: rows for name, rows in sorted(registers.items()) if len(rows) >= _FEWEST}
    return {name: np.array(rows, dtype=np.int64) for name, rows in named.items() if rows}


def meant_by(messages: Sequence[Message]) -> Meant:
    """The corpus's labels as arrays."""
    examples = [message.example for message in messages]
    return Meant(
        mood=np.array([MOODS.index(e.mood) for e in examples], dtype=np.int64),
        intent=np.array([INTENTS.index(e.intent) for e in examples], dtype=np.int64),
        language=np.array([LANGUAGES.index(e.language) for e in examples], dtype=np.int64),
        escalate=np.array([e.escalate for e in examples], dtype=bool),
        alarms=np.array([[alarm in e.alarms for alarm in ALARMS] for e in examples], dtype=bool),
        calm=np.array([is_calm_problem(e) for e in examples], dtype=bool),
    )


def heard_by(reader: Reader, texts: Iterable[str]) -> Heard:
    """A reader's readings as arrays."""
    readings = [reader.read(text) for text in texts]
    return Heard(
        mood=np.array([MOODS.index(r.mood) for r in readings], dtype=np.int64),
        confidence=np.array([r.mood_scores[r.mood] for r in readings], dtype=np.float64),
        anger=np.array([r.mood_scores[Mood.ANGRY] for r in readings], dtype=np.float64),
        intent=np.array([INTENTS.index(r.intent) for r in readings], dtype=np.int64),
        language=np.array([LANGUAGES.index(r.language) for r in readings], dtype=np.int64),
        escalate=np.array([r.escalate for r in readings], dtype=bool),
        escalate_score=np.array([r.escalate_score for r in readings], dtype=np.float64),
        alarms=np.array([[alarm in r.alarms for alarm in ALARMS] for r in readings], dtype=bool),
        unsure=np.array([r.unsure for r in readings], dtype=bool),
    )


def figures(meant: Meant, heard: Heard, rows: Ints) -> Iterator[Named]:
    """The figures of a reader on some rows; one that has no rows is left out by the caller."""
    right = meant.mood == heard.mood
    yield "mood_macro_f1", rows, lambda r: macro_f1(meant.mood[r], heard.mood[r], len(MOODS))
    yield "mood_accuracy", rows, _share(right)
    yield "mood_calibration_error", rows, lambda r: calibration_error(heard.confidence[r], right[r])
    yield "intent_macro_f1", rows, lambda r: macro_f1(meant.intent[r], heard.intent[r], len(INTENTS))
    yield "intent_accuracy", rows, _share(meant.intent == heard.intent)
    yield "language_accuracy", rows, _share(meant.language == heard.language)
    yield "unsure", rows, _share(heard.unsure)
    yield "mood_accuracy_sure", rows[~heard.unsure[rows]], _share(right)
    yield "mood_accuracy_unsure", rows[heard.unsure[rows]], _share(right)
    yield from _alarm_figures(meant, heard, rows)
    yield from polarity_figures(meant, _POLARITY_OF[heard.mood], heard.anger, rows)


def _alarm_figures(meant: Meant, heard: Heard, rows: Ints) -> Iterator[Named]:
    """Who is brought a human: the verdict as served, the same at exactly 3 % false alarms, and each alarm by itself."""
    urgent, calm = rows[meant.escalate[rows]], rows[meant.calm[rows]]
    yield "escalate_recall", urgent, _share(heard.escalate)
    yield "escalate_false_alarms", calm, _share(heard.escalate)
    if min(len(urgent), len(calm)) >= _FEWEST_CALM:
        score = heard.escalate_score
        yield (
            "escalate_recall_at_3",
            np.concatenate([urgent, calm]),
            lambda r: recall_at(score[r[meant.escalate[r]]], score[r[meant.calm[r]]], FALSE_ALARMS),
        )
    for place, alarm in enumerate(ALARMS):
        there = meant.alarms[rows, place]
        yield f"{alarm}_recall", rows[there], _share(heard.alarms[:, place])
        yield f"{alarm}_false", rows[~there], _share(heard.alarms[:, place])


def polarity_figures(meant: Meant, polarity: Ints, anger: Floats, rows: Ints) -> Iterator[Named]:
    """What VADER can be asked as well: negative, neutral or positive; how well angry is told; calm called negative."""
    truth = _POLARITY_OF[meant.mood]
    yield "polarity_macro_f1", rows, lambda r: macro_f1(truth[r], polarity[r], len(POLARITIES))
    angry = meant.mood == MOODS.index(Mood.ANGRY)
    if 0 < angry[rows].sum() < len(rows):
        yield "angry_auc", rows, lambda r: auc(angry[r], anger[r]) if 0 < angry[r].sum() < len(r) else 1.0
    yield "calm_called_negative", rows[meant.calm[rows]], _share(polarity == POLARITIES.index("negative"))


def _share(held: Bools) -> Callable[[Ints], float]:
    return lambda rows: float(held[rows].mean())
