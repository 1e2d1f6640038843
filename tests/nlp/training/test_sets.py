"""The public sets, read from tiny folders in the published formats."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.heads import BRIGHTER, EMOTIONS, INTENTS, LANGUAGES
from nlp.training.sets import DataError, brighter, goemotions, subtitle_pairs, support_intents
from nlp.types import Emotion, Intent, Language
from tests.nlp.training.tiny import PAIRS, write_sets


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_sets(tmp_path / "data")


def test_goemotions_has_any_number_of_labels_and_bare_quotes(data: Path) -> None:
    calm, cross = goemotions(data, "train")[:2]
    assert calm.text == "My favourite food"
    assert _held(calm.targets["emotions"], EMOTIONS) == {Emotion.NEUTRAL}
    assert cross.text == 'He said "no", ugh'
    assert _held(cross.targets["emotions"], EMOTIONS) == {Emotion.ANGER, Emotion.ANNOYANCE}
    assert [lesson.text for lesson in goemotions(data, "dev")] == ["So kind of you", "I hate it", "Fine"]


def test_brighter_is_read_by_its_columns_names(data: Path) -> None:
    sad, merry = brighter(data, "dev")
    assert sad.text == 'Sad, so sad\nand "alone"'
    assert _held(sad.targets["brighter"], BRIGHTER) == {"fear", "sadness"}
    assert _held(merry.targets["brighter"], BRIGHTER) == {"joy", "surprise"}


def test_brighters_test_gold_is_track_bs(data: Path) -> None:
    folder = data / "brighter_en/track_a"
    (folder / "test.csv").write_text("id,text,anger,fear,joy,sadness,surprise\n1,without gold,,,,,\n")
    (folder / "test_gold_from_track_b.csv").write_text("id,text,joy,fear,anger,sadness,surprise\n1,gold,1,0,0,0,0\n")
    (gold,) = brighter(data, "test")
    assert (gold.text, _held(gold.targets["brighter"], BRIGHTER)) == ("gold", {"joy"})


def test_subtitles_come_vietnamese_first_and_lines_cut_off_are_left_out(data: Path) -> None:
    assert subtitle_pairs(data) == PAIRS


def test_support_intents_are_ours_each_text_once(data: Path) -> None:
    found = {(lesson.text, INTENTS[_place(lesson, "intent")]) for lesson in support_intents(data)}
    assert found == {
        ("cancel, please", Intent.CANCEL_ORDER),
        ("cancel it now", Intent.CANCEL_ORDER),
        ("where is my stuff", Intent.TRACK_ORDER),
        ("what is the moon made of", Intent.OTHER),
        ("sing me a song", Intent.OTHER),
    }
    assert len(support_intents(data)) == 5
    assert {LANGUAGES[_place(lesson, "language")] for lesson in support_intents(data)} == {Language.EN}


def test_of_an_intent_with_many_questions_some_are_taken_from_everywhere(data: Path) -> None:
    rows = "".join(f"B,question {number},ORDER,track_order\n" for number in range(600))
    (data / "bitext/bitext_20k_utterances.csv").write_text(f"flags,utterance,category,intent\n{rows}")
    taken = [lesson.text for lesson in support_intents(data) if lesson.text.startswith("question")]
    assert len(taken) == 120
    assert (taken[0], taken[-1]) == ("question 0", "question 595")


@pytest.mark.parametrize(
    ("read", "file"),
    [
        (lambda data: goemotions(data, "train"), "goemotions/train.tsv"),
        (lambda data: brighter(data, "dev"), "brighter_en/track_a/dev.csv"),
        (lambda data: brighter(data, "test"), "brighter_en/track_a/test_gold_from_track_b.csv"),
        (subtitle_pairs, "xed/pairs-en-vi.txt"),
        (support_intents, "bitext/bitext_20k_utterances.csv"),
        (support_intents, "clinc150/data_full.json"),
    ],
)
def test_a_missing_file_is_named_with_where_to_get_it(data: Path, read: Callable[[Path], Any], file: str) -> None:
    (data / file).unlink(missing_ok=True)
    with pytest.raises(DataError, match="model card") as fault:
        read(data)
    assert str(data / file) in str(fault.value)


def _held(target: Any, labels: tuple[str, ...]) -> set[str]:
    assert len(target) == len(labels)
    return {label for label, there in zip(labels, target, strict=True) if there}


def _place(lesson: Any, head: str) -> int:
    return int(lesson.targets[head])
