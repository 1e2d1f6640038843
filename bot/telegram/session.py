"""The way to the Bot API: aiogram's session, taught what left this machine and what did not."""

from typing import cast

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramNetworkError, TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from bot.telegram.settings import TelegramSettings

CONNECT_SECONDS = 10.0
REQUEST_SECONDS = 30.0
_GATEWAY = (502, 504)
_PROXY_ERRORS = (ProxyConnectionError, ProxyError, ProxyTimeoutError)
_BEFORE_ANYTHING_LEFT = (ClientConnectorError, ConnectionTimeoutError, *_PROXY_ERRORS)


class GatewayError(TelegramServerError):
    """A gateway answered in the Bot API's place: the call may have been carried out or not."""


class Session(AiohttpSession):
    """aiogram's session with a time limit for connecting, and proxy and gateway troubles as aiogram's errors."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        if status_code in _GATEWAY:
            raise GatewayError(method, f"HTTP {status_code} from the gateway")
        return super().check_response(bot, method, status_code, content)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        limits = ClientTimeout(total=timeout or REQUEST_SECONDS, sock_connect=CONNECT_SECONDS)
        try:
            # aiohttp, where aiogram hands it on, takes the richer limits as well as a number.
            return await super().make_request(bot, method, timeout=cast(int, limits))
        except _PROXY_ERRORS as error:
            raise TelegramNetworkError(method, f"proxy: {error}") from error


def never_left(error: BaseException) -> bool:
    """Whether a failed call surely did not reach Telegram, so that repeating it can not say anything twice."""
    return isinstance(error.__cause__, _BEFORE_ANYTHING_LEFT)


def make_bot(settings: TelegramSettings) -> Bot:
    """A bot that writes HTML, shows no link previews, and goes through the proxy if there is one."""
    return Bot(
        settings.token.get_secret_value(),
        session=Session(
            proxy=settings.proxy.get_secret_value() or None, api=TelegramAPIServer.from_base(settings.api_url)
        ),
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )
