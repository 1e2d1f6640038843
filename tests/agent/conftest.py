"""The agent in the demo shop, with nobody delivering: what it wants to say waits in the outbox."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from bot.domain.escalation import StaffMember
from bot.domain.incoming import Attachment, AttachmentKind, Incoming, Press, Sender
from bot.wiring.core import Core
from storage.tables import Customer, Inbox, Outbox, Turn
from tests.doubles.house import BRAND, MAI, ShiftedClock, make_settings

RowT = TypeVar("RowT", bound=SQLModel)
GROUP = "telegram:777:-1001"


@dataclass
class Shop:
    """A core on the demo shop's database, and short ways to write to it and to look into it."""

    core: Core
    clock: ShiftedClock
    posted: list[bool] = field(default_factory=list)
    messages: int = 0

    def incoming(self, text: str = "", who: str = "demo-1", **fields: Any) -> Incoming:
        self.messages += 1
        said = {"text": text, "messages": (f"m{self.messages}",)} | fields
        return Incoming(BRAND, "web", f"web:{who}", Sender(who, ""), self.clock.now(), **said)

    async def says(self, text: str = "", who: str = "demo-1", settles: tuple[int, ...] = (), **fields: Any) -> Turn:
        """One turn of the agent; the customer's turn as it was stored."""
        said = self.incoming(text, who, **fields)
        await self.core.agent.turn(said, settles)
        return (await self.rows(Turn, author="customer"))[-1]

    async def presses(self, press: Press, who: str = "demo-1") -> Turn:
        return await self.says("", who, press=press)

    async def sends(self, kind: AttachmentKind, who: str = "demo-1", **fields: Any) -> Turn:
        return await self.says("", who, attachments=(Attachment(kind, **fields),))

    async def rows(self, model: type[RowT], **where: Any) -> list[RowT]:
        """Rows of a table, oldest first."""
        query = select(model).where(*(col(getattr(model, name)) == value for name, value in where.items()))
        async with self.core.database.work() as work:
            found = list((await work.session.execute(query)).scalars())
        return sorted(found, key=lambda row: getattr(row, "id", None) or getattr(row, "turn_id", 0))

    async def outbox(self, **where: Any) -> list[Outbox]:
        return await self.rows(Outbox, **where)

    async def arrived(self, update_id: str = "1") -> int:
        """An inbox row that waits for a turn."""
        row = Inbox(brand=BRAND, bot="web", update_id=update_id, channel="web", conversation="web:demo-1")
        async with self.core.database.work(write=True) as work:
            number = (await work.mailbox.receive_many([row]))[0]
            await work.commit()
        assert number is not None
        return number

    async def delivered(self) -> None:
        """Everything that waits has left."""
        for row in await self.outbox(state="waiting"):
            async with self.core.database.work(write=True) as work:
                await work.mailbox.mark_sending([row.id or 0])
                await work.mailbox.mark_sent(row.id or 0, ["1"])
                await work.commit()

    async def bind_group(self) -> None:
        async with self.core.database.work(write=True) as work:
            await work.staff.bind(BRAND, "777", "-1001", "the tests")
            await work.commit()

    async def on_telegram(self, phone: str, id: str = "c-tele") -> Customer:
        """A customer whom only Telegram's bot knows so far."""
        async with self.core.database.work(write=True) as work:
            person = await work.customers.create(BRAND, "telegram", "4242", "Cô Tư", id)
            await work.customers.set(BRAND, person.id, phone=phone)
            await work.commit()
        return person

    async def case_id(self, who: str = "demo-1") -> int:
        async with self.core.database.work() as work:
            where = await work.turns.conversation(BRAND, f"web:{who}")
            latest = await work.cases.latest_of(where.id or 0) if where else None
        assert latest is not None
        return latest[0].id or 0

    async def claimed(self, who: str = "demo-1", by: StaffMember = MAI) -> None:
        await self.core.desk.claim(BRAND, await self.case_id(who), by)

    def pass_by(self, **time: float) -> None:
        self.clock.pass_by(timedelta(**time))


@pytest.fixture
async def shop(tmp_path: Path, house_template: Path) -> AsyncIterator[Shop]:
    copyfile(house_template, tmp_path / "house.sqlite")
    clock = ShiftedClock()
    core = Core(make_settings(tmp_path), clock.now)
    opened = Shop(core, clock)
    core.posted = lambda: opened.posted.append(True)
    await core.open()
    yield opened
    await core.close()
