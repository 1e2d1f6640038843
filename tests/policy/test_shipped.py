"""The policies that ship with the project: what a shop gets before it changes anything."""

from itertools import product
from typing import Any

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import Ask, Escalate, Offer, Reply
from bot.domain.journey import JourneyStage
from bot.domain.situation import Situation, Tried
from bot.domain.views import CustomerView, FaqHit, RequestKind, RequestView
from bot.policy.check import Known, problems
from bot.policy.engine import decide
from nlp.types import Intent, Mood
from tests.doubles.situations import NOW, make_order, make_product, make_reading, make_situation
from tests.policy.books import shipped

W, M, S = Intent, Mood, JourneyStage
BASIC = PersonalisationLevel.BASIC
FAQ: dict[str, Any] = {"faq": (FaqHit("ship", "?", "!", 1.0),)}
PRODUCTS: dict[str, Any] = {"products": (make_product(),)}
UNSURE: dict[str, Any] = {"unsure": True}


def said(intent: Intent, mood: Mood = M.NEUTRAL, orders: int = 1, **overrides: Any) -> Situation:
    return make_situation("…?", mood, intent, orders=(make_order(),) * orders, **overrides)


def tried(*policies: str, **counts: Any) -> dict[str, Any]:
    return {"tried": Tried(policies=policies, **counts)}


OPEN_REQUEST = (RequestView("R-1", RequestKind.CANCEL, "DH1001", "open", NOW),)
WHICH = {
    "parcel": said(W.TRACK_ORDER),
    "parcel_upset": said(W.DELIVERY_PROBLEM, M.FRUSTRATED),
    "parcel_anxious": said(W.TRACK_ORDER, M.ANXIOUS),
    "parcel_still_late": said(W.TRACK_ORDER, M.FRUSTRATED, **tried("parcel", same_intent=2)),
    "link": said(W.TRACK_ORDER, orders=0),
    "link_upset": said(W.CANCEL_ORDER, M.DISAPPOINTED, orders=0),
    "return": said(W.RETURN_REFUND),
    "return_upset": said(W.RETURN_REFUND, M.DISAPPOINTED),
    "return_rule": said(W.RETURN_REFUND, orders=0),
    "warranty": said(W.WARRANTY_REPAIR),
    "cancel": said(W.CANCEL_ORDER),
    "request_running": said(W.CANCEL_ORDER, requests=OPEN_REQUEST),
    "cancel_upset": said(W.CANCEL_ORDER, M.FRUSTRATED, requests=OPEN_REQUEST, **tried("request_running")),
    "payment_anxious": said(W.PAYMENT_PROBLEM, M.ANXIOUS),
    "complaint_calm": said(W.COMPLAINT),
    "complaint_told": said(W.COMPLAINT, **tried("complaint_calm")),
    "complaint_upset": said(W.COMPLAINT, M.FRUSTRATED),
    "complaint_again": said(W.COMPLAINT, M.FRUSTRATED, **tried("complaint_upset")),
    "complaint_vip": said(W.COMPLAINT, M.FRUSTRATED, customer=CustomerView("c1", segments=frozenset({"vip"}))),
    "recommendation": said(W.RECOMMENDATION),
    "recommendation_facts": said(W.RECOMMENDATION, M.FRUSTRATED, **PRODUCTS),
    "product": said(W.PRODUCT_QUESTION, **PRODUCTS),
    "product_in_faq": said(W.PRICE_PROMO, **FAQ),
    "product_curious": said(W.PRODUCT_QUESTION, M.CURIOUS, stage=S.CONSIDERATION, **PRODUCTS),
    "praise_offer": said(W.PRAISE, M.HAPPY, stage=S.RETENTION, level=BASIC),
    "praise": said(W.PRAISE, M.HAPPY, stage=S.RETENTION),
    "praise_at_risk": said(W.PRAISE, M.HAPPY, stage=S.AT_RISK, level=BASIC),
    "privacy": said(W.PRIVACY, M.ANXIOUS),
    "greeting": said(W.GREETING),
    "thanks": said(W.OTHER, M.GRATEFUL),
    "other_in_faq": said(W.OTHER, **FAQ),
    "frustrated_other": said(W.OTHER, M.FRUSTRATED),
    "confused_other": said(W.OTHER, M.CONFUSED),
    "angry_unsure": make_situation("…?", reading=make_reading(M.ANGRY, confidence=0.2)),
    "human_unsure": make_situation("…?", reading=make_reading(intent=W.HUMAN_AGENT, **UNSURE)),
    "unsure_in_faq": make_situation("…?", reading=make_reading(**UNSURE), **FAQ),
    "builtin.unsure": make_situation("…?", reading=make_reading(**UNSURE)),
    "builtin.fallback": said(W.OTHER),
}


@pytest.mark.parametrize(("policy", "situation"), WHICH.items(), ids=WHICH)
def test_which_policy_acts(policy: str, situation: Situation) -> None:
    assert decide(situation, shipped()).policy == policy


def test_nothing_is_wrong_with_the_book() -> None:
    texts, skills = _named(), frozenset(policy.then.skill or "" for policy in shipped().rules) | {"order_status"}
    assert problems(shipped(), Known(texts, skills, segments=frozenset({"new", "regular", "vip"}))) == []


def _named() -> frozenset[str]:
    said = {text for p in shipped().rules for text in (p.then.text, p.then.ask, p.then.offer, p.then.lead)}
    said |= {policy.then.escalate.text for policy in shipped().rules if policy.then.escalate}
    return frozenset(text or "" for text in said) | set(shipped().safety.texts.model_dump().values())


@pytest.mark.parametrize(("intent", "mood"), [*product(W, M)])
def test_every_sure_wish_has_a_policy(intent: Intent, mood: Mood) -> None:
    for orders in (0, 1):
        decision = decide(said(intent, mood, orders), shipped())
        if intent is not W.OTHER:
            assert decision.policy != "builtin.fallback"
        assert isinstance(decision, Escalate) is (mood is M.ANGRY or intent is W.HUMAN_AGENT)


def test_a_calm_damage_report_is_answered() -> None:
    decision = decide(said(W.RETURN_REFUND, stage=S.POST_PURCHASE), shipped())
    assert decision == Reply("return", "intent return_refund", skill="return")


def test_an_apology_is_not_repeated() -> None:
    first = decide(said(W.DELIVERY_PROBLEM, M.FRUSTRATED), shipped())
    again = decide(said(W.DELIVERY_PROBLEM, M.FRUSTRATED, **tried(apologised=True)), shipped())
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    assert (first.lead, again.lead) == ("sorry_wait", "")


def test_asked_for_at_level_off_is_an_offer_unasked_is_not() -> None:
    assert isinstance(decide(said(W.RECOMMENDATION), shipped()), Offer)
    assert not isinstance(decide(said(W.PRAISE, M.HAPPY, stage=S.RETENTION), shipped()), Offer)


def test_an_offer_is_made_once_in_a_conversation() -> None:
    again = said(W.PRAISE, M.HAPPY, stage=S.RETENTION, level=BASIC, **tried("praise_offer"))
    assert decide(again, shipped()).policy == "praise"


def test_unsure_anger_offers_a_human() -> None:
    decision = decide(WHICH["angry_unsure"], shipped())
    assert isinstance(decision, Ask)
    assert (decision.form, decision.lead) == ("human_offer", "sorry_trouble")
