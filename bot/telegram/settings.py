"""The `telegram` section: which bot, by which way. All of it comes from the environment."""

import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, field_validator, model_validator

_TOKEN = re.compile(r"\d+:\S+")
_URL = re.compile(r"https?://[^\s/]+\S*")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PROXY = re.compile(r"(socks4|socks5|http)://\S+")


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


class TelegramSettings(BaseModel):
    """Empty token: Telegram is off. A webhook address: webhook; none: long polling."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr = SecretStr("")
    api_url: str = "https://api.telegram.org"
    staff_chat_id: Annotated[int | None, BeforeValidator(_empty_is_none)] = None
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    proxy: SecretStr = SecretStr("")

    @property
    def enabled(self) -> bool:
        """Whether this process serves Telegram."""
        return bool(self.token.get_secret_value())

    @property
    def bot_id(self) -> str:
        """The bot's own id: the part of the token before the colon."""
        return self.token.get_secret_value().partition(":")[0]

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        return _match(value, _TOKEN, "must look like 123456:ABC-DEF, as BotFather shows it")

    @field_validator("webhook_secret")
    @classmethod
    def _is_webhook_secret(cls, value: SecretStr) -> SecretStr:
        return _match(value, _WEBHOOK_SECRET, "must be 1 to 256 of A-Z a-z 0-9 _ -")

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: SecretStr) -> SecretStr:
        return _match(value, _PROXY, "must look like socks5://host:port or http://user:password@host:port")

    @field_validator("api_url", "webhook_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not _URL.fullmatch(value):
            raise ValueError("must be an http(s) address")
        return value

    @field_validator("staff_chat_id")
    @classmethod
    def _is_group(cls, value: int | None) -> int | None:
        if value is not None and value >= 0:
            raise ValueError("must be a group's id, which is negative, such as -1001234567890")
        return value

    @model_validator(mode="after")
    def _webhook_has_secret(self) -> Self:
        if self.webhook_url and not self.webhook_secret.get_secret_value():
            raise ValueError("TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET: or anybody could post updates")
        return self


def _match(value: SecretStr, pattern: re.Pattern[str], rule: str) -> SecretStr:
    if value.get_secret_value() and not pattern.fullmatch(value.get_secret_value()):
        raise ValueError(rule)
    return value
