"""A desk on a real SQLite file, with one customer on Telegram who needs a human."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.desk.desk import Desk
from bot.desk.opening import open_case
from bot.desk.words import CustomerWords
from bot.domain.decision import Escalate
from bot.domain.escalation import Role, StaffMember, Urgency
from bot.domain.situation import Situation
from bot.reply.compose import Composer
from bot.reply.templates import Texts
from nlp.types import Language
from storage.database import Database, StorageSettings
from storage.tables import CaseEvent, Conversation, Outbox, Request, Turn
from tests.doubles.house import shipped_config
from tests.doubles.situations import NOW, make_incoming, make_situation

BRAND = "demo"
CHAT = "telegram:777:42"
GROUP = "telegram:777:-1001"
MAI = StaffMember("staff-mai", "Mai", Role.AGENT)
AN = StaffMember("staff-an", "An", Role.AGENT)
HA = StaffMember("staff-ha", "Hà", Role.SENIOR)
ROOT = StaffMember("staff-root", "Root", Role.ADMIN)
ANGRY = Escalate("builtin.angry", "mood angry", "angry", Urgency.HIGH, "escalated_angry")


@dataclass
class Place:
    """The desk, its database, and short ways to fill and to look at both."""

    database: Database
    desk: Desk
    now: datetime = NOW
    posted: list[bool] = field(default_factory=list)

    async def customer(self, address: str = CHAT, brand: str = BRAND) -> Conversation:
        """Somebody who never wrote before."""
        channel, _, external = address.partition(":")
        async with self.database.work(write=True) as work:
            person = await work.customers.create(brand, channel, external, "Lan")
            where = await work.turns.open(brand, channel, address, person.id)
            await work.commit()
        return where

    async def hears(self, where: Conversation, text: str, author: str = "customer", minutes: int = 0) -> int:
        """Something said in a conversation, so many minutes after NOW."""
        said = Turn(
            brand=where.brand,
            conversation_id=where.id or 0,
            customer_id=where.customer_id,
            author=author,
            text=text,
            at=NOW + timedelta(minutes=minutes),
        )
        async with self.database.work(write=True) as work:
            number = await work.turns.add(said)
            await work.commit()
        return number

    async def case(
        self, where: Conversation, decision: Escalate = ANGRY, situation: Situation | None = None, minutes: int = 0
    ) -> int:
        """A case, opened as the agent does it."""
        text = situation.incoming.text if situation else "Đơn của tôi đâu?"
        turn = await self.hears(where, text, minutes=minutes)
        incoming = make_incoming(text, channel=where.channel, conversation=where.address)
        async with self.database.work(write=True) as work:
            opened = await open_case(work, situation or make_situation(incoming=incoming), decision, where, turn)
            await work.commit()
        assert opened.id is not None
        return opened.id

    async def bind(self) -> None:
        """Bind the staff group."""
        async with self.database.work(write=True) as work:
            await work.staff.bind(BRAND, "777", "-1001", "the tests")
            await work.commit()

    async def request(self, where: Conversation, kind: str = "cancel") -> int:
        """Something the customer asks staff to do."""
        async with self.database.work(write=True) as work:
            asked = await work.cases.create_request(BRAND, kind, where.customer_id, where.id or 0, "DH1001", {"a": "b"})
            await work.commit()
        assert asked.id is not None
        return asked.id

    async def stored_request(self, request_id: int) -> tuple[Request, list[str]]:
        async with self.database.work() as work:
            found = await work.cases.request(BRAND, request_id)
        assert found is not None
        return found[0], [event.kind for event in found[1]]

    async def posts(self, conversation: str = CHAT, *kinds: str) -> list[Outbox]:
        """What waits to be said in a conversation, in order."""
        async with self.database.work() as work:
            rows = await work.mailbox.unsent_of(conversation)
        return [row for row in rows if not kinds or row.kind in kinds]

    async def told(self, conversation: str = CHAT) -> list[dict[str, Any]]:
        """What waits to be said to the customer."""
        return [row.payload for row in await self.posts(conversation, "say") if row.lane == conversation]

    async def events(self, case_id: int) -> list[CaseEvent]:
        async with self.database.work() as work:
            return await work.cases.events(case_id)

    async def kinds(self, case_id: int) -> list[str]:
        return [event.kind for event in await self.events(case_id)]


@pytest.fixture(scope="session")
def words() -> CustomerWords:
    config = shipped_config()
    composer = Composer(Texts(config.texts), config.shop, ZoneInfo("Asia/Ho_Chi_Minh"))
    return CustomerWords(composer, Language.VI)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("desk") / "empty.sqlite"
    database = Database(StorageSettings(url=f"sqlite:///{path}"))

    async def make() -> None:
        await database.migrate()
        await database.tidy()
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def database(empty_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    copyfile(empty_file, tmp_path / "desk.sqlite")
    opened = Database(StorageSettings(url=f"sqlite:///{tmp_path / 'desk.sqlite'}"))
    yield opened
    await opened.close()


@pytest.fixture
def place(database: Database, words: CustomerWords) -> Place:
    posted: list[bool] = []
    made = Place(database, Desk(database, words, lambda: made.now, lambda: posted.append(True)), posted=posted)
    return made
