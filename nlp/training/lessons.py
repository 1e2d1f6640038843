"""What one epoch is taught: public sets and the corpus, freshly varied, cut into batches of like length."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from nlp.corpus import Example, of_split, other_languages
from nlp.heads import ALARMS, EMOTIONS, HEADS, INTENTS, LANGUAGES, MOODS, SEVERAL
from nlp.prepare import prepare
from nlp.training.augment import vary
from nlp.training.recipe import Recipe
from nlp.training.sets import Lesson, brighter, goemotions, subtitle_pairs, support_intents
from nlp.types import Language


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded pieces, their mask, and per head the targets with the rows they are known for."""

    ids: Tensor
    mask: Tensor
    targets: dict[str, tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class PairBatch:
    """Vietnamese texts and their translations, row by row."""

    vi: Batch
    en: Batch


def lesson_of(example: Example, text: str, language: Language) -> Lesson:
    """Everything an example of the corpus says, for one spelling of it."""
    return Lesson(
        text,
        {
            "mood": MOODS.index(example.mood),
            "intent": INTENTS.index(example.intent),
            "language": LANGUAGES.index(language),
            "escalate": (float(example.escalate),),
            "alarms": tuple(float(alarm in example.alarms) for alarm in ALARMS),
            "emotions": tuple(float(emotion in example.emotions) for emotion in EMOTIONS),
        },
    )


class Curriculum:
    """Draws the lessons of an epoch. The public sets come as they are, the corpus varied anew each time."""

    def __init__(self, data: Path, recipe: Recipe, more: Iterable[Example] = ()) -> None:
        self._recipe = recipe
        self._public = goemotions(data, "train")
        self._brighter = brighter(data, "train")
        self._intents = support_intents(data)
        self._corpus = (*of_split("train"), *more)
        self.pairs = [(e.text, e.english) for e in self._corpus if e.english] + subtitle_pairs(data)

    def epoch(self, number: int) -> list[Lesson]:
        """All lessons of epoch `number`, the same for the same recipe."""
        dice = random.Random(self._recipe.seed + number)
        public = self._public
        if number >= self._recipe.epochs:
            share = self._recipe.finish_public[number - self._recipe.epochs]
            public = [lesson for lesson in self._public if dice.random() < share] if share < 1 else self._public
            public = public + self._rare() * self._recipe.rare_repeats
        lessons = public + self._brighter * self._recipe.brighter_repeats
        lessons += [Lesson(vary(lesson.text, Language.EN, dice), lesson.targets) for lesson in self._intents]
        for _ in range(self._recipe.corpus_repeats):
            lessons += [lesson_of(e, vary(e.text, e.language, dice), e.language) for e in self._corpus]
        translated = [e for e in self._corpus if e.english]
        lessons += [lesson_of(e, vary(e.english, Language.EN, dice), Language.EN) for e in translated]
        other = LANGUAGES.index(Language.OTHER)
        return lessons + [Lesson(text, {"language": other}) for text in other_languages()]

    def _rare(self) -> list[Lesson]:
        """The public lessons with an emotion that few have."""
        tables = [lesson.targets["emotions"] for lesson in self._public]
        rows = [table for table in tables if isinstance(table, tuple)]
        rare = [place for place, count in enumerate(map(sum, zip(*rows, strict=True))) if count < self._recipe.rare]
        return [lesson for lesson, row in zip(self._public, rows, strict=True) if any(row[place] for place in rare)]


def batches(
    lessons: Iterable[Lesson], tokenizer: Tokenizer, size: int, dice: random.Random | None = None
) -> list[Batch]:
    """Lessons in batches of like length, so that little is padding; shuffled by `dice`, else in the given order."""
    listed = list(lessons)
    pieces = [encoding.ids for encoding in tokenizer.encode_batch([prepare(lesson.text) for lesson in listed])]
    order = list(range(len(listed)))
    if dice:
        dice.shuffle(order)
        order.sort(key=lambda place: len(pieces[place]) // 3)
    cut = [order[at : at + size] for at in range(0, len(order), size)]
    if dice:
        dice.shuffle(cut)
    return [_batch([listed[place] for place in rows], [pieces[place] for place in rows]) for rows in cut]


def pair_batches(pairs: list[tuple[str, str]], tokenizer: Tokenizer, size: int, dice: random.Random) -> list[PairBatch]:
    """Pairs in shuffled batches of like length, the Vietnamese side freshly varied."""
    varied = [(Lesson(vary(vi, Language.VI, dice)), Lesson(en)) for vi, en in pairs]
    dice.shuffle(varied)
    varied.sort(key=lambda pair: len(pair[0].text) // 12)
    cut = [varied[at : at + size] for at in range(0, len(varied), size)]
    dice.shuffle(cut)
    return [PairBatch(*(batches(side, tokenizer, size)[0] for side in zip(*rows, strict=True))) for rows in cut]


def _batch(lessons: list[Lesson], pieces: list[list[int]]) -> Batch:
    longest = max(map(len, pieces))
    ids = torch.zeros(len(pieces), longest, dtype=torch.long)
    for row, found in enumerate(pieces):
        ids[row, : len(found)] = torch.tensor(found)
    return Batch(ids, (ids != 0).long(), {head: t for head in HEADS if (t := _targets(head, lessons)) is not None})


def _targets(head: str, lessons: list[Lesson]) -> tuple[Tensor, Tensor] | None:
    rows = [row for row, lesson in enumerate(lessons) if head in lesson.targets]
    if not rows:
        return None
    values = [lessons[row].targets[head] for row in rows]
    return torch.tensor(values, dtype=torch.float if head in SEVERAL else torch.long), torch.tensor(rows)
