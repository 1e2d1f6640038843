"""What a policy that applies comes to in this situation; some come to nothing, and the next one is tried."""

from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, SuggestionPlan
from bot.domain.situation import Situation
from bot.domain.tact import case_open, refusal
from bot.policy.model import EscalateThen, Policy


def outcome(policy: Policy, because: str, situation: Situation) -> Decision | None:
    """The decision of `policy`, or None where tact or an open case forbids it."""
    then = policy.then
    plan = _plan(policy, situation)
    lead = _lead(then.lead, situation)
    if then.silence:
        return Silence(policy.id, because)
    if then.escalate:
        return _escalate(policy, then.escalate, because, situation)
    if then.ask:
        if then.form == "human_offer" and case_open(situation):
            return None
        return Ask(policy.id, because, then.ask, lead, then.tone, then.form)
    if then.offer:
        return Offer(policy.id, because, plan, then.offer, lead, then.tone) if plan else None
    return Reply(policy.id, because, then.skill or "", then.text or "", lead, then.tone, plan)


def _plan(policy: Policy, situation: Situation) -> SuggestionPlan | None:
    suggest = policy.then.suggest
    if suggest is None or refusal(situation, suggest.plan()):
        return None
    return suggest.plan()


def _lead(lead: str, situation: Situation) -> str:
    """A lead is said once in a conversation, and an apology (its key begins with sorry) only if there was none."""
    tried = situation.tried
    said = lead in tried.texts or (lead.startswith("sorry") and tried.apologised)
    return "" if said else lead


def _escalate(policy: Policy, then: EscalateThen, because: str, situation: Situation) -> Decision | None:
    if situation.case and case_open(situation) and situation.case.urgency >= then.urgency:
        return None
    return Escalate(policy.id, because, then.reason, then.urgency, then.text, then.team, then.skill, policy.then.tone)
