"""The whole house in one process for tests: the real wiring on a SQLite file, with channels that remember.

A customer of the demo shop writes on the web channel; the staff group is bound to a channel that keeps its cards.
Bursts close at once, nothing is limited, and the day begins at the hour a test asks for.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from shutil import copyfile
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from ruamel.yaml import YAML

from bot.desk.desk import Talk
from bot.domain.escalation import CaseView, Role, StaffMember
from bot.domain.incoming import Action, Attachment, AttachmentKind, Incoming, Press, Sender
from bot.facts.cases import case_view
from bot.intake.clock import SystemClock
from bot.intake.outbox import Post
from bot.intake.settings import BurstSettings, OutboxSettings
from bot.settings import Config, Settings
from bot.telegram.settings import TelegramSettings
from bot.web.translate import address_of, message, update_of
from bot.wiring.service import Service
from storage.database import Database, StorageSettings
from storage.demo import load_demo
from storage.showing import Decided, turns_to_show
from storage.tables import Request, RequestEvent
from tests.doubles.channel import FakeChannel

T = TypeVar("T")
BRAND = "demo"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GROUP = "telegram:777:-1001"
CONFIG = Path(__file__).parents[2] / "config.yaml"
AT_ONCE = BurstSettings(shortest=0, longest=0, in_all=0)
PATIENCE = 20.0  # real seconds for one turn, on a busy machine
_TAG = re.compile(r"<[^>]+>")


class ShiftedClock(SystemClock):
    """The machine's clock moved ahead, to the next `hour` o'clock in the shop's time zone."""

    def __init__(self, hour: int = 10) -> None:
        now = super().now().astimezone(ZONE)
        start = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        self.ahead = (start if start > now else start + timedelta(days=1)) - now

    def now(self) -> datetime:
        return super().now() + self.ahead

    def pass_by(self, time: timedelta) -> None:
        """Let this much time pass for everybody who asks the clock."""
        self.ahead += time


@cache
def shipped_config() -> Config:
    """The config.yaml that ships with the project, without waiting and limits, read by the lexicon."""
    config = Config.model_validate(YAML(typ="safe", pure=True).load(CONFIG))
    intake = config.intake.model_copy(update={"burst": AT_ONCE, "outbox": OutboxSettings(limits={})})
    nlp = config.nlp.model_copy(update={"reader": "lexicon"})
    return config.model_copy(update={"intake": intake, "nlp": nlp})


def make_settings(folder: Path, config: Config | None = None) -> Settings:
    """Settings for a shop whose database is a file in `folder`; the environment is not read."""
    return Settings(
        config=config or shipped_config(),
        telegram=TelegramSettings(),
        database_url=f"sqlite+aiosqlite:///{folder / 'house.sqlite'}",
        web_host="127.0.0.1",
        web_port=0,
        admin_password=SecretStr("letmein"),
        secret=SecretStr("a secret of the tests"),
        shop_secret=SecretStr("between shop and bot"),
        demo=False,
    )


async def make_template(path: Path) -> None:
    """A migrated SQLite file with the demo shop as it is at 10 o'clock, to be copied for each test."""
    database = Database(StorageSettings(url=f"sqlite:///{path}"))
    await database.migrate()
    await load_demo(database, ShiftedClock().now(), BRAND)
    await database.tidy()
    await database.close()


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one message: how it was read, what was decided, and what the customer got to see since."""

    turn_id: int
    reading: dict[str, Any]
    decided: Decided
    posts: tuple[Post, ...]

    @property
    def answer(self) -> dict[str, Any]:
        return self.decided.answer

    @property
    def reply(self) -> str:
        """The words on the customer's screen, without their HTML."""
        return "\n\n".join(words_of(post) for post in self.posts)

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(button["label"] for post in self.posts for button in _buttons(post))

    @property
    def suggested(self) -> tuple[str, ...]:
        return tuple(one["sku"] for one in self.answer.get("suggestions", ()))


def words_of(post: Post) -> str:
    """A post's text as people read it."""
    return unescape(_TAG.sub("", str(post.payload.get("text", ""))))


def _buttons(post: Post) -> list[dict[str, Any]]:
    return [button for row in post.payload.get("buttons", ()) for button in row]


class House:
    """A running service with its doors replaced by lists."""

    def __init__(self, settings: Settings, clock: ShiftedClock) -> None:
        self.clock = clock
        self.service = Service(settings, clock)
        self.core = self.service.core
        self.desk = self.core.desk
        self.customers, self.group = FakeChannel(clock, "web"), FakeChannel(clock, "telegram")
        self.service.channels |= {"web": self.customers, "telegram": self.group}
        self._seen: dict[str, int] = {}
        self.last_message: dict[str, str] = {}
        self.names: dict[str, str] = {}

    # ---- customers ----

    async def says(self, person: str, text: str = "", **fields: Any) -> Said:
        """Somebody writes on the web; `person` is a demo customer's id or anything else for a stranger."""
        return await self.hears(self.message(person, text, **fields))

    async def presses(self, person: str, label: str) -> Said:
        """Press the newest button with this label, or answer the phone keyboard's."""
        action, value = self._button(person, label)
        return await self.hears(self.message(person, press=Press(Action(action), value)))

    async def sends(self, person: str, kind: str, emoji: str = "", text: str = "", phone: str = "") -> Said:
        """Send an attachment, such as a voice message or a sticker."""
        what = Attachment(AttachmentKind(kind), f"file-{kind}", emoji=emoji, phone=phone)
        return await self.says(person, text, attachments=(what,))

    async def shares_phone(self, person: str, phone: str) -> Said:
        """Share the own phone number with one tap; the channel vouches for it."""
        return await self.sends(person, "contact", phone=phone)

    async def edits(self, person: str, text: str) -> None:
        """Change the words of the last message."""
        edits = self.last_message[person]
        await self._handled(replace(self.message(person, text), edits=edits))

    async def hears(self, said: Incoming) -> Said:
        """Hand a message to the bus and wait until it is answered and the answer is out."""
        await self._handled(said)
        return await self._said(said)

    def message(self, person: str, text: str = "", **fields: Any) -> Incoming:
        """What a page of this person would publish."""
        sender = Sender(person, self.names.get(person, ""), fields.pop("app_language", ""))
        return message(BRAND, sender, self.clock.now(), text=text, **fields)

    # ---- staff ----

    async def case_of(self, person: str) -> CaseView | None:
        """The newest case of a customer, whatever became of it."""
        async with self.core.database.work() as work:
            where = await work.turns.conversation(BRAND, address_of(person))
            latest = await work.cases.latest_of(where.id or 0) if where else None
        return case_view(*latest) if latest else None

    async def claims(self, by: StaffMember, person: str) -> CaseView:
        return await self._settled(person, self.desk.claim(BRAND, await self._case_id(person), by))

    async def staff_says(self, by: StaffMember, person: str, text: str) -> CaseView:
        return await self._settled(person, self.desk.say(BRAND, address_of(person), by, Talk(text)))

    async def passes_on(self, by: StaffMember, person: str, note: str) -> CaseView:
        return await self._settled(person, self.desk.pass_on(BRAND, await self._case_id(person), by, note))

    async def closes(self, by: StaffMember, person: str, reason: str = "") -> CaseView:
        return await self._settled(person, self.desk.close(BRAND, await self._case_id(person), by, reason))

    async def settles(self, by: StaffMember, number: str, status: str, note: str = "") -> None:
        """Accept, do or refuse the request with this number."""
        found = next(one for one in await self.desk.requests(BRAND) if one.number == number)
        person = found.conversation.partition(":")[2]
        await self._settled(person, self.desk.settle_request(BRAND, found.id, by, status, note))

    async def requests_of(self, person: str) -> list[tuple[Request, list[RequestEvent]]]:
        """A customer's requests with their events, newest first."""
        async with self.core.database.work() as work:
            found = await work.customers.by_identity(BRAND, "web", person)
            return await work.cases.requests(BRAND, found[0].id) if found else []

    # ---- what everybody sees ----

    def screen(self, person: str) -> list[Post]:
        """Everything delivered to a customer, oldest first."""
        return [post for post in self.customers.sent if post.conversation == address_of(person)]

    def topic(self, person: str, *kinds: str) -> list[Post]:
        """What was posted into a customer's topic of the staff group."""
        posts = (post for post in self.group.sent if post.conversation == address_of(person))
        return [post for post in posts if not kinds or post.kind in kinds]

    def news(self, person: str) -> tuple[Post, ...]:
        """What was delivered to a customer since the last look."""
        posts = self.screen(person)
        fresh = posts[self._seen.get(person, 0) :]
        self._seen[person] = len(posts)
        return tuple(fresh)

    async def calm(self, person: str) -> None:
        """Wait until nothing of this conversation is waiting or on its way, in or out."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while self.service.bus.held or self.service.turns.talking or not await self._is_calm(address_of(person)):
            assert loop.time() < end, "what the test waits for did not happen"
            await asyncio.sleep(0.001)

    # ---- inside ----

    async def _handled(self, said: Incoming) -> None:
        person = said.sender.external_id
        self.news(person)
        if not said.edits:
            self.last_message[person] = said.messages[0]
        await self.service.bus.publish(update_of(said))
        await self.calm(person)

    async def _said(self, said: Incoming) -> Said:
        posts = self.news(said.sender.external_id)
        async with self.core.database.work() as work:
            where = await work.turns.conversation(BRAND, said.conversation)
            shown = await turns_to_show(work.session, where.id or 0, 30) if where else []
        mine = next((one for one in shown if said.messages[0] in one.turn.messages), None)
        if mine is None:  # the customer asked to be forgotten, and is
            return Said(0, {}, Decided("reply", "builtin.forgotten", 0, "", "", "", {}), posts)
        assert mine.decided is not None
        return Said(mine.turn.id or 0, mine.heard or {}, mine.decided, posts)

    async def _settled(self, person: str, doing: Awaitable[T]) -> T:
        self.news(person)
        done = await doing
        await self.calm(person)
        return done

    async def _case_id(self, person: str) -> int:
        case = await self.case_of(person)
        assert case is not None, f"{person} has no case"
        return case.id

    def _button(self, person: str, label: str) -> tuple[str, str]:
        for post in reversed(self.screen(person)):
            for button in _buttons(post):
                if button["label"] == label:
                    return button["action"], button["value"]
        there = [button["label"] for post in self.screen(person) for button in _buttons(post)]
        raise AssertionError(f"no button {label!r} among {there}")

    async def _is_calm(self, conversation: str) -> bool:
        async with self.core.database.work() as work:
            counts = await work.mailbox.counts()
            unsent = await work.mailbox.unsent_of(conversation)
        assert not counts.get("inbox.dead"), "an update was given up: see the log"
        return not counts.get("inbox.waiting") and not counts.get("outbox.sending") and not unsent


MAI = StaffMember("staff-mai", "Mai", Role.AGENT)
AN = StaffMember("staff-an", "An", Role.AGENT)
SENIOR = StaffMember("staff-ha", "Hà", Role.SENIOR)
ADMIN = StaffMember("staff-root", "Root", Role.ADMIN)
STAFF: Sequence[StaffMember] = (MAI, AN, SENIOR, ADMIN)


@asynccontextmanager
async def open_house(
    folder: Path, template: Path, hour: int = 10, config: Config | None = None
) -> AsyncIterator[House]:
    """A house that serves until the block ends; `template` is the file that `make_template` made."""
    copyfile(template, folder / "house.sqlite")
    house = House(make_settings(folder, config), ShiftedClock(hour))
    await house.core.open()
    async with house.core.database.work(write=True) as work:
        await work.staff.bind(BRAND, "777", "-1001", "the tests")
        await work.commit()
    stop = asyncio.Event()
    serving = asyncio.create_task(house.service.run(stop))
    try:
        yield house
    finally:
        stop.set()
        await serving
