"""Buttons: what is packed comes back, what was not packed here does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.card import ASK, BACK, mood_buttons
from bot.domain.incoming import Action, Press
from bot.telegram.buttons import BadButton, Do, Seal
from nlp.types import Mood

SEAL = Seal("secret")


@given(st.sampled_from(Action), st.text(max_size=70))
def test_a_press_comes_back_or_is_refused_with_a_reason(action: Action, value: str) -> None:
    fits = len(value.encode(errors="surrogatepass")) <= 51 and "|" not in value
    if not fits:
        with pytest.raises(BadButton, match="can not be packed"):
            SEAL.press(action, value)
        return
    data = SEAL.press(action, value)
    assert 1 <= len(data.encode()) <= 64
    assert SEAL.read_press(data) == Press(action, value)
    assert SEAL.read_staff(data) is None


@given(st.sampled_from(Do), st.integers(min_value=1, max_value=2**63 - 1))
def test_a_staff_button_comes_back(do: Do, case: int) -> None:
    packed = SEAL.read_staff(SEAL.staff(do, case))
    assert packed is not None
    assert (packed.do, packed.case) == (do, case)
    assert SEAL.read_press(SEAL.staff(do, case)) is None


@given(
    st.sampled_from([*Mood, ASK, BACK]),
    st.integers(min_value=1, max_value=2**63 - 1),
    st.integers(min_value=1, max_value=2**63 - 1),
)
def test_a_mood_button_comes_back_and_always_fits(choice: str, case: int, turn: int) -> None:
    data = SEAL.mood(choice, case, turn)
    assert len(data.encode()) <= 64
    packed = SEAL.read_mood(data)
    assert packed is not None
    assert (packed.choice, packed.case, packed.turn) == (choice, case, turn)
    assert SEAL.read_press(data) is None
    assert SEAL.read_staff(data) is None
    assert Seal("other").read_mood(data) is None


@given(st.one_of(st.text(), st.from_regex(r"\A[psw]\|[a-z]*\|[^|]*\|[A-Za-z0-9_-]{8}\Z")))
def test_nothing_else_is_taken(data: str) -> None:
    assert SEAL.read_press(data) is None
    assert SEAL.read_staff(data) is None
    assert SEAL.read_mood(data) is None


@given(st.sampled_from(Action), st.text("abc123-", max_size=20), st.integers(0, 40), st.characters())
def test_a_changed_letter_breaks_the_seal(action: Action, value: str, place: int, letter: str) -> None:
    data = SEAL.press(action, value)
    changed = data[: place % len(data)] + letter + data[place % len(data) + 1 :]
    assert changed == data or SEAL.read_press(changed) is None


def test_another_installation_signs_differently() -> None:
    assert Seal("other").read_press(SEAL.press(Action.HUMAN)) is None


def test_every_action_has_its_own_letter() -> None:
    packed = [SEAL.press(action).split("|")[1] for action in Action]
    assert len(set(packed)) == len(packed)


def test_a_keyboard_mixes_no_kinds_and_may_be_empty() -> None:
    assert SEAL.keyboard([]) is None
    keyboard = SEAL.keyboard([[{"label": "A", "action": "human"}], [{"label": "B", "do": "claim", "case": 3}]])
    assert keyboard is not None
    assert [[button.text for button in row] for row in keyboard.inline_keyboard] == [["A"], ["B"]]
    moods = SEAL.keyboard(mood_buttons(3, 5))
    assert moods is not None
    presses = [SEAL.read_mood(button.callback_data or "") for row in moods.inline_keyboard for button in row]
    assert [press.choice for press in presses if press] == [*Mood, BACK]


def test_a_value_with_the_separator_is_named() -> None:
    with pytest.raises(BadButton, match="a|b"):
        SEAL.press(Action.CHOOSE, "a|b")
