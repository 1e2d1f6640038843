"""Messages in from files, readings out as rows: what `thau read` and `thau replay` speak."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from nlp.text import word_sets
from nlp.types import Reader, Reading

_LONGEST_FIELD = 16_000_000
_GZIP_MAGIC = b"\x1f\x8b"


class FileError(Exception):
    """A file of messages can not be read: unknown kind, or no such column. Says which there are."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One row of a file: its id as written (or its line, from 1), its text, and why it can not be used, if so."""

    id: str | int
    text: str = ""
    error: str = ""


def to_row(row_id: str | int, reading: Reading) -> dict[str, Any]:
    """A reading as the JSON object that `thau read` writes; score maps hold every label, rounded to 6 places."""
    return {
        "id": row_id,
        "language": reading.language.value,
        "mood": reading.mood.value,
        "mood_scores": {mood.value: round(score, 6) for mood, score in reading.mood_scores.items()},
        "emotions": [emotion.value for emotion in reading.emotions],
        "emotion_scores": {emotion.value: round(score, 6) for emotion, score in reading.emotion_scores.items()},
        "intent": reading.intent.value,
        "intent_scores": {intent.value: round(score, 6) for intent, score in reading.intent_scores.items()},
        "escalate": reading.escalate,
        "escalate_score": round(reading.escalate_score, 6),
        "confidence": round(reading.confidence, 6),
        "unsure": reading.unsure,
        "source": reading.source.value,
    }


def read_jsonl(lines: Iterable[str], reader: Reader) -> Iterator[dict[str, Any]]:
    """Read each JSON line (`id`, `text`) in order; a line that can not be used becomes `{id, error}`."""
    for message in _json_messages(lines, "text"):
        if message.error:
            yield {"id": message.id, "error": message.error}
        else:
            yield to_row(message.id, reader.read(message.text))


def rows(path: Path, column: str | None = None) -> Iterator[RawMessage]:
    """The messages of a csv, tsv or jsonl file, gzipped or not, with or without a byte order mark and a header.

    `column` is a name of the header or a number from 1; without it, a column named like text is taken, else the first.
    Raises FileError for an unknown kind of file or column, OSError for a file that can not be opened.
    """
    kind = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    with open_lines(path) as lines:
        if kind in ("jsonl", "ndjson", "json"):
            yield from _json_messages(lines, column or "text")
        elif kind in ("csv", "tsv", "txt"):
            yield from _table_messages(lines, kind, column)
        else:
            raise FileError(f"{path.name}: a file of messages ends in .csv, .tsv, .txt or .jsonl (and .gz)")


def open_lines(path: Path) -> TextIO:
    """A text file opened for reading, unzipped when it is gzip, its byte order mark left out."""
    with path.open("rb") as opened:
        zipped = opened.read(2) == _GZIP_MAGIC
    opener = gzip.open if zipped else io.open
    return cast(TextIO, opener(path, "rt", encoding="utf-8-sig", errors="replace", newline=""))


def _json_messages(lines: Iterable[str], key: str) -> Iterator[RawMessage]:
    for number, line in enumerate(lines, start=1):
        if line.strip("\ufeff \t\r\n"):
            yield _json_message(line.lstrip("\ufeff"), str(number), key)


def _json_message(line: str, number: str, key: str) -> RawMessage:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return RawMessage(number, error="not JSON")
    if not isinstance(row, dict):
        return RawMessage(number, error="not a JSON object")
    given = row.get("id", number)
    row_id = given if isinstance(given, str | int) else str(given)
    text = row.get(key)
    if not isinstance(text, str):
        return RawMessage(row_id, error=f"no text under {key!r}")
    return RawMessage(row_id, text)


def _table_messages(lines: Iterable[str], kind: str, column: str | None) -> Iterator[RawMessage]:
    csv.field_size_limit(_LONGEST_FIELD)
    table = csv.reader(lines) if kind == "csv" else (_unquoted(line) for line in lines)
    first = next(iter(table), None)
    if first is None:
        return
    place, has_header = _column(first, column)
    id_place = first.index("id") if has_header and "id" in first else None
    if not has_header:
        yield _cell(first, place, "1", None)
    for number, row in enumerate(table, start=1 if has_header else 2):
        if any(row):
            yield _cell(row, place, str(number), id_place)


def _unquoted(line: str) -> list[str]:
    """The cells of a tab-separated line. Quotes are only taken off whole cells, so that a stray one eats no lines."""
    cells = line.rstrip("\r\n").split("\t")
    return [cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]


def _column(first: list[str], column: str | None) -> tuple[int, bool]:
    """Which cell holds the text, and whether the first row is a header."""
    names = [name.strip().lower() for name in first]
    known = word_sets("words.tsv")["text_columns"]
    has_header = not known.isdisjoint(names)
    if column is None:
        return next((place for place, name in enumerate(names) if name in known), 0), has_header
    if column.isascii() and column.isdigit():
        if not 1 <= int(column) <= len(first):
            raise FileError(f"there is no column {column}: the file has {len(first)}")
        return int(column) - 1, has_header
    if column.lower() not in names:
        raise FileError(f"there is no column {column!r}: the first row has {', '.join(first)[:200]}")
    return names.index(column.lower()), True


def _cell(row: list[str], place: int, number: str, id_place: int | None) -> RawMessage:
    row_id = row[id_place] if id_place is not None and id_place < len(row) else number
    if place >= len(row):
        return RawMessage(row_id, error=f"the row has only {len(row)} columns")
    return RawMessage(row_id, row[place])
