from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, SuggestionPlan, kind_of
from bot.domain.escalation import CaseEventKind, CaseHappening, CaseStatus, Role, Urgency, holder_of, status_of
from bot.domain.situation import Pending
from tests.doubles.situations import NOW

E = CaseEventKind
STORIES = [
    ([E.OPENED], CaseStatus.WAITING, False),
    ([E.OPENED, E.CLAIMED, E.REPLIED, E.NOTED], CaseStatus.HELD, True),
    ([E.OPENED, E.CLAIMED, E.PASSED_ON, E.REMINDED], CaseStatus.WAITING, False),
    ([E.OPENED, E.CLAIMED, E.CLOSED, E.RATED], CaseStatus.CLOSED, False),
    ([E.OPENED, E.CLOSED], CaseStatus.CLOSED, False),
    ([], CaseStatus.WAITING, False),
]


def story(kinds: list[CaseEventKind]) -> list[CaseHappening]:
    return [CaseHappening(kind, NOW, staff=f"s{number}") for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(("kinds", "status", "held"), STORIES)
def test_status_and_holder(kinds: list[CaseEventKind], status: CaseStatus, held: bool) -> None:
    assert status_of(story(kinds)) is status
    assert (holder_of(story(kinds)) is not None) is held


def test_the_last_claim_holds() -> None:
    holder = holder_of(story([E.OPENED, E.CLAIMED, E.PASSED_ON, E.CLAIMED]))
    assert holder is not None
    assert holder.staff == "s3"


@given(st.lists(st.sampled_from(list(E)), max_size=8))
def test_held_means_somebody_holds_and_closed_stays_closed(kinds: list[CaseEventKind]) -> None:
    status = status_of(story(kinds))
    if status is CaseStatus.HELD:
        assert holder_of(story(kinds)) is not None
    assert (status is CaseStatus.CLOSED) is (E.CLOSED in kinds)


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    covering = [(have, need) for have, need in product(Role, Role) if have.covers(need)]
    assert covering == [
        (Role.AGENT, Role.AGENT),
        (Role.SENIOR, Role.AGENT),
        (Role.SENIOR, Role.SENIOR),
        (Role.ADMIN, Role.AGENT),
        (Role.ADMIN, Role.SENIOR),
        (Role.ADMIN, Role.ADMIN),
    ]


def test_kinds_of_decisions() -> None:
    plan = SuggestionPlan(())
    decisions: list[Decision] = [
        Reply("p", "w"),
        Ask("p", "w", "t"),
        Offer("p", "w", plan, "t"),
        Escalate("p", "w", "angry", Urgency.HIGH, "t"),
        Silence("p", "w"),
    ]
    assert [kind_of(decision) for decision in decisions] == ["reply", "ask", "offer", "escalate", "silence"]


def test_fields_of_a_pending_question() -> None:
    pending = Pending("return", "reason", (("order", "DH1"),))
    assert (pending.field("order"), pending.field("reason")) == ("DH1", "")
