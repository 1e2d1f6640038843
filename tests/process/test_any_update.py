"""Whatever Telegram may send, through the whole house: nothing raises, no inbox row is lost."""

import asyncio
import itertools
import logging
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlmodel import col, select

from bot.intake.settings import OutboxSettings
from bot.settings import Config, Settings
from bot.telegram.address import update_of
from bot.telegram.settings import TelegramSettings
from bot.wiring.service import Service
from storage.tables import Inbox
from tests.doubles.telegram import NO_LIMITS, FakeForum, FakeTelegram
from tests.doubles.telegram.kinds import Kinds
from tests.process.house_process import shipped_config
from tests.process.shop import BRAND

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 50
NOT_AN_UPDATE = "not an update: "  # the only reason for which a row may be given up


class Storm:
    """A service in this process, and what it logged that nobody should read."""

    def __init__(self, service: Service, fake: FakeTelegram, staff: FakeForum) -> None:
        self.service, self.fake = service, fake
        self.people = [fake.customer(f"Customer {number}") for number in range(40)]
        for who in self.people:
            who.user.started.add(fake.bot.id)
        for who in self.people[::4]:
            who.user.blocked.add(fake.bot.id)
        self.ids, self.groups = [who.id for who in self.people], [staff.id, -1_001_234_567_890]
        self.numbers = itertools.count(1)
        self.complaints: list[str] = []

    async def take(self, seed: int) -> list[Inbox]:
        """Hand in updates made from `seed`, and wait until each is dealt with."""
        kinds, first = Kinds(seed, self.ids, self.groups), next(self.numbers)
        made = (
            _staying(kinds.update()) | {"update_id": n} for n in (first, *itertools.islice(self.numbers, AT_ONCE - 1))
        )
        bot, now = str(self.fake.bot.id), datetime.now(UTC)
        await asyncio.gather(*(self.service.bus.publish(update_of(BRAND, bot, raw, now)) for raw in made))
        return await asyncio.wait_for(self._dealt_with(first), 60)

    async def _dealt_with(self, first: int) -> list[Inbox]:
        while True:
            rows = await self._since(first)
            if all(row.state != "waiting" for row in rows):
                return rows
            await asyncio.sleep(0.005)

    async def _since(self, first: int) -> list[Inbox]:
        numbers = [str(number) for number in range(first, first + AT_ONCE)]
        async with self.service.core.database.work() as work:
            return list(await work.session.scalars(select(Inbox).where(col(Inbox.update_id).in_(numbers))))


def _staying(raw: dict[str, Any]) -> dict[str, Any]:
    """No group moves away: staff shall see what comes."""
    raw.get("message", {}).pop("migrate_to_chat_id", None)
    return raw


class Complaints(logging.Handler):
    """Keeps what must not happen: errors with a traceback, and updates whose handling raised."""

    def __init__(self, storm: Storm) -> None:
        super().__init__(logging.WARNING)
        self.storm = storm

    def emit(self, record: logging.LogRecord) -> None:
        line = logging.Formatter().format(record)
        if record.exc_info or "inbox row" in line or "the channel failed" in line or record.name == "asyncio":
            self.storm.complaints.append(line)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def storm(tmp_path_factory: pytest.TempPathFactory, stocked_file: Path) -> AsyncIterator[Storm]:
    path = tmp_path_factory.mktemp("storm") / "shop.sqlite"
    shutil.copy(stocked_file, path)
    async with FakeTelegram(limits=NO_LIMITS, log_size=1000) as fake:
        staff = fake.staff_group()
        async with _served(Service(_settings(path, fake, staff))) as service:
            made = Storm(service, fake, staff)
            handler = Complaints(made)
            logging.getLogger().addHandler(handler)
            yield made
            logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def _served(service: Service) -> AsyncIterator[Service]:
    await service.open()
    stop = asyncio.Event()
    serving = asyncio.create_task(service.run(stop))
    yield service
    stop.set()
    await serving


def _settings(path: Path, fake: FakeTelegram, staff: FakeForum) -> Settings:
    config = Config.model_validate(shipped_config())
    burst = config.intake.burst.model_copy(update={"shortest": 0, "longest": 0, "in_all": 0})
    intake = config.intake.model_copy(update={"burst": burst, "outbox": OutboxSettings(limits={})})
    return Settings(
        config=config.model_copy(update={"intake": intake}),
        telegram=TelegramSettings(token=SecretStr(fake.token), api_url=fake.url, staff_chat_id=staff.id),
        database_url=f"sqlite:///{path}",
        web_host="127.0.0.1",
        web_port=0,
        admin_password=SecretStr(""),
        secret=SecretStr("a secret of the tests"),
        shop_secret=SecretStr(""),
        demo=False,
    )


seeds = st.integers(0, 2**32 - 1)
quickly = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate,),  # a smaller seed is no simpler one
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def _survives(storm: Storm, seed: int) -> None:
    rows = await storm.take(seed)
    assert len(rows) == AT_ONCE
    assert not storm.complaints, storm.complaints
    states = Counter(row.state if not row.error.startswith(NOT_AN_UPDATE) else "not an update" for row in rows)
    assert states.keys() <= {"done", "not an update"}, [row.error for row in rows]


@settings(quickly, max_examples=10, derandomize=True)
@given(seeds)
async def test_500_random_updates(storm: Storm, seed: int) -> None:
    await _survives(storm, seed)


@pytest.mark.slow
@settings(quickly, max_examples=200)
@given(seeds)
async def test_10_000_random_updates(storm: Storm, seed: int) -> None:
    await _survives(storm, seed)
