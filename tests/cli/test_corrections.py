"""`thau corrections` as somebody types it: the file, the summary, and what it refuses."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.settings import Environment
from storage.database import Database, StorageSettings
from storage.tables import Correction, Turn
from tests.doubles.house import make_settings, shipped_config

BRAND = "demo"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop's database with three corrections, two of a customer who agreed; and an empty folder to work in."""
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "shop.sqlite"
    asyncio.run(_filled(file))
    settings = make_settings(tmp_path, shipped_config()).model_copy(update={"database_url": f"sqlite:///{file}"})
    monkeypatch.setattr("bot.cli.corrections.load_settings", lambda _: settings)
    return file


async def _filled(file: Path) -> None:
    database = Database(StorageSettings(url=f"sqlite:///{file}"))
    await database.migrate()
    async with database.work(write=True) as work:
        for who, texts in (("yes", ("Mai đây, tệ quá", "ổn rồi")), ("no", ("bí mật",))):
            customer = await work.customers.create(BRAND, "web", who, "Mai")
            await work.customers.record_consent(BRAND, customer.id, "improve", who, "web", "may I?", "1")
            where = await work.turns.open(BRAND, "web", f"web:{who}", customer.id)
            person = {"brand": BRAND, "customer_id": customer.id}
            for text in texts:
                turn = await work.turns.add(Turn(**person, conversation_id=where.id or 0, author="customer", text=text))
                heard = {"language": "vi", "intent": "complaint", "alarms": []}
                labels = {"read": "angry", "mood": "neutral", "heard": heard, "source": "lexicon"}
                await work.corrections.put(Correction(**person, turn_id=turn, **labels))
        await work.commit()
    await database.close()


def _thau(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["corrections", *words])
    assert result.exit_code == code, result.output
    return result


def test_only_agreed_words_are_written_and_the_rest_is_counted() -> None:
    result = _thau("--out", "more.jsonl")
    rows = [json.loads(line) for line in Path("more.jsonl").read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == ["[name] đây, tệ quá", "ổn rồi"]
    assert {(row["mood"], row["split"], row["scenario"]) for row in rows} == {("neutral", "train", "corrections")}
    assert "2 corrections written to more.jsonl; 1 withheld for want of consent" in result.output
    assert "bí mật" not in Path("more.jsonl").read_text("utf-8") + result.output


def test_a_file_that_is_there_stays_unless_told_otherwise() -> None:
    Path("more.jsonl").write_text("mine")
    assert "more.jsonl: exists already" in _thau("--out", "more.jsonl", code=2).stderr
    assert Path("more.jsonl").read_text() == "mine"
    _thau("--out", "more.jsonl", "--overwrite")
    assert len(Path("more.jsonl").read_text("utf-8").splitlines()) == 2


def test_since_a_day() -> None:
    assert "0 corrections written" in _thau("--out", "none.jsonl", "--since", "2999-01-01").output
    assert "2 corrections written" in _thau("--out", "all.jsonl", "--since", "2020-01-01").output


def test_a_folder_that_is_not_there_and_a_database_that_is_not_ready(shop: Path) -> None:
    assert "No such file" in _thau("--out", "nowhere/more.jsonl", code=2).stderr
    shop.unlink()
    assert "`thau run` makes it so" in _thau("--out", "more.jsonl", code=2).stderr
    assert not Path("more.jsonl").exists()
