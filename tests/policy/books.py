"""Books of policies for tests, written as config.yaml would."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.policy.model import PolicyBook

CONFIG = Path(__file__).parents[2] / "config.yaml"


def book(*rules: dict[str, Any], **safety: Any) -> PolicyBook:
    return PolicyBook.model_validate({"safety": safety, "rules": list(rules)})


def rule(id: str, then: dict[str, Any], priority: int = 50, **when: Any) -> dict[str, Any]:
    return {"id": id, "priority": priority, "when": when, "then": then}


@cache
def section(name: str) -> Any:
    """A section of the shipped config.yaml."""
    return YAML(typ="safe", pure=True).load(CONFIG)[name]


@cache
def shipped() -> PolicyBook:
    return PolicyBook.model_validate(section("policies"))
