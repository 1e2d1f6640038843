"""The corpus: whole, frozen by scenario, no message in two splits, and wide enough."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from nlp.corpus import CorpusError, Example, examples, glossary, of_split, other_languages, read_examples, split_of
from nlp.text import fold, words
from nlp.types import Alarm, Intent, Language, Mood

SPLITS = ("train", "dev", "test")
LANGUAGES = (Language.EN, Language.VI)
REGISTERS = {
    Language.EN: {"plain", "casual", "formal", "learner", "caps", "mixed"},
    Language.VI: {"plain", "north", "central", "south", "nodia", "teencode", "mixed"},
}
ALIKE = 0.85  # Jaccard of the folded words, each as often as it comes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_read_and_no_id_or_text_comes_twice(language: Language) -> None:
    rows = examples(language)
    assert len({row.id for row in rows}) == len(rows)
    assert len({row.text for row in rows}) == len(rows)
    assert all(row.text.strip() and row.emotions and row.register in REGISTERS[language] for row in rows)
    assert all(bool(row.english.strip()) == (language is Language.VI) for row in rows)


def test_there_are_as_many_messages_as_promised() -> None:
    assert len(examples(Language.VI)) >= 3500
    assert len(examples(Language.EN)) >= 2500


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_split_is_what_its_scenario_says(language: Language) -> None:
    assert [row.id for row in examples(language) if row.split != split_of(row.scenario)] == []


def test_scenarios_fall_into_the_splits_by_their_shares() -> None:
    counts = Counter(split_of(f"scenario {number}") for number in range(5000))
    assert counts["test"] / 5000 == pytest.approx(0.18, abs=0.02)
    assert counts["dev"] / 5000 == pytest.approx(0.10, abs=0.02)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("split", SPLITS)
def test_every_split_knows_every_mood_and_intent(split: str, language: Language) -> None:
    rows = of_split(split, language)  # type: ignore[arg-type]
    assert {row.mood for row in rows} == set(Mood)
    assert {row.intent for row in of_split(split)} == set(Intent)  # type: ignore[arg-type]
    assert {alarm for row in rows for alarm in row.alarms} >= {Alarm.DANGER, Alarm.FRAUD, Alarm.HUMAN_WISH}


def test_no_message_stands_in_two_splits_in_nearly_the_same_words() -> None:
    assert [(one.id, other.id) for one, other in _alike([*examples(Language.EN), *examples(Language.VI)])] == []


def test_near_repetition_is_noticed() -> None:
    one, other = of_split("train", Language.VI)[0], of_split("test", Language.VI)[0]
    copied = replace(other, text=one.text.upper() + "!")
    assert list(_alike([one, copied])) == [(one, copied)]


def test_rows_typed_without_diacritics_have_none() -> None:
    rows = [row for row in examples(Language.VI) if row.register == "nodia"]
    assert rows
    assert [row.id for row in rows if fold(row.text) != row.text.lower().replace("'", "")] == []


def test_the_glossary_and_the_other_languages_are_pairs_of_words() -> None:
    assert all(vi.strip() and en.strip() for vi, en in glossary())
    assert len(other_languages()) >= 100


@pytest.mark.parametrize("line", ["no json", "[]", '{"id": "1"}', '{"id": "1", "mood": "cross"}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "en.jsonl").write_text(line)
    with pytest.raises(CorpusError, match="en.jsonl, line 1"):
        list(read_examples(tmp_path / "en.jsonl", Language.EN))


def _alike(rows: list[Example]) -> Iterator[tuple[Example, Example]]:
    """Pairs of different splits whose folded words are nearly the same; compared are rows that share rare words."""
    bags = {row.id: _bag(row.text) for row in rows}
    common = Counter(word for bag in bags.values() for word in bag)
    sharing: dict[str, list[Example]] = {}
    for row in rows:
        bag = sorted(bags[row.id], key=lambda word: (common[word], word))
        # Sets that are 85 % alike share one of the rarest 15 % (and one more) of either's words.
        for word in bag[: int(len(bag) * (1 - ALIKE)) + 1]:
            sharing.setdefault(word, []).append(row)
    seen: set[tuple[str, str]] = set()
    for together in sharing.values():
        for one, other in combinations(together, 2):
            a, b = bags[one.id], bags[other.id]
            if one.split != other.split and (one.id, other.id) not in seen and len(a & b) >= ALIKE * len(a | b):
                seen.add((one.id, other.id))
                yield one, other


def _bag(text: str) -> frozenset[tuple[str, int]]:
    """The words with how often they came before: "hello hello" is not "hello"."""
    seen: Counter[str] = Counter()
    bag = set()
    for word in map(fold, words(text)):
        seen[word] += 1
        bag.add((word, seen[word]))
    return frozenset(bag)
