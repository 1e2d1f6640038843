"""What an operator reads when the process can not start, and what the start says when it can."""

import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.process.house_process import HouseProcess, house_environment, shipped_config
from tests.process.warm_start import WarmStart


async def refused(folder: Path, warm: WarmStart | None = None, **settings: str) -> str:
    """The one line that a start with these settings ends with."""
    url = f"sqlite:///{folder / 'thau.sqlite'}"
    process = HouseProcess(folder, house_environment(folder, url) | settings, warm)
    await process.launch()
    assert await process.ended() == 2
    assert process.said == ""
    (line,) = process.log.strip().splitlines()
    assert line.startswith("thau: ")
    return line


async def test_an_unknown_key_is_named_with_its_file_and_what_is_allowed(tmp_path: Path) -> None:
    config = shipped_config()
    config["intake"]["brust"] = {}
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")
    line = await refused(tmp_path, THAU_CONFIG=str(path))
    assert "mine.yaml: intake.brust" in line
    assert "allowed here: attempts, backoff, burst" in line


async def test_a_bad_token_is_named_and_not_shown(tmp_path: Path, warm: WarmStart) -> None:
    line = await refused(tmp_path, warm, TELEGRAM_BOT_TOKEN="my-secret-token")
    assert "TOKEN" in line
    assert "must look like 123456:ABC-DEF" in line
    assert "my-secret" not in line


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"a: [", b"- 1"])
async def test_a_config_that_can_not_be_read_is_named(tmp_path: Path, warm: WarmStart, content: bytes | None) -> None:
    path = tmp_path / "broken.yaml"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in await refused(tmp_path, warm, THAU_CONFIG=str(path))


@pytest.mark.slow
async def test_a_webhook_without_a_secret_does_not_start(tmp_path: Path, warm: WarmStart) -> None:
    given = {"TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_WEBHOOK_URL": "https://shop.example/hook"}
    assert "TELEGRAM_WEBHOOK_SECRET" in await refused(tmp_path, warm, **given)


async def test_a_taken_port_is_said_with_what_to_set(tmp_path: Path, warm: WarmStart) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = await refused(tmp_path, warm, THAU_WEB_PORT=port)
    assert f"127.0.0.1:{port}" in line
    assert "THAU_WEB_PORT" in line
    assert not (tmp_path / "thau.sqlite").exists()  # nothing was touched before


@pytest.mark.slow
async def test_a_host_of_another_machine_is_said(tmp_path: Path, warm: WarmStart) -> None:
    assert "THAU_WEB_HOST" in await refused(tmp_path, warm, THAU_WEB_HOST="192.0.2.1")


@pytest.mark.slow
async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, warm: WarmStart, stocked: str) -> None:
    with closing(sqlite3.connect(stocked.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer" in await refused(tmp_path, warm, THAU_DATABASE_URL=stocked)


@pytest.mark.slow
@pytest.mark.parametrize("url", ["sqlite:///{}/a-file/x.sqlite", "mysql://x", "postgresql://u:geheim@127.0.0.1:1/x"])
async def test_a_database_that_can_not_be_used_is_named(tmp_path: Path, warm: WarmStart, url: str) -> None:
    (tmp_path / "a-file").touch()
    line = await refused(tmp_path, warm, THAU_DATABASE_URL=url.format(tmp_path))
    assert "database" in line.lower()
    assert "geheim" not in line
