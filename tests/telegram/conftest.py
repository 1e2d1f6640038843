"""A Telegram room as the process has it, on the fake Bot API and a real database; only the agent is a list."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram import Bot
from ruamel.yaml import YAML

from bot.desk.desk import Desk
from bot.desk.opening import relay_to_staff
from bot.desk.staff import StaffRoom
from bot.desk.words import CustomerWords
from bot.domain.escalation import Role, StaffMember
from bot.domain.incoming import Incoming
from bot.intake.outbox import Post
from bot.intake.turns import Turns
from bot.reply.commands import CommandBook
from bot.reply.settings import ReplySettings
from bot.reply.templates import Texts
from bot.telegram.address import address, update_of
from bot.telegram.buttons import Seal
from bot.telegram.channel import TelegramChannel
from bot.telegram.dispatcher import UpdateHandler, build_dispatcher
from bot.telegram.door import RawUpdates
from bot.telegram.session import make_bot
from bot.telegram.settings import TelegramSettings
from storage.database import Database, StorageSettings
from storage.tables import Case, Conversation, Inbox, Outbox
from tests.doubles.telegram import NO_LIMITS, FakeForum, FakeTelegram, FakeUser

BRAND = "demo"
ADMIN = StaffMember("admin", "Admin", Role.ADMIN)
SEAL = Seal("a secret of the tests")


def now() -> datetime:
    return datetime.now(UTC)


def settings_for(fake: FakeTelegram, **fields: Any) -> TelegramSettings:
    return TelegramSettings(token=fake.token, api_url=fake.url, **fields)


@cache
def commands() -> CommandBook:
    """What config.yaml calls a command."""
    config = YAML(typ="safe", pure=True).load(Path(__file__).parents[2] / "config.yaml")
    return CommandBook(Texts(ReplySettings(**config["texts"])))


def words(key: str, language: str) -> str:
    return f"{key} ({language})"


class ListeningTurns:
    """Hears what the agent would, and settles nothing, as the real one before its turn."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.rows: list[int] = []

    async def hear(self, incoming: Incoming, inbox_id: int) -> None:
        self.heard.append(incoming)
        self.rows.append(inbox_id)


class PlainWords:
    """What the desk says, without templates."""

    async def joined(self, work: object, where: object, staff: str) -> dict[str, Any]:
        return {"text": f"{staff} is here now"}

    async def passed_on(self, work: object, where: object) -> dict[str, Any]:
        return {"text": "A colleague takes over"}

    async def left(self, work: object, where: object) -> dict[str, Any]:
        return {"text": "The bot is back"}

    async def closed(self, work: object, where: object) -> dict[str, Any]:
        return {"text": "All done?"}


@dataclass
class Room:
    """The room and everything a test looks at."""

    fake: FakeTelegram
    bot: Bot
    database: Database
    turns: ListeningTurns = field(default_factory=ListeningTurns)
    seal: Seal = SEAL
    offset: int | None = None
    posted: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.staff_room = StaffRoom(self.database, BRAND, now)
        self.desk = Desk(self.database, cast(CustomerWords, PlainWords()), now)
        self.dispatcher = build_dispatcher(
            self.bot,
            BRAND,
            self.database,
            cast(Turns, self.turns),
            self.desk,
            self.staff_room,
            self.seal,
            commands().command_of,
            words,
            lambda: self.posted.append(True),
        )
        self.handler = UpdateHandler(self.bot, self.dispatcher, self.database)
        self.channel = TelegramChannel(self.bot, self.database, self.seal)

    async def pump(self) -> list[int]:
        """Take in whatever Telegram has, one after another; returns the inbox rows."""
        rows = []
        while batch := await self.bot(RawUpdates(offset=self.offset, timeout=0)):
            for raw in batch:
                rows.append(await self.take(raw))
                self.offset = raw["update_id"] + 1
        return rows

    async def take(self, raw: dict[str, Any]) -> int:
        """Store one raw update and handle it."""
        update = update_of(BRAND, str(self.bot.id), raw, now())
        async with self.database.work(write=True) as work:
            row = await work.mailbox.receive(
                update.brand, update.bot, update.id, update.channel, update.conversation, raw, update.received_at
            )
            await work.commit()
        assert row is not None
        await self.handler(update, row)
        return row

    async def waiting(self) -> list[int]:
        """Inbox rows that nobody has settled."""
        async with self.database.work() as work:
            return [row.id or 0 for row in await work.mailbox.waiting(1000, 0)]

    async def row(self, number: int) -> Inbox:
        async with self.database.work() as work:
            found = await work.session.get(Inbox, number)
        assert found is not None
        return found

    async def bind(self, forum: FakeForum) -> None:
        async with self.database.work(write=True) as work:
            await work.staff.bind(BRAND, str(self.bot.id), str(forum.id), "test")
            await work.commit()

    async def converse(self, customer: FakeUser, name: str = "") -> str:
        """A stored customer with a conversation; returns its address."""
        where = address(str(self.bot.id), customer.id)
        async with self.database.work(write=True) as work:
            stored = await work.customers.create(BRAND, "telegram", str(customer.id), name or "Lan Anh")
            await work.turns.open(BRAND, "telegram", where, stored.id)
            await work.commit()
        return where

    async def open_case(self, where: str, said: Incoming | None = None) -> Case:
        """An escalated case for a stored conversation."""
        async with self.database.work(write=True) as work:
            conversation = await work.turns.conversation(BRAND, where)
            assert conversation is not None
            assert conversation.id is not None
            case = await work.cases.open(_case(conversation))
            if said is not None:
                await relay_to_staff(work, said, conversation, case)
            await work.commit()
        return case

    async def send(self, kind: str, payload: dict[str, Any], where: str, case: Case | None = None) -> tuple[str, ...]:
        """Deliver one post to the conversation `where`, or to its topic."""
        return await self.channel.deliver(post(kind, payload, where, case))

    async def flush(self) -> list[Outbox]:
        """Deliver the outbox, as the sender would, and return what was delivered."""
        done = []
        while True:
            async with self.database.work() as work:
                due = await work.mailbox.due(now(), 100)
            if not due:
                return done
            for row in due:
                remote = await self.channel.deliver(_post_of(row))
                async with self.database.work(write=True) as work:
                    await work.mailbox.mark_sending([row.id or 0])
                    await work.mailbox.mark_sent(row.id or 0, remote)
                    await work.commit()
                done.append(row)


def post(kind: str, payload: dict[str, Any], where: str, case: Case | None = None) -> Post:
    return Post(
        id=1,
        brand=BRAND,
        channel="telegram",
        conversation=where,
        lane=where,
        author="bot",
        kind=kind,
        payload=payload,
        turn_id=None,
        case_id=case.id if case else None,
        attempts=0,
        created_at=now(),
    )


def _post_of(row: Outbox) -> Post:
    made = post(row.kind, row.payload, row.conversation)
    return replace(made, lane=row.lane, author=row.author, case_id=row.case_id, id=row.id or 0)


def _case(conversation: Conversation) -> Case:
    card = {
        "customer": "Lan Anh",
        "known": True,
        "level": "off",
        "language": "vi",
        "reason": "angry",
        "why": "very angry",
        "policy": "safety.angry",
        "urgency": 2,
        "stage": "post_purchase",
        "stage_why": "an order is on its way",
        "message": "Hàng vỡ rồi!",
        "moods": ["angry"],
        "trend": "falling",
        "orders": [],
        "requests": [],
        "tried": [],
        "source": "lexicon",
        "unsure": False,
    }
    return Case(
        brand=conversation.brand,
        number="",
        conversation_id=conversation.id or 0,
        customer_id=conversation.customer_id,
        turn_id=1,
        reason="angry",
        why="very angry",
        policy="safety.angry",
        urgency=2,
        card=card,
        opened_at=now(),
    )


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database; tests work on copies."""
    path = tmp_path_factory.mktemp("telegram") / "empty.sqlite"

    async def make() -> None:
        database = Database(StorageSettings(url=f"sqlite:///{path}"))
        await database.migrate()
        await database.tidy()
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def database(empty_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(empty_file, tmp_path / "shop.sqlite")
    made = Database(StorageSettings(url=f"sqlite:///{tmp_path / 'shop.sqlite'}"))
    yield made
    await made.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=NO_LIMITS) as server:
        yield server


async def close(bots: Sequence[Bot]) -> None:
    """Close without the quarter second that aiogram waits for TLS, which the fake has not."""
    for bot in bots:
        session = bot.session._session  # type: ignore[attr-defined]
        if session is not None:
            await session.close()


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    made = make_bot(settings_for(fake))
    yield made
    await close([made])


@pytest.fixture
async def room(fake: FakeTelegram, bot: Bot, database: Database) -> Room:
    return Room(fake, bot, database)
