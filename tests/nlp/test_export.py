"""Rows in and out: every kind of file, and what is wrong in it."""

import gzip
import json
from pathlib import Path

import pytest

from nlp.export import FileError, RawMessage, open_lines, read_jsonl, rows, to_row
from nlp.lexicon import LexiconReader
from nlp.types import Emotion, Intent, Mood

KEYS = (
    "id language mood mood_scores emotions emotion_scores intent intent_scores "
    "escalate escalate_score confidence unsure source"
)


def texts(path: Path, column: str | None = None) -> list[str]:
    return [message.text for message in rows(path, column)]


def test_a_row_has_the_documented_shape(lexicon: LexiconReader) -> None:
    row = json.loads(json.dumps(to_row("7", lexicon.read("Đơn của tôi đâu?"))))
    assert " ".join(row) == KEYS
    assert row["id"] == "7"
    assert set(row["mood_scores"]) == {mood.value for mood in Mood}
    assert set(row["intent_scores"]) == {intent.value for intent in Intent}
    assert set(row["emotion_scores"]) == {emotion.value for emotion in Emotion}
    assert sum(row["mood_scores"].values()) == pytest.approx(1, abs=1e-4)
    assert (row["source"], row["escalate"]) == ("lexicon", False)


def test_bad_lines_become_errors_in_their_place(lexicon: LexiconReader) -> None:
    lines = [
        '\ufeff{"id": "a", "text": "hello"}',
        "nonsense",
        "[1]",
        '{"id": 5}',
        "",
        '{"id": 6, "text": 3}',
        '{"text": ""}',
    ]
    found = list(read_jsonl(lines, lexicon))
    assert [row["id"] for row in found] == ["a", "2", "3", 5, 6, "7"]
    assert [row.get("error") for row in found] == [
        None,
        "not JSON",
        "not a JSON object",
        "no text under 'text'",
        "no text under 'text'",
        None,
    ]


def test_deeply_nested_json_is_an_error_not_a_crash(lexicon: LexiconReader) -> None:
    assert [row["error"] for row in read_jsonl(["[" * 100_000], lexicon)] == ["not JSON"]


def test_csv_with_byte_order_mark_header_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('\ufeffflags,utterance,intent\nB,"hello, you",x\nC,"two\nlines",y\n'.encode())
    assert texts(path) == texts(path, "utterance") == texts(path, "2") == ["hello, you", "two\nlines"]
    assert texts(path, "intent") == ["x", "y"]


def test_tsv_without_header_and_with_stray_quotes(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text('He said "no\t3\tx1\n"""Quoted"""\t5\tx2\nplain\t7\tx3\n', "utf-8")
    assert texts(path) == texts(path, "1") == ['He said "no', '"Quoted"', "plain"]
    assert texts(path, "2") == ["3", "5", "7"]
    assert [message.id for message in rows(path)] == ["1", "2", "3"]


def test_gzip_jsonl_and_ids(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "x", "text": "hi"}\n{"body": 1}\n'))
    assert list(rows(path)) == [RawMessage("x", "hi"), RawMessage("2", error="no text under 'text'")]
    with open_lines(path) as lines:
        assert len(list(lines)) == 2


def test_short_rows_empty_files_and_ids_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n9,hi\n10\n\n", "utf-8")
    assert list(rows(path)) == [RawMessage("9", "hi"), RawMessage("10", error="the row has only 1 columns")]
    path.write_text("", "utf-8")
    assert list(rows(path)) == []


@pytest.mark.parametrize(("name", "column"), [("a.csv", "nope"), ("a.csv", "9"), ("a.csv", "0"), ("a.xlsx", None)])
def test_what_can_not_be_read_is_said(tmp_path: Path, name: str, column: str | None) -> None:
    path = tmp_path / name
    path.write_text("text,b\nhi,1\n", "utf-8")
    with pytest.raises(FileError):
        list(rows(path, column))
