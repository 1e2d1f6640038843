"""The settings say what is wrong before anything starts."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.telegram.session import make_bot
from bot.telegram.settings import TelegramSettings
from bot.telegram.trouble import Announcer
from tests.telegram.conftest import close


def test_nothing_set_means_off() -> None:
    settings = TelegramSettings(staff_chat_id="")  # type: ignore[arg-type]
    assert not settings.enabled
    assert settings.bot_id == ""
    assert settings.staff_chat_id is None


def test_the_bots_id_is_in_its_token() -> None:
    settings = TelegramSettings(token="777:abc")  # type: ignore[arg-type]
    assert settings.enabled
    assert settings.bot_id == "777"
    assert "abc" not in repr(settings)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"token": "abc"}, "BotFather"),
        ({"staff_chat_id": 5}, "negative"),
        ({"staff_chat_id": "staff"}, "integer"),
        ({"api_url": "api.telegram.org"}, "address"),
        ({"webhook_url": "https://shop.example/x"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"webhook_secret": "bí mật"}, "A-Z"),
        ({"proxy": "127.0.0.1:1080"}, "socks5://"),
        ({"poll": 1}, "poll"),
    ],
)
def test_what_can_not_be(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TelegramSettings(**fields)


async def test_the_bot_goes_to_the_given_server_through_the_given_proxy() -> None:
    settings = TelegramSettings(
        token="777:abc",  # type: ignore[arg-type]
        api_url="http://127.0.0.1:9/",
        proxy="socks5://user:pw@127.0.0.1:9",  # type: ignore[arg-type]
    )
    bot = make_bot(settings)
    assert bot.session.api.api_url("T", "getMe") == "http://127.0.0.1:9/botT/getMe"
    assert bot.session.proxy == "socks5://user:pw@127.0.0.1:9"  # type: ignore[attr-defined]
    await close([bot])


def test_an_operator_reads_each_line_once(caplog: pytest.LogCaptureFixture) -> None:
    announcer = Announcer()
    for line in ("down", "down", "worse", "down"):
        announcer.trouble(line)
    announcer.over()
    announcer.over()
    assert [record.getMessage() for record in caplog.records] == ["down", "worse", "down", "Telegram works again."]
