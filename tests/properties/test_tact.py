"""Whatever the situation: one decision, and never an offer that would hurt."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, SuggestionKind, SuggestionPlan
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.situation import Situation
from bot.domain.tact import case_open
from bot.personal.gate import may_suggest
from bot.personal.settings import PersonalSettings
from bot.personal.suggest import suggest
from bot.policy.engine import decide
from nlp.types import Alarm, Mood
from tests.doubles.situations import make_case, situations
from tests.policy.books import section, shipped

DANGERS = {Alarm.DANGER, Alarm.INJURY, Alarm.SELF_HARM}
PERSONAL = PersonalSettings.model_validate(section("personal"))
plans = st.builds(
    SuggestionPlan,
    st.lists(st.sampled_from(list(SuggestionKind)), min_size=1, unique=True).map(tuple),
    st.integers(1, 5),
    st.booleans(),
)


def plan_of(decision: Decision) -> SuggestionPlan | None:
    return decision.suggest if isinstance(decision, Reply | Offer) else None


@settings(max_examples=200)
@given(situations())
def test_one_decision_with_its_policy_and_why(situation: Situation) -> None:
    decision = decide(situation, shipped())
    assert isinstance(decision, Reply | Ask | Offer | Escalate | Silence)
    assert decision.policy
    assert decision.why
    assert decide(situation, shipped()) == decision


@settings(max_examples=200)
@given(situations())
def test_no_offer_that_would_hurt(situation: Situation) -> None:
    plan = plan_of(decide(situation, shipped()))
    if plan is not None:
        assert situation.reading.mood not in (Mood.ANGRY, Mood.FRUSTRATED)
        assert not case_open(situation)
        assert plan.asked or situation.customer.level is not PersonalisationLevel.OFF
        assert plan.asked or not situation.customer.suggestions_stopped


@given(situations(), plans)
def test_the_gate_and_what_passes_it(situation: Situation, plan: SuggestionPlan) -> None:
    verdict = may_suggest(situation, plan, PERSONAL.limits)
    shown = suggest(situation, plan, PERSONAL)
    assert verdict.reason
    assert len(shown) <= plan.count
    assert len({suggestion.sku for suggestion in shown}) == len(shown)
    if verdict.allowed:
        assert shown
        assert situation.reading.mood not in (Mood.ANGRY, Mood.FRUSTRATED)
        assert not case_open(situation)
    if situation.customer.level is PersonalisationLevel.OFF:
        assert {suggestion.reason for suggestion in shown} <= {"bestseller"}
        assert plan.asked or not verdict.allowed


@given(situations(), plans)
def test_no_product_that_would_hurt(situation: Situation, plan: SuggestionPlan) -> None:
    stocks: dict[str, int] = {}
    for product in (*situation.products, *(candidate.product for candidate in situation.candidates)):
        stocks[product.sku] = max(stocks.get(product.sku, 0), product.stock)
    dismissed = {offered.sku for offered in situation.offered if offered.dismissed}
    for suggestion in suggest(situation, plan, PERSONAL):
        assert stocks[suggestion.sku] > 0
        assert suggestion.sku not in dismissed


def saying(situation: Situation, alarm: Alarm) -> Situation:
    return replace(situation, reading=replace(situation.reading, alarms=frozenset({alarm})))


@settings(max_examples=50)
@given(situations())
def test_danger_always_brings_a_human(situation: Situation) -> None:
    decision = decide(saying(situation, Alarm.DANGER), shipped())
    assert isinstance(decision, Escalate)
    assert (decision.reason, decision.urgency) == ("danger", Urgency.CRITICAL)


@settings(max_examples=50)
@given(situations(case=make_case(CaseStatus.HELD)))
def test_silence_while_a_human_holds_the_case_but_for_the_customers_own_choices(situation: Situation) -> None:
    if situation.reading.alarms & DANGERS:
        return
    decision = decide(situation, shipped())
    words = situation.incoming.press is None and situation.incoming.command is None and situation.pending is None
    assert isinstance(decision, Silence) or not words
    assert isinstance(decision, Silence) or decision.policy in ("builtin.press", "builtin.command", "builtin.form")


@given(situations(case=make_case(CaseStatus.WAITING, Urgency.CRITICAL)))
def test_a_waiting_case_is_never_opened_again(situation: Situation) -> None:
    if not situation.reading.alarms & DANGERS:
        assert not isinstance(decide(situation, shipped()), Escalate)


@settings(max_examples=30)
@given(situations(case=None), st.sampled_from(list(Alarm)))
def test_every_alarm_calls(situation: Situation, alarm: Alarm) -> None:
    assert isinstance(decide(saying(situation, alarm), shipped()), Escalate)
