"""What answers customers, whichever door they come through: database, reader, rules, agent, desk."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.agent.thinking import Mind
from bot.agent.turn import Agent, Rules
from bot.desk.desk import Desk
from bot.desk.lost import LostMessages
from bot.desk.staff import StaffRoom
from bot.desk.words import CustomerWords
from bot.errors import SettingsError
from bot.facts.situation import Facts
from bot.facts.window import Window, open_window
from bot.metrics import Metrics
from bot.personal.segments import SEGMENTS
from bot.policy.check import Known, problems
from bot.policy.model import PolicyBook
from bot.reply.commands import CommandBook
from bot.reply.compose import Composer
from bot.reply.search import Faq, Shelf
from bot.reply.skills import SKILLS
from bot.reply.templates import Texts
from bot.settings import Settings
from bot.studio.library import Library
from nlp.listening import load_listener
from nlp.loading import load_reader
from storage.database import Database
from storage.demo import load_demo

log = logging.getLogger(__name__)


class Core:
    """Everything but the doors. `posted` is called after each commit that may have filled the outbox."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        config = settings.config
        self.settings = settings
        self.now = now
        self.posted: Callable[[], None] = _nothing
        self.metrics = Metrics()
        self.zone = ZoneInfo(config.brand.timezone)
        self.database = Database(config.storage.model_copy(update={"url": settings.database_url}))
        self.reader = load_reader(config.nlp, self.metrics.fallback)
        self.listener = load_listener(config.nlp.voice)
        self.composer = Composer(Texts(config.texts), config.shop, self.zone)
        self.commands = CommandBook(self.composer.texts)
        check_policies(config.policies, self.composer.texts, config.teams)
        self.library = Library(self.database, settings.brand, config.policies)
        self.window = Window(Shelf(()), Faq(config.shop.faq))
        self.facts = Facts(
            window=lambda: self.window,
            thresholds=config.personal.stages,
            segments=config.personal.segments,
            hours=config.shop.hours,
            zone=self.zone,
            languages=config.brand.languages,
            default_language=config.brand.default_language,
        )
        self.agent = Agent(
            self.database,
            self.reader,
            self.facts,
            self.rules,
            now,
            lambda: self.posted(),
            count=self.metrics.turn,
            shop_listens=bool(config.shop_webhook.url),
        )
        words = CustomerWords(self.composer, config.brand.default_language)
        self.desk = Desk(self.database, words, now, lambda: self.posted())
        self.lost = LostMessages(self.database, words, now, lambda: self.posted())
        self.staff = StaffRoom(self.database, settings.brand, now, settings.admin_password.get_secret_value())

    def rules(self) -> Rules:
        """The mind in force, made from the edition in force."""
        edition = self.library.edition
        return Rules(Mind(edition.book, self.settings.config.personal, self.composer), edition.number)

    async def open(self) -> None:
        """Make the database ready, load the demo shop where it belongs, and take up policies and catalogue."""
        if self.database.url.get_backend_name() == "sqlite" and self.database.url.database:
            with suppress(OSError):  # the database says more clearly what is wrong with its folder
                Path(self.database.url.database).parent.mkdir(parents=True, exist_ok=True)
        await self.database.migrate()
        if self.settings.demo:
            await load_demo(self.database, self.now(), self.settings.brand)
        edition = await self.library.open()
        self.metrics.policy_version.set(edition.number)
        if await self.library.drift():
            log.warning("config.yaml's policies differ from version %d, which is in force.", edition.number)
        await self.refresh_window()

    async def refresh_window(self) -> None:
        """Look at the catalogue and at what sold lately again."""
        async with self.database.work() as work:
            window = await open_window(work, self.settings.brand, self.settings.config.shop, self.now())
        self.window = window

    async def close(self) -> None:
        """Close the database."""
        await asyncio.shield(self.database.close())


def check_policies(book: PolicyBook, texts: Texts, teams: Sequence[str]) -> None:
    """Raise SettingsError for policies that name a text, skill, segment or team that does not exist."""
    known = Known(texts.keys, frozenset(SKILLS), frozenset(teams), SEGMENTS)
    found = problems(book, known)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise SettingsError(f"config.yaml: policies: {found[0]}{more}")


def _nothing() -> None:
    """Nobody waits for posts."""
