"""kill -9 at any moment, then restart: nothing lost, nothing answered twice but what is reported as unclear."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from storage.database import Database, StorageSettings
from storage.tables import Outbox
from tests.intake.shop_process import CONVERSATIONS


def start(folder: Path, updates: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.intake.shop_process", str(folder), str(updates)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    ("kills", "updates"), [pytest.param(1, 150, id="once"), pytest.param(12, 1200, id="often", marks=pytest.mark.slow)]
)
async def test_nothing_is_lost_and_nothing_answered_twice(tmp_path: Path, kills: int, updates: int) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        with start(tmp_path, updates) as process:
            time.sleep(chance.uniform(0.02, 0.3))  # noqa: ASYNC251 - nobody else runs here
            process.kill()
    with start(tmp_path, updates) as process:
        assert process.wait(60) == 0

    rows = await outbox(tmp_path)
    assert Counter(row.state for row in rows.values()).keys() <= {"sent", "ambiguous"}
    assert sorted(answered(rows)) == list(range(updates))  # each update in exactly one turn

    arrived = [int(line.split()[0]) for line in (tmp_path / "wire").read_text().splitlines()]
    assert max(Counter(arrived).values()) == 1
    assert {id for id, row in rows.items() if row.state == "sent"} <= set(arrived)
    for chat in range(CONVERSATIONS):
        numbers = answered({id: rows[id] for id in arrived if rows[id].lane.endswith(f":{chat}")})
        assert numbers == sorted(numbers)
    assert sum(row.state == "ambiguous" for row in rows.values()) <= kills * CONVERSATIONS


def answered(rows: dict[int, Outbox]) -> list[int]:
    return [int(number) for row in rows.values() for number in row.payload["answers"].split(",")]


async def outbox(folder: Path) -> dict[int, Outbox]:
    database = Database(StorageSettings(url=f"sqlite:///{folder / 'shop.sqlite'}"))
    async with database.work() as work:
        rows = (await work.session.scalars(select(Outbox))).all()
    await database.close()
    return {row.id: row for row in rows if row.id}
