"""The fake Bot API server: one aiohttp server on 127.0.0.1 that plays Telegram strictly."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp.web import BaseRequest, Response, Server, ServerRunner, StreamResponse, TCPSite

from tests.doubles.telegram import editing, sending  # noqa: F401  (they register what they play)
from tests.doubles.telegram.answers import json_answer, large_request, refusal, struck
from tests.doubles.telegram.chats import setting_of, wanted_webhook
from tests.doubles.telegram.errors import ApiError, bad_request
from tests.doubles.telegram.faults import Fault, Faults
from tests.doubles.telegram.forum import FakeForum
from tests.doubles.telegram.limits import Limits, Meter
from tests.doubles.telegram.people import FakeUser
from tests.doubles.telegram.playing import PLAYS, Turn
from tests.doubles.telegram.state import BOT_RIGHTS, Bot, Chat, Json, Member, World
from tests.doubles.telegram.updates import Mailroom
from tests.doubles.telegram.wire import Call, Uploads, body_of, checked, method_of

TOKEN = "7000000001:AAfake-token_for-tests-0123456789abcde"  # noqa: S105
NO_LIMITS = Limits(on=False)
T = TypeVar("T")


@dataclass(slots=True)
class Entry:
    """One request as the log keeps it. `error` is Telegram's description, empty when all went well."""

    bot: int
    method: str
    call: Call
    at: float
    error: str = ""
    result: Any = None
    fault: Fault | None = None


@dataclass
class FakeTelegram:
    """Use as `async with FakeTelegram() as fake:`; point aiogram at `fake.url` with `fake.token`.

    Rate limits are Telegram's own unless `limits` says otherwise (NO_LIMITS switches them off).
    `clock` (seconds) rules limits and ages; `webhook_patience` scales the webhook's retry delays.
    """

    port: int = 0
    token: str = TOKEN
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.time
    webhook_patience: float = 1.0
    log_size: int = 100_000

    def __post_init__(self) -> None:
        self.limits = replace(self.limits)  # NO_LIMITS is shared; what a test turns is its own
        self.world = World(self.clock)
        self.faults = Faults()
        self.meter = Meter(self.limits, self.clock)
        self.log: deque[Entry] = deque(maxlen=self.log_size)
        self.bot = self.add_bot("Shop", self.token)
        self._runner: ServerRunner | None = None

    # -- life

    async def __aenter__(self) -> Self:
        from tests.doubles.telegram.control import controlled  # it controls this very class

        self._control = controlled
        self._runner = ServerRunner(Server(self._handle, request_factory=large_request), shutdown_timeout=0.1)
        await self._runner.setup()
        site = TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bot in self.world.bots.values():
            await bot.mailroom.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The server's base address: TelegramAPIServer.from_base(fake.url)."""
        return f"http://127.0.0.1:{self.port}"

    # -- people

    def add_bot(self, name: str, token: str) -> Bot:
        """One more bot; the first one is `fake.bot`."""
        mailroom = Mailroom(self.clock, self.faults, self.webhook_patience)
        bot = self.world.add_bot(name, token, mailroom)
        mailroom.on_answer = lambda said: self._webhook_reply(bot, said)
        return bot

    def customer(self, name: str, language_code: str = "vi", phone: str = "", bot: Bot | None = None) -> FakeUser:
        """A customer with a private chat; nothing is sent yet."""
        user = self.world.add_user(name, language_code)
        user.phone = phone
        return FakeUser(self, user, bot or self.bot)

    def staff_group(
        self, title: str = "Staff", forum: bool = True, bot_is_admin: bool = True, bot: Bot | None = None
    ) -> FakeForum:
        """A forum supergroup with the bot as administrator who may manage topics."""
        owner = bot or self.bot
        chat = self.world.add_group(title, forum)
        status, rights = ("administrator", frozenset(BOT_RIGHTS)) if bot_is_admin else ("member", frozenset())
        chat.members[owner.id] = Member(owner.user, status, rights)
        return FakeForum(self, chat, owner)

    def tell(self, chat: Chat, kind: str, message: Json, bot: Bot) -> None:
        """Queue an update about a message, as it is now, for the bots that may see it (privacy mode holds)."""
        message = dict(message)
        if chat.private:
            bot.mailroom.add(kind, message, chat.id)
            return
        for member in self.world.bots.values():
            if member.id in chat.members and _visible(chat, member, message):
                member.mailroom.add(kind, message, chat.id)

    def deliver(self, update: Json, bot: Bot | None = None) -> int:
        """Queue any update body as it is, such as a generated one: {"message": {...}}; returns its id.

        A known user counts as having written, so that the bot may answer.
        """
        owner = bot or self.bot
        (kind, body), *_ = ((kind, body) for kind, body in update.items() if kind != "update_id")
        message = body.get("message", body) if isinstance(body, dict) else {}
        lane = message.get("chat", {}).get("id") or message.get("from", {}).get("id")
        if lane in self.world.users:
            self.world.users[lane].started.add(owner.id)
        return owner.mailroom.add(kind, body, lane)

    # -- looking

    async def until(self, condition: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Wait until `condition()` is true and return its value; tells the last requests when it never is."""
        deadline = asyncio.get_running_loop().time() + timeout
        while not (value := condition()):
            if asyncio.get_running_loop().time() > deadline:
                last = [f"{entry.method} {entry.call} {entry.error}" for entry in list(self.log)[-8:]]
                raise AssertionError("not within {:g} s; last requests:\n  {}".format(timeout, "\n  ".join(last)))
            await asyncio.sleep(0.005)
        return value

    def calls(self, method: str) -> list[Entry]:
        """The log's requests of one method, oldest first."""
        return [entry for entry in self.log if entry.method == method]

    # -- HTTP

    async def _handle(self, request: BaseRequest) -> StreamResponse:
        path = request.path
        if path.startswith("/control/"):
            return await self._control(self, request)
        if path.startswith("/file/bot"):
            return self._download(path.removeprefix("/file/bot"))
        token, _, name = path.removeprefix("/bot").partition("/")
        bot = self.world.bots.get(token)
        if not path.startswith("/bot") or not name:
            return refusal(ApiError(404, "Not Found"))
        if bot is None:
            return refusal(ApiError(401, "Unauthorized"))
        return await self._answer(request, bot, name)

    async def _answer(self, request: BaseRequest, bot: Bot, name: str) -> StreamResponse:
        entry = Entry(bot.id, name, {}, self.clock())
        try:
            method = method_of(name)
            entry.method = name = method.__api_method__
            given, uploads = await body_of(request)
            entry.call = checked(method, given, uploads)
            fault = entry.fault = self.faults.take(name, entry.call)
            if fault is not None and not fault.executed and not fault.seconds:
                self._logged(entry, f"fault {fault.status}")
                return struck(request, fault)
            if fault is not None and fault.seconds:
                await asyncio.sleep(fault.seconds)
            entry.result = await self._play(bot, name, entry.call, uploads)
        except ApiError as refused:
            self._logged(entry, refused.description)
            return refusal(refused)
        self._logged(entry, "")
        if fault is not None and fault.executed:
            return struck(request, fault)
        return json_answer({"ok": True, "result": entry.result})

    def _logged(self, entry: Entry, error: str) -> None:
        entry.error = error
        if error or entry.method != "getUpdates":  # polls that went well would fill it
            self.log.append(entry)

    async def _play(self, bot: Bot, name: str, call: Call, uploads: Uploads) -> Any:
        mailroom = bot.mailroom
        if name == "getUpdates":
            mailroom.allow(call.get("allowed_updates"))
            limit = min(100, max(1, call.get("limit", 100)))
            return await mailroom.fetch(call.get("offset", 0), limit, call.get("timeout", 0))
        if name in ("setWebhook", "deleteWebhook"):
            wanted = wanted_webhook(call) if name == "setWebhook" else None
            mailroom.allow(call.get("allowed_updates"))
            await mailroom.set_webhook(wanted, bool(call.get("drop_pending_updates")))
            return True
        return self._carry_out(bot, name, call, uploads)

    def _carry_out(self, bot: Bot, name: str, call: Call, uploads: Uploads) -> Any:
        turn = Turn(self.world, bot, call, uploads)
        play = PLAYS.get(name.lower())
        if play is None:
            answer = setting_of(name.lower(), turn)
            if answer is None:
                raise bad_request(f"the fake does not play {name}")
            return answer
        pieces = len(call.get("media") or call.get("message_ids") or [1])
        self.meter.count(bot.id, name, call.get("chat_id", 0), pieces)
        return play(turn)

    def _webhook_reply(self, bot: Bot, said: Json) -> None:
        """A method call in the webhook's answer: carried out, its outcome only in the log."""
        name = str(said.pop("method"))
        entry = Entry(bot.id, name, said, self.clock())
        try:
            method = method_of(name)
            entry.result = self._carry_out(bot, method.__api_method__, checked(method, said, {}), {})
        except ApiError as refused:
            entry.error = refused.description
        self.log.append(entry)

    def _download(self, rest: str) -> Response:
        token, _, path = rest.partition("/")
        stored = self.world.files.get(path.rpartition("/")[2])
        if token not in self.world.bots or stored is None or self.clock() - stored.linked_at > 3600:
            return refusal(ApiError(404, "Not Found"))
        return Response(body=stored.content, content_type="application/octet-stream")


def _visible(chat: Chat, bot: Bot, message: Json) -> bool:
    """Privacy mode: administrators see all; others commands, mentions, replies to them, and service messages."""
    if chat.members[bot.id].status != "member":
        return chat.members[bot.id].status == "administrator"
    text = message.get("text") or message.get("caption")
    replied = message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id
    return text is None or text.startswith("/") or replied or f"@{bot.user.face['username']}" in text
