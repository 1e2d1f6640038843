import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.consent import PersonalisationLevel, Purpose, allowed
from tests.doubles.situations import levels

OFF, BASIC, FULL = PersonalisationLevel


@pytest.mark.parametrize(
    ("level", "purposes"),
    [
        (OFF, {Purpose.ANSWERING}),
        (BASIC, {Purpose.ANSWERING, Purpose.OWN_HISTORY}),
        (FULL, set(Purpose) - {Purpose.IMPROVE}),
    ],
)
def test_what_each_level_permits(level: PersonalisationLevel, purposes: set[Purpose]) -> None:
    assert {purpose for purpose in Purpose if allowed(level, purpose)} == purposes


@given(levels)
def test_requested_answers_need_no_level(level: PersonalisationLevel) -> None:
    assert allowed(level, Purpose.ANSWERING)


@given(st.sampled_from(list(Purpose)))
def test_a_higher_level_never_permits_less(purpose: Purpose) -> None:
    permits = [allowed(level, purpose) for level in (OFF, BASIC, FULL)]
    assert permits == sorted(permits)
