"""config.yaml and the environment: what is wrong stops the start with one message an operator can act on."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.errors import SettingsError
from bot.settings import Environment, Settings, load_settings
from bot.wiring.core import Core
from tests.doubles.house import CONFIG

SHIPPED: dict[str, Any] = YAML(typ="safe", pure=True).load(CONFIG)
TOKEN = "123456:ABC-hunter2"
Load = Callable[..., Settings]


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start in, and an environment that says nothing."""
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load the shipped configuration with one value changed, in this environment; the file is not parsed again."""

    def loaded(path: str = "", value: Any = None, **environment: str) -> Settings:
        for name, given in environment.items():
            monkeypatch.setenv(name, given)
        monkeypatch.setattr("bot.settings._read_yaml", lambda _: _changed(path, value))
        return load_settings(Path("shop.yaml"))

    return loaded


def _changed(path: str, value: Any) -> dict[str, Any]:
    document: dict[Any, Any] = copy.deepcopy(SHIPPED)
    here: Any = document
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        here = here[part]
    if path:
        here[last] = value
    return document


def _refused(load: Load, *args: Any, **environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load(*args, **environment)
    message = str(refused.value)
    assert "\n" not in message
    assert "hunter2" not in message
    return message


# ---- config.yaml ----

BROKEN = [
    ("brnad", {}, "brnad: unknown key; allowed here: brand, intake, nlp"),
    ("8080", "x", "8080: 8080: Keys should be strings"),
    ("brand", None, "brand: None: Input should be a valid dictionary"),
    ("brand.colour", "red", "brand.colour: unknown key; allowed here: default_language, id, languages, name, timezone"),
    ("brand.timezone", "Hanoi", "brand.timezone: 'Hanoi': must be an IANA time zone such as Asia/Ho_Chi_Minh"),
    ("brand.timezone", "Asia", "brand.timezone: 'Asia': must be an IANA time zone"),
    ("brand.timezone", "../../etc", "brand.timezone: '../../etc': must be an IANA time zone"),
    ("brand.id", "Bad Id", "brand.id: 'Bad Id': String should match pattern"),
    ("brand.name", "x" * 200, f"brand.name: '{'x' * 79}…: String should have at most 80 characters"),
    ("brand.languages", ["fr"], "brand.languages.0: 'fr': Input should be 'en', 'vi' or 'other'"),
    ("brand.languages", [], "brand.languages: []: Tuple should have at least 1 item"),
    ("nlp.timeout_s", "soon", "nlp.timeout_s: 'soon': Input should be a valid number"),
    ("nlp.reader", "gpt", "nlp.reader: 'gpt': Input should be 'encoder' or 'lexicon'"),
    ("nlp.voice", {"modell": "x"}, "nlp.voice.modell: unknown key; allowed here: anger_label, anger_model, longest_s,"),
    ("nlp.voice", {"anger_model": "x"}, "anger_model listens beside a speech recogniser, and model names none"),
    ("nlp.voice.longest_s", 9999, "nlp.voice.longest_s: 9999: Input should be less than or equal to 600"),
    ("shop.hours", {"opens": "21:00", "closes": "08:00"}, "opens must be before closes"),
    ("shop.faq.invoice.answer.vi", "<b>có", "shop: faq.invoice.answer.vi: the tag <b> is never closed"),
    ("policies.rules.0.when.moood", "angry", "policies.rules.0.when.moood: unknown key; allowed here: all, any, emo"),
    ("policies.rules.0.when.mood", "furious", "policies.rules.0.when.mood.0: 'furious': Input should be 'angry',"),
    ("policies.rules.0.when.any", [{"x": 1}], "policies.rules.0.when.any.0.x: unknown key; allowed here: all, any,"),
    ("policies.rules.0.then", {}, "policies.rules.0.then: {}: give exactly one of skill, text, ask,"),
    ("policies.safety.angry_confidence", 2, "policies.safety.angry_confidence: 2: Input should be less than or equal"),
    ("texts.say.greeting", {"vi": "chào"}, "texts.say.greeting.en: Field required"),
    ("texts.say.greeting.fr", "salut", "texts.say.greeting.fr: unknown key; allowed here: en, vi"),
    ("texts.menu", [["dance"]], "texts.menu.0.0: 'dance': Input should be 'start', 'help',"),
    ("personal.stages.lost_dayz", 1, "personal.stages.lost_dayz: unknown key; allowed here: complaint_days,"),
    ("personal.limits.quiet_from", 25, "personal.limits.quiet_from: 25: Input should be less than or equal to 24"),
    ("intake.burst.shortest", -1, "intake.burst.shortest: -1: Input should be greater than or equal to 0"),
    ("retention", {"forever": True}, "retention.forever: unknown key; allowed here: events_days,"),
    ("teams", "all", "teams: 'all': Input should be a valid tuple"),
    ("shop_webhook", {"url": "htp://me:hunter2@x"}, "shop_webhook.url: 'htp://…@x': String should match pattern"),
    ("storage", {"ulr": "postgres://me:hunter2@x"}, "storage.ulr: unknown key; allowed here: busy_timeout_s,"),
    ("storage", {"pool_size": 1}, "storage.pool_size: 1: Input should be greater than or equal to 2"),
]


@pytest.mark.parametrize(("path", "value", "said"), BROKEN, ids=[f"{path}-{value}"[:40] for path, value, _ in BROKEN])
def test_a_broken_configuration_names_file_key_value_and_what_is_allowed(
    load: Load, path: str, value: Any, said: str
) -> None:
    message = _refused(load, path, value)
    assert message.startswith("shop.yaml: ")
    assert said in message


def test_one_message_tells_how_many_more_are_wrong(load: Load) -> None:
    assert _refused(load, "brand", {"id": "X", "name": "", "x": 1}).endswith(" (and 2 more)")


DANGLING = [
    ("policies.rules.0.then", {"text": "greting"}, "unknown text 'greting'; did you mean 'greeting'?"),
    ("policies.rules.0.then", {"skill": "order_statu"}, "unknown skill 'order_statu'; did you mean 'order_status'?"),
    (
        "policies.rules.0.then",
        {"escalate": {"reason": "angry", "text": "escalated_angry", "team": "nobody"}},
        "unknown team 'nobody'",
    ),
    ("policies.rules.0.when", {"segment": "vipp"}, "unknown segment 'vipp'; did you mean 'vip'?"),
    ("policies.safety.texts", {"danger": "nope"}, "safety.texts.danger: unknown text 'nope'"),
    ("texts.say.greeting.vi", "{{ secret }}", "texts.say.greeting.vi.warm[0]: unknown value 'secret'; allowed: "),
    ("texts.say.greeting.en", "{% for x in y %}{% endfor %}", "may only insert values and use if"),
]


@pytest.mark.parametrize(("path", "value", "said"), DANGLING, ids=[said[:40] for _, _, said in DANGLING])
def test_a_reference_to_what_does_not_exist_stops_the_start(load: Load, path: str, value: Any, said: str) -> None:
    settings = load(path, value, THAU_SECRET="s")
    with pytest.raises(SettingsError) as refused:
        Core(settings, lambda: datetime.now(UTC))
    assert str(refused.value).startswith("config.yaml: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"brand: [", "is no valid YAML"),
        (b"brand: 1\nbrand: 2\n", "is no valid YAML"),
        (b"brand: {id: 2026-13-45}", "is no valid YAML"),
        (b"a: &a [*a", "is no valid YAML"),
        (b"", "must hold sections such as brand:"),
        (b"- brand\n- shop", "must hold sections such as brand:"),
        (b"\xff\xfe\x00", "can not be read as UTF-8 text"),
    ],
)
def test_a_file_that_is_no_configuration(somewhere: Path, content: bytes, said: str) -> None:
    file = somewhere / "broken.yaml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=f"broken.yaml: {said}") as refused:
        load_settings(file)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("name", "said"), [("missing.yaml", "there is no such file"), (".", "can not be read")])
def test_a_file_that_is_not_there(somewhere: Path, name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(somewhere / name)


def test_a_byte_order_mark_does_no_harm(somewhere: Path) -> None:
    file = somewhere / "marked.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + CONFIG.read_bytes())
    assert load_settings(file).config.brand.id == SHIPPED["brand"]["id"]


# ---- the environment ----

WRONG = [
    ("THAU_WEB_PORT", "many", "THAU_WEB_PORT: 'many': Input should be a valid integer"),
    ("THAU_WEB_PORT", "70000", "THAU_WEB_PORT: '70000': Input should be less than or equal to 65535"),
    ("TELEGRAM_BOT_TOKEN", "hunter2", "TELEGRAM_BOT_TOKEN: (hidden): must look like 123456:ABC-DEF"),
    ("STAFF_CHAT_ID", "group", "STAFF_CHAT_ID: 'group': Input should be a valid integer"),
    ("STAFF_CHAT_ID", "42", "STAFF_CHAT_ID: 42: must be a group's id, which is negative"),
    ("TELEGRAM_API_URL", "ftp://me:hunter2@x", "TELEGRAM_API_URL: 'ftp://…@x': must be an http(s) address"),
    ("TELEGRAM_WEBHOOK_URL", "https://shop.vn/hook", "TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET"),
    ("TELEGRAM_WEBHOOK_SECRET", "hunter2 !", "TELEGRAM_WEBHOOK_SECRET: (hidden): must be 1 to 256 of"),
    ("TELEGRAM_PROXY", "me:hunter2@proxy", "TELEGRAM_PROXY: (hidden): must look like socks5://host:port"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG, ids=[f"{name}-{value[:6]}" for name, value, _ in WRONG])
def test_a_wrong_variable_is_named_as_it_is_set(load: Load, name: str, value: str, said: str) -> None:
    assert _refused(load, **{name: value}).startswith(f"environment: {said}")


def test_the_environment_says_where_and_with_which_keys(load: Load) -> None:
    settings = load(
        THAU_WEB_HOST="0.0.0.0",
        THAU_WEB_PORT="0",
        THAU_ADMIN_PASSWORD="hunter2",
        THAU_SECRET="hunter2",
        THAU_SHOP_SECRET="hunter2",
        TELEGRAM_BOT_TOKEN=TOKEN,
        STAFF_CHAT_ID="-1001",
        TELEGRAM_PROXY="socks5://me:hunter2@proxy:1080",
        THAU_SOMETHING_ELSE="is not ours",
    )
    assert (settings.web_host, settings.web_port) == ("0.0.0.0", 0)
    assert settings.secret.get_secret_value() == settings.shop_secret.get_secret_value() == "hunter2"
    assert settings.admin_password.get_secret_value() == "hunter2"
    assert (settings.telegram.bot_id, settings.telegram.staff_chat_id) == ("123456", -1001)
    assert "hunter2" not in repr(settings)


def test_an_empty_variable_is_as_good_as_none(load: Load) -> None:
    settings = load(STAFF_CHAT_ID="", THAU_WEB_PORT="", TELEGRAM_BOT_TOKEN="")
    assert (settings.telegram.staff_chat_id, settings.web_port, settings.telegram.enabled) == (None, 8080, False)


def test_the_environment_names_the_configuration(somewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = somewhere / "shop.yaml"
    file.write_text(CONFIG.read_text("utf-8").replace("name: Thấu Demo Shop", "name: Tiệm Hoa", 1), "utf-8")
    monkeypatch.setenv("THAU_CONFIG", str(file))
    assert load_settings().config.brand.name == "Tiệm Hoa"


# ---- demo or live ----


def test_without_a_token_it_is_the_demo_shop_in_its_own_file(load: Load) -> None:
    settings = load("brand.id", "hoa")
    assert (settings.demo, settings.brand) == (True, "demo")
    assert settings.database_url.endswith("demo.sqlite")


def test_with_a_token_it_is_the_own_shop_in_a_database_that_starts_empty(load: Load) -> None:
    settings = load("brand.id", "hoa", TELEGRAM_BOT_TOKEN=TOKEN)
    assert (settings.demo, settings.brand) == (False, "hoa")
    assert settings.database_url.endswith("thau.sqlite")


@pytest.mark.parametrize("token", ["", TOKEN])
def test_a_database_that_is_given_is_never_filled_with_the_demo(load: Load, token: str) -> None:
    url = "postgresql://me:hunter2@db/shop"
    settings = load("brand.id", "hoa", TELEGRAM_BOT_TOKEN=token, THAU_DATABASE_URL=url)
    assert (settings.demo, settings.brand, settings.database_url) == (False, "hoa", url)


# ---- the secret ----


def test_the_secret_is_made_once_and_kept_for_its_owner(load: Load, somewhere: Path) -> None:
    first = load().secret.get_secret_value()
    assert len(first) >= 32
    assert load().secret.get_secret_value() == first
    kept = somewhere / ".thau" / "secret"
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parent.stat().st_mode & 0o077 == 0


def test_a_secret_that_a_crash_left_empty_is_made_again(load: Load, somewhere: Path) -> None:
    (somewhere / ".thau").mkdir()
    (somewhere / ".thau" / "secret").touch()
    assert len(load().secret.get_secret_value()) >= 32


def test_a_secret_that_can_not_be_kept_says_what_to_do(load: Load, somewhere: Path) -> None:
    (somewhere / ".thau").write_text("a file, not a folder")
    assert "set THAU_SECRET" in _refused(load)
    assert load(THAU_SECRET="given").secret.get_secret_value() == "given"
