"""What a policy comes to, and when it steps aside."""

from typing import Any

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import Ask, Escalate, Offer, Reply, Silence, SuggestionKind, SuggestionPlan, Tone
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.situation import Situation, Tried
from bot.policy.model import Policy
from bot.policy.outcome import outcome
from nlp.types import Mood
from tests.doubles.situations import make_case, make_situation

BASIC = PersonalisationLevel.BASIC
CALM = make_situation(level=BASIC)
WAITING = make_situation(level=BASIC, case=make_case(urgency=Urgency.HIGH))
SUGGEST = {"kinds": ["own_history", "bestsellers"], "count": 2}
PLAN = SuggestionPlan((SuggestionKind.OWN_HISTORY, SuggestionKind.BESTSELLERS), 2)


def comes_to(then: dict[str, Any], situation: Situation = CALM) -> Any:
    return outcome(Policy.model_validate({"id": "p", "then": then}), "because", situation)


def test_reply() -> None:
    assert comes_to({"skill": "faq", "tone": "brief"}) == Reply("p", "because", skill="faq", tone=Tone.BRIEF)
    assert comes_to({"text": "praise_thanks"}) == Reply("p", "because", text="praise_thanks")


def test_reply_with_a_suggestion_loses_it_where_tact_forbids() -> None:
    assert comes_to({"skill": "faq", "suggest": SUGGEST}).suggest == PLAN
    for situation in (WAITING, make_situation(mood=Mood.FRUSTRATED, level=BASIC), make_situation()):
        assert comes_to({"skill": "faq", "suggest": SUGGEST}, situation).suggest is None


def test_ask() -> None:
    assert comes_to({"ask": "complaint_what"}, WAITING) == Ask("p", "because", "complaint_what")
    assert comes_to({"ask": "human_offer", "form": "human_offer"}) == Ask(
        "p", "because", "human_offer", form="human_offer"
    )
    assert comes_to({"ask": "human_offer", "form": "human_offer"}, WAITING) is None, "one is called already"


def test_offer() -> None:
    offer = {"offer": "offer_more", "suggest": SUGGEST, "lead": "glad"}
    assert comes_to(offer) == Offer("p", "because", PLAN, "offer_more", "glad")
    assert comes_to(offer, WAITING) is None


def test_silence() -> None:
    assert comes_to({"silence": True}) == Silence("p", "because")


def test_escalate_opens_or_raises_but_never_repeats() -> None:
    high = {"escalate": {"reason": "complaint", "text": "t", "urgency": "high", "team": "care", "skill": "faq"}}
    expected = Escalate("p", "because", "complaint", Urgency.HIGH, "t", "care", "faq")
    assert comes_to(high) == expected
    assert comes_to(high, make_situation(case=make_case(urgency=Urgency.NORMAL))) == expected
    assert comes_to(high, make_situation(case=make_case(CaseStatus.CLOSED))) == expected
    assert comes_to(high, WAITING) is None


def test_a_lead_is_said_once_and_only_one_apology() -> None:
    def lead(key: str, **tried: Any) -> str:
        said = comes_to({"skill": "faq", "lead": key}, make_situation(tried=Tried(**tried)))
        assert isinstance(said, Reply)
        return said.lead

    assert lead("sorry_wait") == "sorry_wait"
    assert lead("sorry_wait", apologised=True) == ""
    assert lead("reassure", apologised=True) == "reassure"
    assert lead("reassure", texts=("reassure",)) == ""
