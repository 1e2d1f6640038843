"""The commands as people type them: their files, their messages and their exit codes."""

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.settings import Environment, Settings, load_settings
from tests.doubles.house import CONFIG, make_settings, shipped_config

CALM, ANGRY = "Cảm ơn shop nhiều nhé!", "Đồ lừa đảo, trả tiền lại cho tôi ngay!!!"
HEAVY = {"torch", "transformers", "aiogram", "nicegui", "fastapi", "sqlalchemy", "pydantic", "onnxruntime", "jinja2"}


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, an environment that says nothing, and the shipped settings without parsing."""
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    for module in ("check", "demo", "reading", "replay"):
        monkeypatch.setattr(f"bot.cli.{module}.load_settings", _settings)
    return tmp_path


def _settings(config: Path | None) -> Settings:
    return load_settings(config) if config else make_settings(Path(), shipped_config())


def _thau(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


# ---- check ----


def test_check_says_what_is_sound() -> None:
    count = len(shipped_config().policies.rules)
    assert f"Sound: brand 'demo', {count} policies." in _thau("check").output


def test_check_really_reads_the_file_and_the_environment(somewhere: Path) -> None:
    written = CONFIG.read_text("utf-8").replace("reader: encoder", "reader: lexicon", 1)
    (somewhere / "mine.yaml").write_text(written, "utf-8")
    assert "Sound: the demo shop" in _thau("check", "--config", "mine.yaml").output


@pytest.mark.parametrize("command", ["check", "run", "demo"])
def test_a_broken_configuration_is_one_red_line_and_exit_2(somewhere: Path, command: str) -> None:
    (somewhere / "broken.yaml").write_text("brand: [")
    result = _thau(command, "--config", "broken.yaml", code=2)
    assert result.stderr.startswith("thau: broken.yaml: is no valid YAML")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_check_finds_a_reference_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    config = shipped_config()
    book = config.policies.model_copy(update={"rules": config.policies.rules[:1] * 2})
    broken = make_settings(Path(), config.model_copy(update={"policies": book}))
    monkeypatch.setattr("bot.cli.check.load_settings", lambda _: broken)
    assert "the id is taken by rules[0]" in _thau("check", code=2).stderr


# ---- read ----


def test_read_keeps_order_ids_and_goes_on_after_bad_rows(somewhere: Path) -> None:
    lines = [
        json.dumps({"id": 7, "text": CALM}),
        "{",
        "",
        json.dumps({"id": "7", "text": ANGRY}),
        json.dumps({"id": "x", "txt": "?"}),
        json.dumps([1]),
        json.dumps({"text": "không có id"}),
        json.dumps({"id": 8, "text": ""}),
    ]
    Path("in.jsonl").write_text("\n".join(lines), "utf-8")
    result = _thau("read", "in.jsonl", "--out", "out.jsonl")
    rows = _rows(Path("out.jsonl"))
    assert [row["id"] for row in rows] == [7, "2", "7", "x", "6", "7", 8]
    assert [row.get("error", "") for row in rows] == [
        "",
        "not JSON",
        "",
        "no text under 'text'",
        "not a JSON object",
        "",
        "",
    ]
    assert (rows[0]["mood"], rows[2]["mood"], rows[0]["language"]) == ("grateful", "angry", "vi")
    assert rows[0]["mood_scores"].keys() >= {"grateful", "angry", "neutral"}
    assert "7 rows read, 3 of them bad, written to out.jsonl" in result.output


def test_read_unpacks(somewhere: Path) -> None:
    with gzip.open("in.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"id": 1, "text": CALM}))
    _thau("read", "in.jsonl.gz", "--out", "out.jsonl")
    assert _rows(Path("out.jsonl"))[0]["mood"] == "grateful"


# ---- replay ----


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("a.csv", f'id,text\n5,{CALM}\n6,"{ANGRY}"\n', ()),
        ("a.csv", f'5,{CALM}\n6,"{ANGRY}"\n', ("--column", "2")),
        ("a.tsv", f"when\tlời\n1\t{CALM}\n2\t{ANGRY}\n", ("--column", "lời")),
        (
            "a.jsonl",
            "\n".join(json.dumps({"id": i, "say": text}) for i, text in enumerate((CALM, ANGRY))),
            ("--column", "say"),
        ),
        ("a.csv.gz", f'text\n{CALM}\n"{ANGRY}"\n', ()),
    ],
    ids=("csv", "csv-number", "tsv", "jsonl", "gz"),
)
def test_replay_thinks_through_every_kind_of_file(name: str, content: str, options: Sequence[str]) -> None:
    data = content.encode()
    Path(name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    result = _thau("replay", name, "--out", "out.jsonl", *options)
    calm, angry = _rows(Path("out.jsonl"))
    assert (calm["text"], angry["text"]) == (CALM, ANGRY)
    assert calm["decision"]["kind"] in ("reply", "offer")
    assert angry["decision"]["kind"] == "escalate"
    assert calm["reply"]
    assert angry["decision"]["why"]
    assert "2 messages" in result.output


def test_replay_counts_bad_rows_and_stops_at_the_limit() -> None:
    Path("a.csv").write_text(f"id,text\n1,{CALM}\n2\n3,{ANGRY}\n", "utf-8")
    result = _thau("replay", "a.csv", "--limit", "2")
    rows = _rows(Path("replay.jsonl"))
    assert rows[1] == {"id": "2", "error": "the row has only 1 columns"}
    assert len(rows) == 2
    assert "1 bad rows" in result.output
    _thau("replay", "a.csv", "--limit", "-1", code=2)


def test_replay_of_nothing_is_an_empty_summary() -> None:
    Path("a.csv").touch()
    assert "0 messages" in _thau("replay", "a.csv").output
    assert _rows(Path("replay.jsonl")) == []


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.csv", ("--column", "words"), "there is no column 'words': the first row has id, text"),
        ("a.csv", ("--column", "9"), "there is no column 9: the file has 2"),
        ("a.csv", ("--column", "0"), "there is no column 0"),
        ("a.pdf", (), "a file of messages ends in .csv"),
        ("a.csv", ("--out", "no/such/folder.jsonl"), "folder.jsonl: No such file or directory"),
        ("a.csv", ("--out", "a.csv"), "a.csv: is the file to read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(name: str, options: Sequence[str], said: str) -> None:
    before = f"id,text\n1,{CALM}\n"
    Path(name).write_text(before, "utf-8")
    result = _thau("replay", name, *options, code=2)
    assert result.stderr.startswith("thau: ")
    assert said in result.stderr
    assert Path(name).read_text("utf-8") == before


@pytest.mark.parametrize("command", ["read", "replay"])
def test_a_file_that_is_cut_off_says_so(command: str) -> None:
    Path("a.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1, "text": "a"}\n' * 999)[:-20])
    assert "a.jsonl.gz: " in _thau(command, "a.jsonl.gz", "--out", "out.jsonl", code=2).stderr


@pytest.mark.parametrize("command", ["read", "replay"])
def test_a_file_that_is_not_there_is_named(command: str) -> None:
    result = _thau(command, "missing.csv", "--out", "out.jsonl", code=2)
    assert "missing.csv" in result.stderr
    assert not Path("out.jsonl").exists()


# ---- demo ----


def test_the_demo_plays_every_scene() -> None:
    output = _thau("demo", "--fast").output
    for scene in ("Calm and in trouble", "Furious, without diacritics", "Happy regular", "Level off and furious"):
        assert scene in output
    for part in ("Card for the human", "stage ", "read by lexicon", "🤖", "urgency"):
        assert part in output
    assert "{{" not in output
    assert "<b>" not in output


# ---- help ----


def test_help_answers_without_loading_the_house() -> None:
    code = (
        "import sys\nfrom bot.__main__ import main\nsys.argv = ['thau', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=CONFIG.parent, check=True)
    assert HEAVY.isdisjoint(done.stderr.split())
    assert "replay" in done.stdout


def test_without_a_command_there_is_help() -> None:
    result = CliRunner().invoke(app, [])
    assert "read" in result.output
    assert "bench" in result.output
