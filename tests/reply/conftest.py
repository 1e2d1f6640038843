"""The shipped texts and shop facts, and short ways to talk to the composer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from bot.domain.answer import Answer, OutgoingMessage
from bot.domain.decision import Reply
from bot.domain.incoming import Action, Press
from bot.domain.situation import Situation
from bot.domain.views import CustomerView
from bot.reply.compose import Composer
from bot.reply.settings import ReplySettings, ShopFacts
from bot.reply.templates import Texts
from tests.doubles.situations import make_incoming, make_situation

CONFIG = YAML(typ="safe", pure=True).load(Path("config.yaml").read_text("utf-8"))
SETTINGS = ReplySettings(**CONFIG["texts"])
SHOP = ShopFacts(**CONFIG["shop"])
TEXTS = Texts(SETTINGS)
COMPOSER = Composer(TEXTS, SHOP, ZoneInfo("Asia/Ho_Chi_Minh"))
KNOWN = CustomerView("c1", "Lan", known=True, asked_level=True)

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def texts() -> Texts:
    return TEXTS


@pytest.fixture(scope="session")
def composer() -> Composer:
    return COMPOSER


def ask(skill: str, text: str = "", situation: Situation | None = None, **overrides: Any) -> Answer:
    """What the bot says with this skill to a known customer."""
    values = {"customer": KNOWN} | overrides
    said = situation or make_situation(text, **values)
    return COMPOSER.compose(said, Reply("test", "as the test says", skill=skill))


def press(action: Action, value: str = "", **overrides: Any) -> Answer:
    skill = "form" if overrides.get("pending") and action in (Action.CHOOSE, Action.CONFIRM) else "press"
    return ask(skill, incoming=make_incoming("", press=Press(action, value)), **overrides)


def go_on(situation: Situation, answer: Answer, text: str = "", **incoming: Any) -> Answer:
    """The next turn of a form: the customer types `text` (or presses) after `answer`."""
    said = replace(situation, incoming=make_incoming(text, **incoming), pending=answer.pending)
    return COMPOSER.compose(said, Reply("test", "as the test says", skill="form"))


def said(answer: Answer) -> str:
    return "\n".join(message.text for message in answer.messages)


def labels(message: OutgoingMessage) -> list[str]:
    return [button.label for row in message.buttons for button in row]
