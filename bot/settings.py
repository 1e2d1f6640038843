"""Composes the rooms' sections from config.yaml and the environment.

An unknown key, a wrong type or a broken reference stops the start with one message that names
the file, the key, the value and what is allowed.
"""

import secrets
from pathlib import Path
from typing import Any, TypeVar
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
        except (ZoneInfoNotFoundError, ValueError) as error:
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
    telegram = _validated(TelegramSettings, _telegram(environment), "environment (TELEGRAM_…)")
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
    if not kept.exists():
        STATE.mkdir(mode=0o700, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(32))
    return SecretStr(kept.read_text().strip())


def _telegram(environment: Environment) -> dict[str, Any]:
    return {
        "token": environment.telegram_bot_token,
        "api_url": environment.telegram_api_url,
        "staff_chat_id": environment.staff_chat_id,
        "webhook_url": environment.telegram_webhook_url,
        "webhook_secret": environment.telegram_webhook_secret,
        "proxy": environment.telegram_proxy,
    }


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: can not be read as UTF-8 text ({error})") from error
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise SettingsError(f"{path}: is no valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path}: must hold sections such as brand:, shop: and policies:")
    return data


def _validated(model: type[T], data: dict[str, Any], where: str) -> T:
    try:
        return model(**data)
    except ValidationError as error:
        raise SettingsError(_explained(error, where, model)) from error


def _explained(error: ValidationError, where: str, model: type[BaseModel]) -> str:
    """The first problem, named: file, key, value, and what is allowed."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
    if where.startswith("environment"):
        key = key.upper()
    shown = repr(first.get("input"))
    value = "(hidden)" if "secret" in key.lower() or "token" in key.lower() or "password" in key.lower() else shown
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    allowed = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        allowed = f"unknown key; allowed here: {', '.join(_allowed_keys(model, first['loc']))}"
        value = "…"
    return f"{where}: {key}: {value[:_SHOWN]}: {allowed}{more}"


def _allowed_keys(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    """The keys of the section that holds the unknown key, as far as the model tells."""
    section: Any = model
    for part in where[:-1]:
        field = getattr(section, "model_fields", {}).get(part)
        section = field.annotation if field is not None else None
    return sorted(getattr(section, "model_fields", {})) or ["see the documentation of this section"]
