"""What an epoch is taught, and how it is cut into batches."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from nlp.heads import ALARMS, HEADS, INTENTS, LANGUAGES, MOODS
from nlp.prepare import prepare
from nlp.training.lessons import Batch, Curriculum, batches, lesson_of, pair_batches
from nlp.training.sets import Lesson
from nlp.training.vocabulary import build_tokenizer
from nlp.types import Alarm, Intent, Language, Mood
from tests.nlp.training.tiny import PAIRS, RECIPE, corpus, example, pieces_of, write_sets

TEXTS = [f"{'where is my order ' * (number % 4)}n{number}" for number in range(21)]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    typed = [prepare(text) for pair in PAIRS for text in pair]
    return build_tokenizer(pieces_of(tmp_path_factory.mktemp("base"), typed)[0], RECIPE.longest)


@pytest.fixture
def curriculum(tmp_path: Path, tiny_corpus: None) -> Curriculum:
    return Curriculum(write_sets(tmp_path / "data"), RECIPE)


def _heard(ids: torch.Tensor, tokenizer: Tokenizer) -> list[str]:
    return [tokenizer.decode(row.tolist(), skip_special_tokens=True) for row in ids]


# ---- one example, one epoch ----


def test_a_lesson_says_everything_of_an_example() -> None:
    told = example("Tôi sẽ kiện", Mood.DISAPPOINTED, Alarm.LEGAL_THREAT, english="I will sue")
    targets = lesson_of(told, "toi se kien", Language.VI).targets
    assert targets.keys() == HEADS.keys() - {"brighter"}
    assert targets["mood"] == MOODS.index(Mood.DISAPPOINTED)
    assert targets["intent"] == INTENTS.index(Intent.TRACK_ORDER)
    assert targets["language"] == LANGUAGES.index(Language.VI)
    assert targets["escalate"] == (1.0,)  # for its alarm; the mood alone would not
    assert targets["alarms"] == tuple(float(alarm is Alarm.LEGAL_THREAT) for alarm in ALARMS)
    assert lesson_of(replace(told, alarms=frozenset()), "", Language.VI).targets["escalate"] == (0.0,)


def test_an_epoch_holds_every_set_as_often_as_the_recipe_says(curriculum: Curriculum) -> None:
    counts = Counter(tuple(lesson.targets) for lesson in curriculum.epoch(0))
    own, translated = len(corpus("train")), sum(bool(told.english) for told in corpus("train"))
    assert counts == {
        ("emotions",): 12,
        ("brighter",): 2 * RECIPE.brighter_repeats,
        ("intent", "language"): 5,
        ("language",): 1,
        tuple(lesson_of(corpus("train")[0], "", Language.EN).targets): own * RECIPE.corpus_repeats + translated,
    }


def test_in_the_finishing_epoch_rare_emotions_come_more_often(curriculum: Curriculum) -> None:
    def angry(epoch: int) -> int:
        return sum(lesson.text.startswith("He said") for lesson in curriculum.epoch(epoch))

    assert (angry(RECIPE.epochs - 1), angry(RECIPE.epochs)) == (5, 5 + 5 * RECIPE.rare_repeats)
    grown = len(curriculum.epoch(RECIPE.epochs)) - len(curriculum.epoch(0))
    assert grown == 5 * RECIPE.rare_repeats  # and nothing else does


def test_a_finishing_epoch_may_hear_only_a_part_of_the_public_rows(tmp_path: Path, tiny_corpus: None) -> None:
    recipe = replace(RECIPE, finish_public=(1.0, 0.3))
    curriculum = Curriculum(write_sets(tmp_path / "data"), recipe)
    whole, part = (
        Counter(tuple(lesson.targets) for lesson in curriculum.epoch(recipe.epochs + number)) for number in (0, 1)
    )
    of_goemotions = ("emotions",)
    rare = 5 * recipe.rare_repeats
    assert rare <= part.pop(of_goemotions) < whole.pop(of_goemotions) == 12 + rare
    assert part == whole


def test_a_translation_is_taught_as_english(curriculum: Curriculum) -> None:
    english, thanks = LANGUAGES.index(Language.EN), MOODS.index(Mood.GRATEFUL)
    spoken = Counter(
        lesson.targets["language"] == english for lesson in curriculum.epoch(0) if lesson.targets.get("mood") == thanks
    )
    assert spoken == {True: 1, False: RECIPE.corpus_repeats}


def test_an_epoch_is_the_same_each_time_and_the_next_is_varied_anew(curriculum: Curriculum) -> None:
    assert curriculum.epoch(1) == curriculum.epoch(1)
    assert any(curriculum.epoch(0) != curriculum.epoch(number) for number in (1, 2, 3))


def test_the_pairs_are_the_corpus_translations_and_the_subtitles(curriculum: Curriculum) -> None:
    assert curriculum.pairs == [(told.text, told.english) for told in corpus("train") if told.english] + PAIRS


def test_further_examples_are_taught_too(tmp_path: Path, tiny_corpus: None) -> None:
    further = example("Cái này hỏng", Mood.FRUSTRATED, english="This one is broken")
    taught = Curriculum(write_sets(tmp_path / "data"), RECIPE, [further])
    assert ("Cái này hỏng", "This one is broken") in taught.pairs
    moods = [lesson.targets.get("mood") for lesson in taught.epoch(0)]
    assert moods.count(MOODS.index(Mood.FRUSTRATED)) == RECIPE.corpus_repeats + 1


# ---- batches ----


@pytest.mark.parametrize("dice", [None, lambda: random.Random(1)])
def test_every_row_comes_once(tokenizer: Tokenizer, dice: Callable[[], random.Random] | None) -> None:
    found = batches([Lesson(text) for text in TEXTS], tokenizer, 8, dice() if dice else None)
    assert sorted(len(batch.ids) for batch in found) == [5, 8, 8]
    heard = [text for batch in found for text in _heard(batch.ids, tokenizer)]
    expected = _heard(torch.tensor([_padded(tokenizer, text) for text in TEXTS]), tokenizer)
    assert Counter(heard) == Counter(expected)
    assert (heard == expected) is (dice is None)  # in the given order, or shuffled


def test_padding_is_masked(tokenizer: Tokenizer) -> None:
    (batch,) = batches([Lesson("order"), Lesson("where is my order ?"), Lesson("")], tokenizer, 8)
    assert batch.mask.tolist() == [[1] * 3 + [0] * 4, [1] * 7, [1] * 2 + [0] * 5]
    assert (batch.ids == 0).equal(batch.mask == 0)


def test_shuffled_batches_hold_texts_of_like_length(tokenizer: Tokenizer) -> None:
    found = batches([Lesson(text) for text in TEXTS * 4], tokenizer, 8, random.Random(1))
    plain = batches([Lesson(text) for text in TEXTS * 4], tokenizer, 8)
    assert _padding(found) < 0.6 * _padding(plain)


def test_targets_are_those_of_the_rows_that_know_them(tokenizer: Tokenizer) -> None:
    lessons = [
        Lesson("a", {"mood": 3}),
        Lesson("b", {"escalate": (1.0,)}),
        Lesson("c", {"mood": 5, "alarms": (0.0, 1.0, 0.0, 0.0)}),
    ]
    (batch,) = batches(lessons, tokenizer, 8)
    assert batch.targets.keys() == {"mood", "escalate", "alarms"}
    moods, rows = batch.targets["mood"]
    assert (moods.tolist(), rows.tolist(), moods.dtype) == ([3, 5], [0, 2], torch.long)
    alarms, rows = batch.targets["alarms"]
    assert (alarms.tolist(), rows.tolist(), alarms.dtype) == ([[0, 1, 0, 0]], [2], torch.float)


def test_pairs_stay_side_by_side(tokenizer: Tokenizer) -> None:
    pairs = [(f"{number} hàng bị vỡ{' tệ quá' * (number % 5)}", f"{number} broken") for number in range(1, 10)]
    found = pair_batches(pairs, tokenizer, 4, random.Random(2))
    assert sorted(len(batch.vi.ids) for batch in found) == [1, 4, 4]
    numbers = [
        (vi[0], en[0])
        for batch in found
        for vi, en in zip(_heard(batch.vi.ids, tokenizer), _heard(batch.en.ids, tokenizer), strict=True)
    ]
    assert sorted(numbers) == [(str(number), str(number)) for number in range(1, 10)]


def test_the_vietnamese_side_of_a_pair_is_varied_and_the_english_is_not(tokenizer: Tokenizer) -> None:
    heard: dict[str, set[str]] = {"vi": set(), "en": set()}
    for seed in range(20):
        (batch,) = pair_batches([("Hàng bị vỡ, tệ quá", "so bad")], tokenizer, 4, random.Random(seed))
        heard["vi"] |= set(_heard(batch.vi.ids, tokenizer))
        heard["en"] |= set(_heard(batch.en.ids, tokenizer))
    assert len(heard["vi"]) > 3
    assert heard["en"] == {"so bad"}


def _padded(tokenizer: Tokenizer, text: str) -> list[int]:
    ids = tokenizer.encode(prepare(text)).ids
    return ids + [0] * (RECIPE.longest - len(ids))


def _padding(found: list[Batch]) -> int:
    return sum(int((batch.mask == 0).sum()) for batch in found)
