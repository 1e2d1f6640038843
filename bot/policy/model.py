"""Response policies as documents: what admins edit, validated; unknown keys are refused."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import SuggestionKind, SuggestionPlan, Tone
from bot.domain.escalation import Urgency
from bot.domain.journey import JourneyStage
from bot.domain.situation import Trend
from nlp.types import Emotion, Intent, Language, Mood


def _listed(value: Any) -> Any:
    """One value may stand for a list of one."""
    return (value,) if isinstance(value, str | dict) else value


def _urgency(value: Any) -> Any:
    if isinstance(value, str):
        names = {urgency.name.lower(): urgency for urgency in Urgency}
        if value not in names:
            raise ValueError(f"{value!r} is none of {', '.join(names)}")
        return names[value]
    return value


Listed = BeforeValidator(_listed)
UrgencyName = Annotated[Urgency, BeforeValidator(_urgency), PlainSerializer(lambda urgency: urgency.name.lower())]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
HourRange = Annotated[str, Field(pattern=r"^(open|closed|([01]?\d|2[0-4])-([01]?\d|2[0-4]))$")]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Found(StrEnum):
    """What was found for the message: in the knowledge base, the catalogue, the customer's own orders and requests."""

    FAQ = "faq"
    FAQ_NAMED = "faq_named"  # an entry of it, asked for in its own words, and no product clearer than that
    PRODUCTS = "products"
    REQUEST = "request"  # an open request of the kind the message is about
    ORDER = "order"  # an own order, named by its code


class TriedWhen(_Document):
    """What this conversation has seen already; numbers are "at least"."""

    answers: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    same_intent: int = Field(default=0, ge=0)
    policy: Annotated[tuple[str, ...], Listed] = ()
    text: Annotated[tuple[str, ...], Listed] = ()
    apologised: bool | None = None
    greeted: bool | None = None


class When(_Document):
    """When a policy applies: every key given must hold; a list holds when any of its values does.

    Without `unsure` a policy keeps away from unsure readings; `unsure` inside any/all/not is not looked at.
    """

    mood: Annotated[tuple[Mood, ...], Listed] = ()
    trend: Annotated[tuple[Trend, ...], Listed] = ()
    intent: Annotated[tuple[Intent, ...], Listed] = ()
    emotions: Annotated[tuple[Emotion, ...], Listed] = ()
    stage: Annotated[tuple[JourneyStage, ...], Listed] = ()
    language: Annotated[tuple[Language, ...], Listed] = ()
    segment: Annotated[tuple[str, ...], Listed] = ()
    level: Annotated[tuple[PersonalisationLevel, ...], Listed] = ()
    found: Annotated[tuple[Found, ...], Listed] = ()
    hours: Annotated[tuple[HourRange, ...], Listed] = ()  # open, closed, or local hours such as 22-7
    intensity: float = Field(default=0, ge=0, le=1)  # at least
    known: bool | None = None
    has_orders: bool | None = None
    open_case: bool | None = None
    unsure: bool | Literal["any"] | None = None
    tried: TriedWhen | None = None
    any_of: tuple["When", ...] = Field(default=(), alias="any")
    all_of: tuple["When", ...] = Field(default=(), alias="all")
    none_of: Annotated[tuple["When", ...], Listed] = Field(default=(), alias="not")


class SuggestThen(_Document):
    kinds: Annotated[tuple[SuggestionKind, ...], Listed] = Field(min_length=1)
    count: int = Field(default=1, ge=1, le=5)
    asked: bool = False

    def plan(self) -> SuggestionPlan:
        return SuggestionPlan(self.kinds, self.count, self.asked)


class EscalateThen(_Document):
    reason: Key
    text: Key
    urgency: UrgencyName = Urgency.NORMAL
    team: str = ""
    skill: str = ""  # facts while they wait


class Then(_Document):
    """What to do: exactly one of skill, text, ask, offer, escalate, silence."""

    skill: Key | None = None
    text: Key | None = None
    ask: Key | None = None
    offer: Key | None = None
    escalate: EscalateThen | None = None
    silence: Literal[True] | None = None
    form: str = ""  # with ask: the form whose first question this is
    lead: str = ""  # said before, once in a conversation
    tone: Tone = Tone.WARM
    suggest: SuggestThen | None = None

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        actions = ("skill", "text", "ask", "offer", "escalate", "silence")
        given = [name for name in actions if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(actions)}; given: {', '.join(given) or 'none'}")
        if self.offer and not self.suggest:
            raise ValueError("offer needs suggest: what to offer")
        if self.suggest and given[0] not in ("skill", "text", "offer"):
            raise ValueError(f"suggest does not go with {given[0]}")
        if self.form and not self.ask:
            raise ValueError("form goes with ask only")
        if self.lead and given[0] in ("escalate", "silence"):
            raise ValueError(f"lead does not go with {given[0]}")
        return self


class Policy(_Document):
    """One rule: among those that apply, the highest priority acts; of equals, the first in the book."""

    id: Key
    priority: int = Field(default=50, ge=0, le=100)
    when: When = When()
    then: Then
    note: str = ""  # for the people who edit it


class SafetyTexts(_Document):
    """The texts of the rules that no policy can switch off."""

    danger: Key = "escalated_danger"
    injury: Key = "escalated_injury"
    danger_again: Key = "danger_again"
    self_harm: Key = "escalated_self_harm"
    self_harm_again: Key = "self_harm_again"
    fraud: Key = "escalated_fraud"
    legal_threat: Key = "escalated_legal"
    human_wish: Key = "escalated_human"
    angry: Key = "escalated_angry"
    needs_human: Key = "escalated_human"
    repeated_failure: Key = "escalated_failed"
    trend: Key = "escalated_trend"
    voice: Key = "voice_relayed"
    waiting: Key = "still_waiting"
    waiting_again: Key = "still_waiting_again"
    human_offer: Key = "human_offer"
    unclear: Key = "unclear"
    small_talk: Key = "anything_else"
    farewell: Key = "farewell"


class SafetyTeams(_Document):
    """Which team a case goes to, by reason; empty: anybody."""

    danger: str = ""
    self_harm: str = ""
    fraud: str = ""
    legal_threat: str = ""
    human_wish: str = ""
    angry: str = ""
    needs_human: str = ""
    repeated_failure: str = ""
    trend: str = ""
    voice: str = ""


class Safety(_Document):
    """Thresholds of the safety rules, bounded so that none can be switched off."""

    angry_confidence: float = Field(default=0.55, ge=0, le=0.8)
    failed_limit: int = Field(default=2, ge=1, le=4)
    same_intent_limit: int = Field(default=3, ge=2, le=5)
    negative_run_limit: int = Field(default=3, ge=2, le=5)
    leave_form_confidence: float = Field(default=0.7, ge=0, le=1)
    texts: SafetyTexts = SafetyTexts()
    teams: SafetyTeams = SafetyTeams()


class PolicyBook(_Document):
    """All the policies of a shop, one version; the section `policies:` of config.yaml."""

    safety: Safety = Safety()
    rules: tuple[Policy, ...] = ()

    @cached_property
    def by_priority(self) -> Sequence[Policy]:
        """The rules in the order in which they are tried."""
        return sorted(self.rules, key=lambda policy: -policy.priority)

    def document(self) -> dict[str, Any]:
        """The book as JSON values, as stored and edited; without what was left at its default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
