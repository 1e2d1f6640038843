"""`thau read`: JSON Lines in, one reading per line out, in order."""

import json
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.cli.files import named_files
from bot.settings import load_settings
from nlp.export import open_lines, read_jsonl
from nlp.loading import load_reader


def read_file(file: Path, out: Path, config: Path | None) -> None:
    """Read every row of `file`; a bad row becomes {id, error} and the rest goes on."""
    reader = load_reader(load_settings(config).config.nlp)
    count = bad = 0
    with named_files(file, out), open_lines(file) as lines, out.open("w", encoding="utf-8") as written:
        for row in track(read_jsonl(lines, reader.reader), "Reading", transient=True):
            written.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
            bad += "error" in row
    Console().print(f"{count} rows read, {bad} of them bad, written to {out}", highlight=False)
