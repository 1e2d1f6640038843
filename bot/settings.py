"""Composes the rooms' sections from config.yaml and the environment.

An unknown key, a wrong type or a broken reference stops the start with one message that names
the file, the key, the value and what is allowed.
"""

import re
import secrets
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import SettingsError
from bot.intake.settings import IntakeSettings
from bot.personal.settings import PersonalSettings
from bot.policy.model import PolicyBook
from bot.reply.settings import ReplySettings, ShopFacts
from bot.telegram.settings import TelegramSettings
from nlp.loading import NlpSettings
from nlp.types import Language
from storage.database import StorageSettings
from storage.privacy import RetentionSettings

DEMO_BRAND = "demo"
T = TypeVar("T", bound=BaseModel)
_SHOWN = 80  # characters of a wrong value that an error repeats
_HIDDEN = ("secret", "token", "password", "proxy")  # keys whose values no message repeats
_LOGIN = re.compile(r"//[^/\s]*@")  # the name and password in an address
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
# What TelegramSettings calls what the environment gives.
_TELEGRAM = {
    "token": "telegram_bot_token",
    "api_url": "telegram_api_url",
    "staff_chat_id": "staff_chat_id",
    "webhook_url": "telegram_webhook_url",
    "webhook_secret": "telegram_webhook_secret",
    "proxy": "telegram_proxy",
}


class Section(BaseModel):
    """A frozen piece of configuration that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BrandSettings(Section):
    """Whose shop this is, and in which languages it answers."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=80)
    languages: tuple[Language, ...] = Field(default=(Language.VI, Language.EN), min_length=1)
    default_language: Language = Language.VI
    timezone: str = "Asia/Ho_Chi_Minh"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("must be an IANA time zone such as Asia/Ho_Chi_Minh") from error
        return value


class ShopWebhookSettings(Section):
    """Where requests (cancel, return …) are posted, signed; empty: they are shown at the desk only."""

    url: str = Field(default="", pattern=r"^(https?://\S+)?$")


class Config(Section):
    """config.yaml: one field per section; each room declares its own."""

    brand: BrandSettings
    shop: ShopFacts
    policies: PolicyBook
    texts: ReplySettings
    personal: PersonalSettings
    teams: tuple[str, ...] = ()
    nlp: NlpSettings = NlpSettings()
    intake: IntakeSettings = IntakeSettings()
    retention: RetentionSettings = RetentionSettings()
    storage: StorageSettings = StorageSettings()
    shop_webhook: ShopWebhookSettings = ShopWebhookSettings()


class Environment(BaseSettings):
    """Secrets and addresses: they never stand in config.yaml. The names are a stable interface (README)."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    staff_chat_id: int | None = None
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_proxy: SecretStr = SecretStr("")
    thau_database_url: str = ""
    thau_config: Path = Path("config.yaml")
    thau_web_host: str = "127.0.0.1"
    thau_web_port: int = Field(default=8080, ge=0, le=65535)
    thau_admin_password: SecretStr = SecretStr("")
    thau_secret: SecretStr = SecretStr("")
    thau_shop_secret: SecretStr = SecretStr("")


class Settings(Section):
    """Everything the start needs to know."""

    config: Config
    telegram: TelegramSettings
    database_url: str
    web_host: str
    web_port: int
    admin_password: SecretStr
    secret: SecretStr
    shop_secret: SecretStr
    demo: bool

    @property
    def brand(self) -> str:
        """The brand id every row carries."""
        return DEMO_BRAND if self.demo else self.config.brand.id


def load_settings(config_path: Path | None = None) -> Settings:
    """Read and validate everything. Raises SettingsError with one clear message for the first thing that is wrong."""
    environment = _validated(Environment, {}, "environment")
    path = config_path or environment.thau_config
    config = _validated(Config, _read_yaml(path), str(path))
    telegram = _validated(TelegramSettings, _telegram(environment), "environment")
    if config.shop_webhook.url and not environment.thau_shop_secret.get_secret_value():
        raise SettingsError(f"{path}: shop_webhook.url needs THAU_SHOP_SECRET, or anybody could forge what it is sent")
    demo = not telegram.enabled and not environment.thau_database_url
    return Settings(
        config=config,
        telegram=telegram,
        database_url=environment.thau_database_url or _own_database(demo),
        web_host=environment.thau_web_host,
        web_port=environment.thau_web_port,
        admin_password=environment.thau_admin_password,
        secret=_secret(environment),
        shop_secret=environment.thau_shop_secret,
        demo=demo,
    )


STATE = Path(".thau")


def _own_database(demo: bool) -> str:
    """The demo shop has its own file and never goes live; a real shop starts with an empty one."""
    return f"sqlite+aiosqlite:///{STATE / ('demo.sqlite' if demo else 'thau.sqlite')}"


def _secret(environment: Environment) -> SecretStr:
    """THAU_SECRET, or one made at the first start and kept beside the database, readable by its owner alone."""
    if environment.thau_secret.get_secret_value():
        return environment.thau_secret
    kept = STATE / "secret"
    try:
        if not kept.exists() or not kept.stat().st_size:
            STATE.mkdir(mode=0o700, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(32))
        return SecretStr(kept.read_text().strip())
    except OSError as error:
        raise SettingsError(f"{kept}: can not be kept ({error.strerror}): set THAU_SECRET") from error


def _telegram(environment: Environment) -> dict[str, Any]:
    return {field: getattr(environment, name) for field, name in _TELEGRAM.items()}


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file; name one with --config or THAU_CONFIG") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: can not be read as UTF-8 text ({error})") from error
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError) as error:  # a date that can not be is a ValueError
        raise SettingsError(f"{path}: is no valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path}: must hold sections such as brand:, shop: and policies:")
    return data


def _validated(model: type[T], data: dict[str, Any], where: str) -> T:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_explained(error, where, model)) from error


def _explained(error: ValidationError, where: str, model: type[BaseModel]) -> str:
    """The first problem, named: file, key, value, and what is allowed."""
    first = error.errors(include_url=False)[0]
    path = first["loc"]
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    allowed = first["msg"].removeprefix("Value error, ")
    if first["type"] in _UNKNOWN_KEY:
        allowed = f"unknown key; allowed here: {', '.join(_allowed_keys(model, path))}"
    key = ".".join(str(part) for part in path)
    if where == "environment":
        key = _TELEGRAM.get(key, key).upper()
    return f"{': '.join(filter(None, (where, key, _shown(first['type'], key, first.get('input')))))}: {allowed}{more}"


def _shown(kind: str, key: str, value: Any) -> str:
    """The wrong value as a message may repeat it; empty where the key says it all."""
    if kind in ("missing", *_UNKNOWN_KEY) or not key:
        return ""
    if any(word in key.lower() for word in _HIDDEN) or isinstance(value, SecretStr):
        return "(hidden)"
    shown = _LOGIN.sub("//…@", repr(value))
    if len(shown) <= _SHOWN:
        return shown
    return "" if isinstance(value, dict) else f"{shown[:_SHOWN]}…"


def _allowed_keys(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    """The keys of the section that holds the unknown key."""
    section: Any = model
    for part in where[:-1]:  # numbers and free names are places in a list or table of sections
        section = _section_in(_keys(section).get(str(part))) or section
    return sorted(_keys(section))


def _keys(section: Any) -> dict[str, Any]:
    """The keys of a section, with the types of their values."""
    if is_dataclass(section):
        return {field.name: field.type for field in fields(section)}
    return {field.alias or name: field.annotation for name, field in section.model_fields.items()}


def _section_in(annotation: Any) -> Any:
    """The section that a type is, or holds."""
    if isinstance(annotation, type) and (is_dataclass(annotation) or issubclass(annotation, BaseModel)):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)
