"""10,000 random updates of every kind against the served process: what raised, and what was lost."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.figures import Values, none_of
from benchmarks.place import own_folder
from benchmarks.processes import BotProcess, Fake, thau, until
from benchmarks.shop import stock_shop
from tests.doubles.telegram.kinds import Kinds

RAISED = none_of("main.random_updates_raised", "exceptions nobody handled, in 10,000 random updates")
LOST = none_of("main.random_updates_lost", "inbox rows lost, of 10,000 random updates")

# What the process says of an exception that no handler caught: in a turn or an update, and in a channel.
_CAUGHT = re.compile(r"inbox row \d+ failed|the channel failed|Traceback")
UPDATES = 10_000
PEOPLE = 200
AT_ONCE = 500  # updates in front of the process at a time; Telegram holds back no less
PATIENCE_S = 300.0
_SEED = 20_260_301


def measure(full: bool) -> Values:
    """Counts from the process's own log and database, read from outside."""
    with own_folder() as folder, Fake(folder) as fake:
        group, people = fake.control("staff_group")["id"], fake.customers(PEOPLE)
        asyncio.run(stock_shop(folder, people[::2]))
        with thau(fake, folder, group) as process:
            fake.control("says", user=people[0], text="/start")
            until(lambda: fake.control("log", method="sendMessage"), PATIENCE_S, process, "the first answer")
            given = _storm(fake, process, Kinds(_SEED, people, [group]))
            until(lambda: _handled(folder), PATIENCE_S, process, "handling what was stored")
        words = process.log.read_text(errors="replace")
        return {RAISED.name: len(_CAUGHT.findall(words)) + _failed(folder), LOST.name: len(given - _kept(folder))}


def _storm(fake: Fake, process: BotProcess, kinds: Kinds) -> set[str]:
    """Deliver the updates as fast as they are taken; the ids of those that a bot on duty is sent at all."""
    given: set[str] = set()
    for number in range(1, UPDATES + 1):
        if sent := fake.control("deliver", update=kinds.update()):
            given.add(str(sent))
        if number % AT_ONCE == 0 or number == UPDATES:
            until(lambda: fake.control("pending") == 0, PATIENCE_S, process, f"taking update {number}")
    return given


def _failed(folder: Path) -> int:
    """Updates whose handling raised at least once."""
    return int(_asked(folder, "SELECT count(*) FROM inbox WHERE attempts > 0 OR state = 'dead'")[0][0])


def _kept(folder: Path) -> set[str]:
    """Updates that were handled, or given up where staff can see it."""
    return {update for (update,) in _asked(folder, "SELECT update_id FROM inbox WHERE state <> 'waiting'")}


def _handled(folder: Path) -> bool:
    return _asked(folder, "SELECT count(*) FROM inbox WHERE state = 'waiting'") == [(0,)]


def _asked(folder: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "shop.sqlite", timeout=30)) as database:
        return database.execute(question).fetchall()
