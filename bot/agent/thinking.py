"""From a situation to a decision and its answer: pure, so that the past can be thought through again."""

from dataclasses import dataclass

from bot.domain.answer import Answer, Suggestion
from bot.domain.decision import Decision, Offer, Reply
from bot.domain.situation import Situation
from bot.personal.gate import may_suggest
from bot.personal.settings import PersonalSettings
from bot.personal.suggest import suggest
from bot.policy.engine import decide
from bot.policy.model import PolicyBook
from bot.reply.compose import Composer


@dataclass(frozen=True, slots=True)
class Thought:
    """A decision, what the gate said about suggesting, and the answer that follows."""

    decision: Decision
    answer: Answer
    suggestions: tuple[Suggestion, ...] = ()
    gate: str = ""  # why nothing was suggested, when something was planned


@dataclass(frozen=True, slots=True)
class Mind:
    """The rules in force: policies, the gate's limits, the words."""

    book: PolicyBook
    personal: PersonalSettings
    composer: Composer

    def think(self, situation: Situation) -> Thought:
        """Decide about a situation and compose the answer. Total: any situation gives exactly one thought."""
        decision = decide(situation, self.book)
        suggestions, gate = self._suggestions(situation, decision)
        answer = self.composer.compose(situation, decision, suggestions)
        return Thought(decision, answer, suggestions, gate)

    def _suggestions(self, situation: Situation, decision: Decision) -> tuple[tuple[Suggestion, ...], str]:
        plan = decision.suggest if isinstance(decision, Offer | Reply) else None
        if plan is None:
            return (), ""
        verdict = may_suggest(situation, plan, self.personal.limits)
        return (suggest(situation, plan, self.personal), "") if verdict.allowed else ((), verdict.reason)
