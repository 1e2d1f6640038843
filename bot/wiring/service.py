"""The whole service in one process: doors, intake, agent, outbox and pages, started and stopped together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.errors import NotFound
from bot.intake.bus import EmbeddedBus
from bot.intake.clock import Clock, SystemClock, ring_or_pass
from bot.intake.hearing import Fetch, Hearing
from bot.intake.outbox import Channel, Post, Sender
from bot.intake.tries import place_of
from bot.intake.turns import Turns
from bot.intake.update import Update
from bot.settings import Settings
from bot.telegram.channel import REPEATABLE
from bot.web.channel import WebChannel
from bot.web.door import Persona, WebDoor
from bot.web.feed import Feed
from bot.web.shop import ShopChannel
from bot.web.translate import incoming_from
from bot.wiring.core import Core
from bot.wiring.telegram import TelegramSide
from nlp.alarms import alarms_in
from nlp.types import Alarm
from storage.demo import demo_customers
from storage.errors import StorageError
from storage.privacy import sweep

log = logging.getLogger(__name__)

POLICIES_EVERY = timedelta(seconds=2)
WINDOW_EVERY = timedelta(minutes=5)
SWEEP_EVERY = timedelta(hours=1)


class Service:
    """Builds the doors around a core and runs everything until it is told to stop."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        config = settings.config
        self.settings = settings
        self.clock = clock or SystemClock()
        self.core = Core(settings, self.clock.now)
        self.feed = Feed()
        self.channels: dict[str, Channel] = {"web": WebChannel(self.feed)}
        if config.shop_webhook.url:
            secret = settings.shop_secret.get_secret_value()
            self.channels["shop"] = ShopChannel(config.shop_webhook.url, secret)
        count = self.core.metrics.count
        self.fetch: dict[str, Fetch] = {}
        self.bus = EmbeddedBus(self.core.database, config.intake, self.clock, count)
        self.turns = Turns(
            self.core.agent,
            self.core.database,
            config.intake,
            self.clock,
            count,
            _in_danger,
            self.core.lost.hand_over,
            Hearing(self.core.listener, self.fetch, self.core.metrics.voice),
        )
        self.telegram = TelegramSide(self.core, self.bus, self.turns, self.clock) if settings.telegram.enabled else None
        if self.telegram is not None:
            self.channels["telegram"] = self.telegram.channel
            self.fetch["telegram"] = self.telegram.fetch
        self.sender = Sender(
            self.core.database, self.channels, config.intake, self.clock, self._may_send, count, REPEATABLE
        )
        self.core.posted = self._posted
        self._running: dict[str, asyncio.Task[None]] = {}

    def door(self) -> WebDoor:
        """What the pages need."""
        core, config = self.core, self.settings.config
        return WebDoor(
            brand=self.settings.brand,
            shop=config.shop.name,
            secret=self.settings.secret.get_secret_value(),
            publish=self.bus.publish,
            database=core.database,
            desk=core.desk,
            staff=core.staff,
            feed=self.feed,
            registry=core.metrics.registry,
            checks={"database": core.database.ready, "intake": self._runs("intake"), "outbox": self._runs("outbox")},
            reader=lambda: core.reader.source.value,
            library=core.library,
            configured=config.policies,
            timezone=core.zone,
            default_language=config.brand.default_language.value,
            demo=self.settings.demo,
            telegram=self.telegram is not None,
            people=_people() if self.settings.demo else (),
        )

    async def handle(self, update: Update, inbox_id: int) -> None:
        """What the bus calls for each stored update."""
        if update.channel == "web":
            said = self.core.commands.heard_in(incoming_from(update.payload))
            await self.turns.hear(said, inbox_id)
        elif update.channel == "telegram" and self.telegram is not None:
            await self.telegram.handle(update, inbox_id)
        else:
            raise NotFound(f"no door for channel {update.channel!r} in this process")

    async def open(self) -> None:
        """Make everything ready to run."""
        try:
            await self.core.open()
        except BaseException:
            await self.close()
            raise

    async def run(self, stop: asyncio.Event, *others: Awaitable[object]) -> None:
        """Serve until `stop`, then drain: first the doors, then the turns under way, then the outbox."""
        try:
            await self._run(stop, others)
        finally:
            await self.close()

    async def _run(self, stop: asyncio.Event, others: Sequence[Awaitable[object]]) -> None:
        quiet = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            sending = self._running["outbox"] = group.create_task(self.sender.run(quiet))
            handling = self._running["intake"] = group.create_task(self.bus.run(self.handle, stop))
            group.create_task(self._every(POLICIES_EVERY, self._refresh_policies, stop))
            group.create_task(self._every(WINDOW_EVERY, self.core.refresh_window, stop))
            group.create_task(self._every(SWEEP_EVERY, self._sweep, stop))
            door = group.create_task(self.telegram.run(stop)) if self.telegram is not None else None
            for other in others:
                group.create_task(_awaited(other))
            await handling
            await self.turns.drain()
            quiet.set()
            await sending
            if door is not None:
                door.cancel()  # it may still wait for an answer of Telegram's that no longer matters

    async def close(self) -> None:
        """Let go of what stays open."""
        if self.telegram is not None:
            await self.telegram.close()
        await self.core.close()

    def _runs(self, part: str) -> Callable[[], Awaitable[bool]]:
        async def runs() -> bool:
            return part in self._running and not self._running[part].done()

        return runs

    def _posted(self) -> None:
        self.sender.wake()
        self.feed.notify("*")

    async def _may_send(self, post: Post) -> str:
        return await self.core.desk.may_send(post.brand, post.conversation, post.author)

    async def _refresh_policies(self) -> None:
        edition = await self.core.library.refresh()
        self.core.metrics.policy_version.set(edition.number)

    async def _sweep(self) -> None:
        async with self.core.database.work(write=True) as work:
            swept = await sweep(work, self.settings.brand, self.clock.now(), self.settings.config.retention)
            await work.commit()
        await self.core.database.tidy()  # erased words leave the write-ahead log as well
        if any(swept.values()):
            log.info("Retention: %s", ", ".join(f"{name} {count}" for name, count in swept.items() if count))

    async def _every(self, pause: timedelta, call: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
        """Call again and again until `stop`; one failure is logged and the next round tries again."""
        while not stop.is_set():
            try:
                await call()
            except Exception as error:
                said = error if isinstance(error, StorageError) else place_of(error)
                log.warning("%s failed, the next round tries again: %s", call.__name__.strip("_"), said)
            await ring_or_pass(self.clock, stop, pause.total_seconds())


def _in_danger(text: str) -> bool:
    return Alarm.DANGER in alarms_in(text)


async def _awaited(other: Awaitable[object]) -> None:
    await other


def _people() -> tuple[Persona, ...]:
    return tuple(
        Persona(person.id, person.name, person.persona, person.language, person.level, person.stage)
        for person in demo_customers()
    )
