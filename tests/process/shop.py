"""A running shop as its customers and staff know it, with a look at its database from outside."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlmodel import col, select

from storage.database import Database
from storage.tables import Case, ChannelIdentity, Conversation, Inbox, Outbox, Turn
from tests.doubles.telegram import FakeForum, FakeMessage, FakeStaff, FakeTelegram, FakeTopic, FakeUser, Press
from tests.process.house_process import PATIENCE, HouseProcess

BRAND = "demo"
ANGRY = "Làm ăn kiểu gì vậy hả??? Chờ hai tuần rồi vẫn chưa thấy hàng đâu, quá tức giận, lừa đảo khách à!!!"
T = TypeVar("T")
_numbers = itertools.count(1)


@dataclass
class Shop:
    """One process, its Telegram and its database."""

    fake: FakeTelegram
    staff: FakeForum
    process: HouseProcess
    database: Database
    webhook: bool = False
    expected: list[str] = field(default_factory=list)  # what may stand in the log above INFO

    async def until(self, condition: Callable[[], T | None]) -> T:
        """Wait for what `condition` returns once it is something."""
        found = await self.fake.until(condition, PATIENCE)
        assert found is not None
        return found

    def customer(self, name: str = "Lan", language: str = "vi", phone: str = "") -> FakeUser:
        """Somebody new, with a name that is nobody else's."""
        return self.fake.customer(f"{name} {next(_numbers)}", language, phone)

    async def answer(self, who: FakeUser, text: str) -> FakeMessage:
        """Say something and wait for the next words of the bot's."""
        return await self.after(who, lambda: who.says(text))

    async def after(self, who: FakeUser, act: Callable[[], object]) -> FakeMessage:
        """Do something and wait until the customer heard something new; the latest of it."""
        before = len(who.heard)
        act()
        return await self.until(lambda: who.heard[-1] if len(who.heard) > before else None)

    async def escalated(self, who: FakeUser, words: str = ANGRY) -> FakeTopic:
        """An angry customer who was told that a human comes, and whose topic has the card in it."""
        who.says(words)
        await self.until(lambda: who.heard)
        return await self.until(lambda: self.topic_of(who))

    async def toast(self, press: Press | FakeMessage) -> str:
        """What the bot answers to a press."""
        assert isinstance(press, Press)
        return str((await self.until(lambda: press.answer)).get("text", ""))

    def topic_of(self, who: FakeUser) -> FakeTopic | None:
        """The customer's topic, once its card is there."""
        named = (topic for topic in self.staff.topics if topic.name.startswith(f"{name_of(who)} · "))
        return next((topic for topic in named if _cards(topic)), None)

    def card(self, topic: FakeTopic) -> FakeMessage:
        """The newest card of a topic."""
        return _cards(topic)[-1]

    async def held(self, who: FakeUser, by: FakeStaff) -> FakeTopic:
        """An escalated customer whose case `by` has claimed by the card's button."""
        topic = await self.escalated(who)
        heard = len(who.heard)
        press = by.presses(topic, "✋")
        await self.until(lambda: press.answer and len(who.heard) > heard)
        return topic

    def member(self, name: str = "Mai") -> FakeStaff:
        """A new member of the staff group."""
        return self.staff.member(f"{name} {next(_numbers)}")

    # ---- what the database says ----

    def address(self, who: FakeUser) -> str:
        return f"telegram:{self.fake.bot.id}:{who.id}"

    async def turns(self, who: FakeUser, author: str = "customer") -> list[Turn]:
        """What one side said in a conversation, oldest first."""
        said = select(Turn).join(Conversation, col(Conversation.id) == col(Turn.conversation_id))
        said = said.where(col(Conversation.address) == self.address(who), col(Turn.author) == author)
        async with self.database.work() as work:
            return list(await work.session.scalars(said.order_by(col(Turn.id))))

    async def outbox(self, who: FakeUser) -> list[Outbox]:
        """Everything that was to be said in a conversation, staff's side included, in order."""
        rows = select(Outbox).where(col(Outbox.conversation) == self.address(who)).order_by(col(Outbox.id))
        async with self.database.work() as work:
            return list(await work.session.scalars(rows))

    async def inbox(self, who: FakeUser) -> list[Inbox]:
        rows = select(Inbox).where(col(Inbox.conversation) == self.address(who)).order_by(col(Inbox.id))
        async with self.database.work() as work:
            return list(await work.session.scalars(rows))

    async def inbox_row(self, update_id: str) -> Inbox | None:
        async with self.database.work() as work:
            return (await work.session.scalars(select(Inbox).where(col(Inbox.update_id) == update_id))).first()

    async def identity(self, who: FakeUser) -> ChannelIdentity:
        found = select(ChannelIdentity).where(col(ChannelIdentity.external_id) == str(who.id))
        async with self.database.work() as work:
            return (await work.session.scalars(found)).one()

    async def cases(self, who: FakeUser) -> list[Case]:
        found = select(Case).join(Conversation, col(Conversation.id) == col(Case.conversation_id))
        async with self.database.work() as work:
            return list(await work.session.scalars(found.where(col(Conversation.address) == self.address(who))))

    async def settled(self, who: FakeUser) -> None:
        """Wait until nothing of this conversation is waiting or on its way, in or out."""

        async def calm() -> bool:
            moving = [row for row in await self.outbox(who) if row.state in ("waiting", "sending")]
            return not moving and all(row.state != "waiting" for row in await self.inbox(who))

        await _until(calm)

    async def quiet(self) -> None:
        """Wait until nothing at all is waiting or on its way."""

        async def calm() -> bool:
            async with self.database.work() as work:
                counts = await work.mailbox.counts()
            return not any(counts.get(state) for state in ("inbox.waiting", "outbox.waiting", "outbox.sending"))

        await _until(calm)

    def unexpected(self) -> list[str]:
        """Lines of the log above INFO that no test asked for."""
        loud = [line for line in self.process.log.splitlines() if " INFO " not in line]
        return [line for line in loud if not any(words in line for words in self.expected)]


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - what happens, happens in another process
            await asyncio.sleep(0.02)


def _cards(topic: FakeTopic) -> list[FakeMessage]:
    return [message for message in topic.messages if "Why:" in message.text]


def name_of(who: FakeUser) -> str:
    face = who.user.face
    return f"{face['first_name']} {face.get('last_name', '')}".strip()
