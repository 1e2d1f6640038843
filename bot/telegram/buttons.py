"""Buttons as types: what is pressed comes back signed, or it is refused."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.incoming import Action, Press
from bot.errors import SupportError

TAG_BYTES = 6  # 48 bits: guessing means one press per guess, in one's own chat

# One letter each, because a press must fit 64 bytes with its value. Old buttons live on: never reuse a letter.
_LETTERS = {
    Action.MENU: "m",
    Action.LANGUAGE: "l",
    Action.ADDRESS: "a",
    Action.LEVEL: "v",
    Action.IMPROVE: "i",
    Action.WHY: "w",
    Action.NOT_INTERESTED: "n",
    Action.DETAILS: "d",
    Action.CHOOSE: "c",
    Action.CONFIRM: "y",
    Action.FORGET: "f",
    Action.HUMAN: "h",
    Action.RATE: "r",
}
_ACTIONS = {letter: action for action, letter in _LETTERS.items()}


class BadButton(SupportError):
    """A button that Telegram would not take: the operator reads which and why."""


class Do(StrEnum):
    """What staff do with a case by pressing."""

    CLAIM = "claim"
    PASS = "pass"
    CLOSE = "close"


class CustomerPress(CallbackData, prefix="p", sep="|"):
    """A customer's press, signed."""

    action: str
    value: str
    tag: str


class StaffPress(CallbackData, prefix="s", sep="|"):
    """A staff button on a card, signed."""

    do: Do
    case: int
    tag: str


class MoodPress(CallbackData, prefix="w", sep="|"):
    """A staff button about the mood that was read in a turn, signed. `choice`: a Mood, or ask or back."""

    choice: str
    case: int
    turn: int
    tag: str


class Seal:
    """Signs and checks callback data with the installation's secret."""

    def __init__(self, secret: str) -> None:
        self._key = sha256(b"thau telegram buttons\0" + secret.encode()).digest()

    def press(self, action: Action, value: str = "") -> str:
        """Callback data for a customer's button. Raises BadButton when it does not fit 64 bytes."""
        letter = _LETTERS[action]
        return _pack(CustomerPress(action=letter, value=value, tag=self._tag("p", letter, value)))

    def read_press(self, data: str) -> Press | None:
        """The press behind callback data, or None for anything this installation did not sign."""
        try:
            packed = CustomerPress.unpack(data)
        except (TypeError, ValueError):
            return None
        if packed.action not in _ACTIONS or not self._signed(packed.tag, "p", packed.action, packed.value):
            return None
        return Press(_ACTIONS[packed.action], packed.value)

    def staff(self, do: Do, case: int) -> str:
        """Callback data for a staff button."""
        return _pack(StaffPress(do=do, case=case, tag=self._tag("s", do.value, str(case))))

    def read_staff(self, data: str) -> StaffPress | None:
        """The staff button behind callback data, or None for anything this installation did not sign."""
        try:
            packed = StaffPress.unpack(data)
        except (TypeError, ValueError):
            return None
        return packed if self._signed(packed.tag, "s", packed.do.value, str(packed.case)) else None

    def mood(self, choice: str, case: int, turn: int) -> str:
        """Callback data for a button about a turn's mood."""
        return _pack(MoodPress(choice=choice, case=case, turn=turn, tag=self._tag("w", choice, str(case), str(turn))))

    def read_mood(self, data: str) -> MoodPress | None:
        """The mood button behind callback data, or None for anything this installation did not sign."""
        try:
            packed = MoodPress.unpack(data)
        except (TypeError, ValueError):
            return None
        signed = self._signed(packed.tag, "w", packed.choice, str(packed.case), str(packed.turn))
        return packed if signed else None

    def keyboard(self, rows: Sequence[Sequence[dict[str, Any]]]) -> InlineKeyboardMarkup | None:
        """The inline keyboard of an outbox payload's button rows: customers' {label, action, value} and staff's
        {label, do, case} or {label, mood, case, turn} alike; None where there are none."""
        if not rows:
            return None
        return InlineKeyboardMarkup(
            inline_keyboard=[
                [InlineKeyboardButton(text=button["label"], callback_data=self._data(button)) for button in row]
                for row in rows
            ]
        )

    def _data(self, button: dict[str, Any]) -> str:
        if "do" in button:
            return self.staff(Do(button["do"]), button["case"])
        if "mood" in button:
            return self.mood(button["mood"], button["case"], button["turn"])
        return self.press(Action(button["action"]), button.get("value", ""))

    def _tag(self, *parts: str) -> str:
        digest = hmac.digest(self._key, "|".join(parts).encode(errors="surrogatepass"), sha256)
        return urlsafe_b64encode(digest[:TAG_BYTES]).decode()

    def _signed(self, tag: str, *parts: str) -> bool:
        return hmac.compare_digest(tag.encode(errors="surrogatepass"), self._tag(*parts).encode())


def _pack(data: CallbackData) -> str:
    try:
        return data.pack()
    except ValueError as error:
        raise BadButton(f"a button can not be packed: {error}") from error
