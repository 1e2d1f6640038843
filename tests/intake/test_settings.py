from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from bot.intake.settings import BackoffSettings, BurstSettings, IntakeSettings

CONFIG = Path(__file__).parents[2] / "config.yaml"


def test_the_shipped_section_says_what_the_defaults_are() -> None:
    section = YAML(typ="safe").load(CONFIG.read_text(encoding="utf-8"))["intake"]
    assert IntakeSettings.model_validate(section) == IntakeSettings()


def test_the_window_must_be_possible() -> None:
    with pytest.raises(ValidationError, match="shortest <= longest <= in_all"):
        BurstSettings(shortest=3, longest=2)


def test_a_wrong_key_is_named() -> None:
    with pytest.raises(ValidationError, match="lane_bounds"):
        IntakeSettings.model_validate({"lane_bounds": 3})


def test_backoff_doubles_up_to_its_cap() -> None:
    backoff = BackoffSettings(first=2, cap=30)
    assert [backoff.after(n) for n in (1, 2, 3, 4, 5, 5000)] == [2, 4, 8, 16, 30, 30]
