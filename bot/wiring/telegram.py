"""Telegram's side of the service: one bot, its door, its dispatcher, its channel."""

import asyncio
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.domain.incoming import Attachment
from bot.domain.views import AddressForm
from bot.intake.bus import Bus
from bot.intake.clock import Clock
from bot.intake.turns import Turns
from bot.telegram.buttons import Seal
from bot.telegram.channel import TelegramChannel
from bot.telegram.dispatcher import UpdateHandler, build_dispatcher
from bot.telegram.door import Poller, Webhook
from bot.telegram.files import fetch
from bot.telegram.sending import plain
from bot.telegram.session import make_bot
from bot.telegram.startup import serve
from bot.wiring.core import Core
from nlp.types import Language


class TelegramSide:
    """Serves one bot by long polling, or by a webhook where TELEGRAM_WEBHOOK_URL is set."""

    def __init__(self, core: Core, bus: Bus, turns: Turns, clock: Clock) -> None:
        settings = core.settings
        self._core, self._clock = core, clock
        self._settings = settings.telegram
        self._bot = make_bot(self._settings)
        seal = Seal(settings.secret.get_secret_value())
        self.channel = TelegramChannel(self._bot, core.database, seal, clock)
        self._door: Poller | Webhook = (
            Webhook(self._bot, bus, settings.brand, self._settings.webhook_secret.get_secret_value(), clock)
            if self._settings.webhook_url
            else Poller(self._bot, bus, settings.brand, clock)
        )
        self.handle = UpdateHandler(
            self._bot,
            build_dispatcher(
                self._bot,
                settings.brand,
                core.database,
                turns,
                core.desk,
                core.staff,
                seal,
                core.commands.command_of,
                self._words,
                lambda: core.posted(),
            ),
            core.database,
        )

    def routes(self) -> list[BaseRoute]:
        """The webhook's route, at the path of its URL; none when polling."""
        door = self._door
        if not isinstance(door, Webhook):
            return []

        async def receive(request: Request) -> Response:
            receipt = await door.receive(request.headers, request.stream())
            return Response(status_code=receipt.status, headers=dict(receipt.headers))

        return [Route(urlsplit(self._settings.webhook_url).path or "/", receive, methods=["POST"])]

    async def fetch(self, attachment: Attachment) -> bytes:
        """The sound of an attachment. Raises NotHeard."""
        return await fetch(self._bot, attachment)

    async def run(self, stop: asyncio.Event) -> None:
        """Be on duty until `stop`."""
        brand, languages = self._core.settings.brand, self._core.settings.config.brand.languages
        database = self._core.database
        await serve(self._bot, self._door, self._settings, database, brand, languages, self._clock, stop)

    async def close(self) -> None:
        """Close the connection to the Bot API."""
        await self._bot.session.close()

    def _words(self, key: str, language_code: str) -> str:
        """A text of config.yaml in the language of a Telegram language code, plain, as toasts show it."""
        known = {"vi": Language.VI, "en": Language.EN}
        language = known.get(language_code[:2], self._core.settings.config.brand.default_language)
        return plain(self._core.composer.tell(key, language, AddressForm.QUY_KHACH).text)
