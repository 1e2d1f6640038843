"""Updates are safe before Telegram hears that they arrived: polling and webhook."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot
from aiohttp import web

from bot.errors import Busy
from bot.intake.bus import EmbeddedBus
from bot.intake.clock import SystemClock
from bot.intake.settings import IntakeSettings
from bot.intake.update import Update
from bot.telegram.address import conversation_of, update_of
from bot.telegram.door import ALLOWED_UPDATES, BODY_LIMIT, SECRET_HEADER, Poller, Webhook
from bot.telegram.session import make_bot
from bot.telegram.settings import TelegramSettings
from bot.telegram.startup import serve
from nlp.types import Language
from storage.database import Database
from tests.doubles.clock import FakeClock, until
from tests.doubles.telegram import FakeTelegram
from tests.telegram.conftest import BRAND, Room, close, now, settings_for

SECRET = "a-webhook_secret"


class Bus:
    """Keeps what it is given, unless a test says otherwise."""

    def __init__(self) -> None:
        self.stored: list[Update] = []
        self.troubles: list[Exception] = []
        self.refuses: Callable[[Update], bool] = lambda _: True

    async def publish(self, update: Update) -> None:
        await asyncio.sleep(0)
        if self.troubles and self.refuses(update):
            raise self.troubles.pop(0)
        self.stored.append(update)

    async def run(self, handler: object, stop: asyncio.Event) -> None:
        raise NotImplementedError

    @property
    def texts(self) -> list[str]:
        return [update.payload["message"]["text"] for update in self.stored]


@pytest.fixture
def bus() -> Bus:
    return Bus()


class QuickClock(SystemClock):
    """Waits a thousandth of what it is asked to."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 1000)


@asynccontextmanager
async def polling(bot: Bot, bus: Bus) -> AsyncIterator[Poller]:
    """A poller at work; leaving stops it, at once although a long poll is open."""
    stop = asyncio.Event()
    poller = Poller(bot, bus, BRAND, QuickClock())
    task = asyncio.create_task(poller.run(stop))
    try:
        yield poller
    finally:
        stop.set()
        await asyncio.wait_for(task, 1)


async def test_updates_are_stored_and_then_acknowledged(fake: FakeTelegram, bot: Bot, bus: Bus) -> None:
    lan = fake.customer("Lan")
    lan.says("một")
    async with polling(bot, bus):
        await until(lambda: len(bus.stored) == 1)
        lan.says("hai")
        await until(lambda: len(bus.stored) == 2 and fake.bot.mailroom.pending == 0)
    (first, second) = bus.stored
    assert bus.texts == ["một", "hai"]
    assert (first.brand, first.bot, first.channel) == (BRAND, str(bot.id), "telegram")
    assert first.conversation == f"telegram:{bot.id}:{lan.id}"
    assert int(second.id) == int(first.id) + 1
    assert fake.bot.mailroom.allowed == frozenset(ALLOWED_UPDATES)


async def test_a_poller_that_dies_before_storing_loses_nothing(fake: FakeTelegram, bot: Bot, bus: Bus) -> None:
    fake.customer("Lan").says("một")
    bus.troubles = [Busy("full")] * 10_000
    async with polling(bot, bus):
        await until(lambda: len(bus.troubles) < 10_000)
    assert bus.stored == []
    assert fake.bot.mailroom.pending == 1
    bus.troubles = []
    async with polling(bot, bus):
        await until(lambda: bus.texts == ["một"])


@pytest.mark.parametrize("trouble", [Busy("full"), OSError("disk"), RuntimeError("whatever")])
async def test_what_can_not_be_stored_is_tried_again_in_order(
    fake: FakeTelegram, bot: Bot, bus: Bus, trouble: Exception
) -> None:
    lan, nam = fake.customer("Lan"), fake.customer("Nam")
    lan.says("một")
    lan.says("hai")
    nam.says("ba")
    bus.troubles = [trouble, trouble]
    bus.refuses = lambda update: "một" in str(update.payload)
    async with polling(bot, bus):
        await until(lambda: len(bus.stored) == 3)
    assert [text for text in bus.texts if text != "ba"] == ["một", "hai"]


async def test_an_update_that_aiogram_can_not_parse_blocks_nobody(fake: FakeTelegram, bot: Bot, bus: Bus) -> None:
    fake.deliver({"message": {"chat": {"id": 5, "type": "private"}, "text": "no id, no date"}})
    fake.customer("Lan").says("một")
    async with polling(bot, bus):
        await until(lambda: len(bus.stored) == 2)


@pytest.mark.parametrize(
    ("order", "line"),
    [
        (lambda fake: fake.faults.refuse("getUpdates", 502, html=True, times=3), "errors of its own"),
        (lambda fake: fake.faults.drop("getUpdates", times=3), "TELEGRAM_PROXY"),
        (lambda fake: fake.faults.refuse("getUpdates", 401, times=3, description="Unauthorized"), "TELEGRAM_BOT_TOKEN"),
        (lambda fake: fake.faults.refuse("getUpdates", 429, times=3, retry_after=1), "asks to wait"),
        (
            lambda fake: fake.faults.refuse("getUpdates", 409, times=3, description="Conflict: terminated by other"),
            "Another program polls",
        ),
    ],
    ids=["502 page", "network", "401", "429", "409"],
)
async def test_trouble_is_said_once_and_waited_out(
    fake: FakeTelegram,
    bot: Bot,
    bus: Bus,
    order: Callable[[FakeTelegram], object],
    line: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    order(fake)
    fake.customer("Lan").says("một")
    async with polling(bot, bus):
        await until(lambda: bus.texts == ["một"])
    assert caplog.text.count(line) == 1
    assert caplog.text.count("Telegram works again.") == 1
    assert fake.token not in caplog.text


async def test_a_forgotten_webhook_is_removed(
    fake: FakeTelegram, bot: Bot, bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.set_webhook("https://127.0.0.1:1/x")
    fake.faults.refuse("deleteWebhook", 500)
    async with polling(bot, bus):
        await until(lambda: "webhook was removed" in caplog.text)
        fake.customer("Lan").says("một")
        await until(lambda: bus.texts == ["một"])


async def test_duplicates_and_a_restart_are_handled_once(fake: FakeTelegram, bot: Bot, database: Database) -> None:
    handled: list[str] = []

    async def handler(update: Update, row: int) -> None:
        handled.append(update.payload["message"]["text"])
        async with database.work(write=True) as work:
            await work.mailbox.settle([row], None)
            await work.commit()

    lan = fake.customer("Lan")
    for start in range(2):
        fake.faults.duplicate_updates(5)
        lan.says(f"lời {start}")
        stop = asyncio.Event()
        embedded = EmbeddedBus(database, IntakeSettings(), SystemClock())
        poller = Poller(bot, embedded, BRAND, QuickClock())
        running = [asyncio.create_task(poller.run(stop)), asyncio.create_task(embedded.run(handler, stop))]
        await until(lambda: len(handled) > start)  # noqa: B023
        stop.set()
        await asyncio.wait_for(asyncio.gather(*running), 2)
    assert handled == ["lời 0", "lời 1"]


# ---- webhook ----


async def body(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def headers(secret: str = SECRET) -> Mapping[str, str]:
    return {SECRET_HEADER: secret}


MESSAGE = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "hi"}}


async def test_the_webhook_stores_before_it_answers(bot: Bot, bus: Bus) -> None:
    content = json.dumps(MESSAGE).encode()
    receipt = await Webhook(bot, bus, BRAND, SECRET).receive(headers(), body(content[:20], content[20:]))
    assert receipt.status == 200
    assert (bus.stored[0].id, bus.stored[0].conversation) == ("7", f"telegram:{bot.id}:5")


@pytest.mark.parametrize("wrong", [{}, headers("other"), headers("bí mật"), headers("")])
async def test_without_the_secret_nothing_is_read(bot: Bot, bus: Bus, wrong: Mapping[str, str]) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    assert (await Webhook(bot, bus, BRAND, SECRET).receive(wrong, unread())).status == 401


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"7", b"null", b'{"message": {}}', b'{"update_id": "7"}', b"\xff"]
)
async def test_what_is_no_update_is_a_bad_request(bot: Bot, bus: Bus, content: bytes) -> None:
    assert (await Webhook(bot, bus, BRAND, SECRET).receive(headers(), body(content))).status == 400
    assert bus.stored == []


async def test_an_endless_body_is_cut_off(bot: Bot, bus: Bus) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 100_000
            yield b"x" * 100_000

    assert (await Webhook(bot, bus, BRAND, SECRET).receive(headers(), endless())).status == 413
    assert read <= BODY_LIMIT + 200_000


@pytest.mark.parametrize("trouble", [Busy("full"), OSError("disk")])
async def test_when_full_telegram_shall_come_back(bot: Bot, bus: Bus, trouble: Exception) -> None:
    bus.troubles = [trouble]
    receipt = await Webhook(bot, bus, BRAND, SECRET).receive(headers(), body(json.dumps(MESSAGE).encode()))
    assert (receipt.status, receipt.headers) == (503, {"retry-after": "5"})


@asynccontextmanager
async def route(webhook: Webhook) -> AsyncIterator[str]:
    """A real HTTP server around the handler, as wiring's route is."""

    async def handle(request: web.BaseRequest) -> web.Response:
        receipt = await webhook.receive(request.headers, request.content.iter_any())
        return web.Response(status=receipt.status, headers=receipt.headers)

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    await runner.cleanup()


async def test_telegram_posts_to_the_announced_webhook(fake: FakeTelegram, bot: Bot, bus: Bus) -> None:
    fake.bot.mailroom.patience = 0.001
    webhook = Webhook(bot, bus, BRAND, SECRET)
    async with route(webhook) as url:
        await webhook.announce(url)
        fake.customer("Lan").says("một")
        await until(lambda: bus.texts == ["một"])
    assert fake.bot.mailroom.allowed == frozenset(ALLOWED_UPDATES)


# ---- start ----


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


async def test_coming_on_duty(room: Room, bus: Bus, stop: asyncio.Event, caplog: pytest.LogCaptureFixture) -> None:
    forum = room.fake.staff_group()
    room.fake.faults.drop("getMe", times=2)
    settings = settings_for(room.fake, staff_chat_id=forum.id)
    clock = QuickClock()
    door = Poller(room.bot, bus, BRAND, clock)
    languages = (Language.VI, Language.EN)
    task = asyncio.create_task(serve(room.bot, door, settings, room.database, BRAND, languages, clock, stop))
    room.fake.customer("Lan").says("một")
    await until(lambda: bus.texts == ["một"])
    stop.set()
    await asyncio.wait_for(task, 1)
    assert caplog.text.count("Telegram is unreachable") == 1
    async with room.database.work() as work:
        group = await work.staff.group(BRAND)
    assert group is not None
    assert (group.chat, group.bound_by) == (str(forum.id), "STAFF_CHAT_ID")
    listed = {entry.call.get("language_code", ""): entry.call for entry in room.fake.calls("setMyCommands")}
    assert {"vi", "en"} <= listed.keys()
    assert any(command["description"] == "Gặp nhân viên" for command in listed["vi"]["commands"])


async def test_coming_on_duty_with_a_webhook_and_without_rights(
    room: Room, bus: Bus, stop: asyncio.Event, caplog: pytest.LogCaptureFixture
) -> None:
    forum = room.fake.staff_group(bot_is_admin=False)
    settings = settings_for(
        room.fake, staff_chat_id=forum.id, webhook_url="https://shop.example/telegram", webhook_secret=SECRET
    )
    room.fake.faults.refuse("setMyCommands", 400)
    door = Webhook(room.bot, bus, BRAND, SECRET)
    task = asyncio.create_task(serve(room.bot, door, settings, room.database, BRAND, (Language.EN,), FakeClock(), stop))
    await until(lambda: room.fake.calls("setWebhook"))
    stop.set()
    await asyncio.wait_for(task, 1)
    (call,) = room.fake.calls("setWebhook")
    assert (call.call["url"], call.call["secret_token"]) == ("https://shop.example/telegram", SECRET)
    assert "may not manage topics" in caplog.text
    assert "command list was not published" in caplog.text


async def test_a_start_without_telegram_can_be_stopped(room: Room, bus: Bus, stop: asyncio.Event) -> None:
    bot = make_bot(TelegramSettings(token="1:x", api_url="http://127.0.0.1:1"))  # type: ignore[arg-type]
    door = Poller(bot, bus, BRAND)
    settings = settings_for(room.fake)
    task = asyncio.create_task(serve(bot, door, settings, room.database, BRAND, (Language.VI,), SystemClock(), stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(task, 1)
    await close([bot])


async def test_staff_chat_id_that_moved(room: Room, bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    from bot.telegram.group import bind_configured

    old = room.fake.staff_group()
    new = old.migrates()
    await bind_configured(room.bot, room.database, BRAND, old.id)
    async with room.database.work() as work:
        group = await work.staff.group(BRAND)
    assert group is not None
    assert group.chat == str(new.id)
    await bind_configured(room.bot, room.database, BRAND, -1009)
    assert "The bot is not in this group" in caplog.text


# ---- addresses ----


@pytest.mark.parametrize(
    ("raw", "conversation"),
    [
        ({"message": {"chat": {"id": 5, "type": "private"}}}, "telegram:7:5"),
        ({"edited_message": {"chat": {"id": 5, "type": "private"}}}, "telegram:7:5"),
        ({"callback_query": {"from": {"id": 5}, "message": {"chat": {"id": 5, "type": "private"}}}}, "telegram:7:5"),
        ({"callback_query": {"from": {"id": 5}, "inline_message_id": "x"}}, "telegram:7:5"),
        ({"my_chat_member": {"chat": {"id": 5, "type": "private"}, "from": {"id": 5}}}, "telegram:7:5"),
        ({"message_reaction": {"chat": {"id": 5, "type": "private"}, "user": {"id": 5}}}, "telegram:7:5"),
        ({"poll_answer": {"user": {"id": 5}}}, "telegram:7:5"),
        ({"message": {"chat": {"id": -9, "type": "supergroup"}, "message_thread_id": 3}}, "telegram:7:-9:3"),
        ({"message": {"chat": {"id": -9, "type": "group"}}}, "telegram:7:-9:0"),
        (
            {"callback_query": {"message": {"chat": {"id": -9, "type": "supergroup"}, "message_thread_id": 3}}},
            "telegram:7:-9:3",
        ),
        ({"message": "garbage"}, "telegram:7:0"),
        ({"message": {"chat": [], "from": {"id": "x"}}}, "telegram:7:0"),
        ({}, "telegram:7:0"),
    ],
)
def test_the_conversation_of_a_raw_update(raw: dict[str, object], conversation: str) -> None:
    assert conversation_of("7", {"update_id": 1, **raw}) == conversation


def test_an_update_needs_its_number() -> None:
    with pytest.raises(ValueError, match="update_id"):
        update_of(BRAND, "7", {"message": {}}, now())
