"""`thau check`: is the configuration sound?"""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot.settings import load_settings
from bot.wiring.core import Core


def check_settings(config: Path | None) -> None:
    """Read everything and build everything; open nothing. Raises SettingsError for what is wrong."""
    settings = load_settings(config)
    Core(settings, lambda: datetime.now(UTC))
    mode = "the demo shop" if settings.demo else f"brand {settings.brand!r}"
    Console().print(f"Sound: {mode}, {len(settings.config.policies.rules)} policies.", highlight=False)
