"""The life of the real process: Telegram away at the start, a locked database, a polite end."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.doubles.telegram import NO_LIMITS, TOKEN, FakeTelegram
from tests.process.house_process import PATIENCE, ROOT, HouseProcess, free_port, house_environment
from tests.process.place import running
from tests.process.shop import Shop
from tests.process.warm_start import WarmStart

QUESTION = "Phí giao hàng là bao nhiêu?"


@pytest.fixture
async def shop(tmp_path: Path, stocked: str, warm: WarmStart) -> AsyncIterator[Shop]:
    """A running shop of this test's own."""
    async with (
        FakeTelegram(limits=NO_LIMITS) as fake,
        running(fake, tmp_path, stocked, warm, fake.staff_group()) as made,
    ):
        await made.process.start()
        yield made


@asynccontextmanager
async def telegram_process(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """The fake Bot API as a process of its own; the client speaks to its control API."""
    command = ["-m", "tests.doubles.telegram", "--port", str(port), "--no-limits"]
    fake = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert fake.stdout
    url = json.loads(await fake.stdout.readline())["url"]
    async with httpx.AsyncClient(base_url=f"{url}/control", timeout=PATIENCE) as client:
        yield client
    fake.terminate()
    await fake.wait()


@pytest.mark.slow
async def test_telegram_away_at_the_start_is_said_once_and_waited_for(tmp_path: Path, warm: WarmStart) -> None:
    port = free_port()
    environment = house_environment(tmp_path, f"sqlite:///{tmp_path / 'new' / 'thau.sqlite'}")
    environment |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}
    process = HouseProcess(tmp_path, environment, warm)
    await process.start()
    await process.until(lambda: "unreachable" in process.log, "saying that Telegram is away")
    async with httpx.AsyncClient(base_url=process.url) as pages:
        assert (await pages.get("/login")).status_code == 200
    assert "write /link CODE there" in process.said

    async with telegram_process(port) as telegram:

        async def control(what: str, **given: Any) -> Any:
            return (await telegram.post(f"/{what}", json=given)).json()["result"]

        lan = (await control("customer", name="Lan"))["id"]
        await control("says", user=lan, text=QUESTION)
        while len(said := await control("transcript", user=lan)) < 2:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
        assert [line["author"] for line in said] == ["customer", "bot"]
        assert await process.stop() == 0
    trouble, duty, *others = process.log.strip().splitlines()
    assert "TELEGRAM_PROXY" in trouble
    assert any("is on duty" in line for line in (duty, *others))
    assert process.log.count("unreachable") == 1


async def test_a_polite_end_answers_what_was_heard(shop: Shop) -> None:
    people = [shop.customer() for _ in range(5)]
    for who in people:
        who.says("shop ơi cho mình hỏi")  # a fragment: its burst is still open
    await shop.until(lambda: not shop.fake.bot.mailroom.pending)
    assert await shop.process.stop() == 0
    assert [len(who.heard) for who in people] == [1] * 5
    assert shop.unexpected() == []


@pytest.mark.slow
async def test_a_polite_end_does_not_wait_for_a_silent_telegram(shop: Shop) -> None:
    lan = shop.customer()
    shop.fake.faults.slow("sendMessage", seconds=120)
    lan.says(QUESTION)
    await shop.until(lambda: shop.fake.faults.orders[0].times == 0)
    assert await shop.process.stop() == 0
    (row,) = await shop.outbox(lan)
    assert row.state == "ambiguous"


@pytest.mark.slow
async def test_an_open_page_does_not_hold_up_the_end(shop: Shop) -> None:
    async with httpx.AsyncClient(base_url=shop.process.url) as browser:
        await browser.get("/login")  # the connection stays open
        assert await shop.process.stop() == 0


@pytest.mark.slow
async def test_a_second_signal_ends_at_once(shop: Shop) -> None:
    lan = shop.customer()
    shop.fake.faults.slow("sendMessage", seconds=120)
    lan.says(QUESTION)
    await shop.until(lambda: shop.fake.faults.orders[0].times == 0)
    os.kill(shop.process.pid, signal.SIGTERM)
    await asyncio.sleep(0.5)
    os.kill(shop.process.pid, signal.SIGTERM)
    assert await shop.process.ended() == -signal.SIGTERM


@pytest.mark.slow
async def test_a_locked_database_loses_nothing(shop: Shop, stocked: str) -> None:
    people = [shop.customer() for _ in range(4)]
    with closing(sqlite3.connect(stocked.removeprefix("sqlite:///"), isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        for who in people:
            who.says(QUESTION)
        async with httpx.AsyncClient(base_url=shop.process.url, timeout=PATIENCE) as pages:
            assert (await pages.get("/healthz")).status_code == 200
        await asyncio.sleep(4)
        assert not any(who.heard for who in people)
        assert shop.fake.bot.mailroom.pending  # nothing is acknowledged that is not stored
        other.execute("ROLLBACK")
    await shop.until(lambda: all(who.heard for who in people))
    for who in people:
        await shop.settled(who)
        assert len(who.heard) == len(await shop.turns(who)) == 1


async def test_what_was_waiting_is_answered_after_a_restart(shop: Shop) -> None:
    lan, minh = shop.customer("Lan"), shop.customer("Minh")
    lan.says("shop ơi")
    await shop.until(lambda: not shop.fake.bot.mailroom.pending)
    await shop.process.kill()
    minh.says(QUESTION)  # while nobody is there
    await shop.process.start()
    await shop.until(lambda: lan.heard and minh.heard)
    await shop.settled(lan)
    assert len(lan.heard) == len(minh.heard) == 1
