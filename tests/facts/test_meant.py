"""What words mean beside what was shown, said and noted before."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.facts.talk import shown_of, talked_order
from tests.doubles.situations import NOW


def heard(text: str = "", *about: str) -> Any:
    return SimpleNamespace(text=text, answer={"about": list(about)} if about else {}, at=NOW - timedelta(minutes=1))


def test_what_was_shown_last() -> None:
    assert shown_of([heard("ừ"), heard("gợi ý", "A", "B"), heard("khác", "C")]) == ("A", "B")
    assert shown_of([heard()] * 3 + [heard("quá lâu", "A")]) == ()
    assert shown_of([]) == ()


def test_the_one_order_talked_about() -> None:
    codes = ["TH-1", "TH-2"]
    assert talked_order([heard("chào"), heard("đơn đâu", "TH-2")], codes) == "TH-2"
    assert talked_order([heard("đơn th-1 đâu")], codes) == "TH-1"
    assert talked_order([heard("đơn đâu", "TH-1", "TH-2")], codes) == ""
    assert talked_order([heard("áo", "TEE-01")], codes) == ""
