"""What `thau run` logs, and where it listens; the served house itself is tested as a process."""

import logging
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.logs import OneLine, start_logging
from bot.cli.run import listen
from bot.errors import SettingsError


def _record(message: str, error: Exception | None = None) -> logging.LogRecord:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    return logging.LogRecord("bot.agent", logging.ERROR, __file__, 1, message, None, info)


def test_a_log_line_is_one_line() -> None:
    line = OneLine().format(_record("first\nsecond"))
    assert line.endswith("ERROR bot.agent: first second")


def test_an_error_shows_its_kind_and_place_but_not_what_somebody_wrote() -> None:
    line = OneLine().format(_record("a turn failed", ValueError("0912 345 678, 12 Lê Lợi")))
    assert "ValueError" in line
    assert "test_serving" in line
    assert "0912" not in line
    assert "\n" not in line


def test_libraries_are_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", lambda **options: given.update(options))
    monkeypatch.setattr("bot.cli.logs._QUIET", ("a-chatty-library",))
    start_logging()
    [handler] = given["handlers"]
    assert isinstance(handler.formatter, OneLine)
    assert given["level"] == logging.INFO
    assert logging.getLogger("a-chatty-library").level == logging.WARNING


def test_an_address_that_can_not_be_had_says_what_to_set() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port} .*THAU_WEB_PORT"):
            listen("127.0.0.1", port)
    with pytest.raises(SettingsError, match="THAU_WEB_HOST"):
        listen("203.0.113.1", 0)


def test_a_sound_start_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []
    monkeypatch.setattr("bot.settings.load_settings", lambda config: "the settings")
    monkeypatch.setattr("bot.cli.run.serve", served.append)
    assert CliRunner().invoke(app, ["run"]).exit_code == 0
    assert served == ["the settings"]


def test_bench_never_fails() -> None:
    result = CliRunner().invoke(app, ["bench", "no-such-area"])
    assert result.exit_code == 0
    assert "There is no area 'no-such-area'" in result.stderr
