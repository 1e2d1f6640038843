"""What to do with a turn: exactly one of five decisions, each with its policy and its why."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation import Urgency


class Tone(StrEnum):
    FORMAL = "formal"
    WARM = "warm"
    BRIEF = "brief"
    PLAYFUL = "playful"


class SuggestionKind(StrEnum):
    """What to offer: what many buy, what fits own purchases, or what was asked for."""

    BESTSELLERS = "bestsellers"
    OWN_HISTORY = "own_history"
    TOGETHER = "together"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class SuggestionPlan:
    kinds: tuple[SuggestionKind, ...]
    count: int = 1
    asked: bool = False  # the customer asked for a recommendation


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with a skill (from data) or a text. `lead` names a text said before, such as a short apology."""

    policy: str
    why: str
    skill: str = ""
    text: str = ""
    lead: str = ""
    tone: Tone = Tone.WARM
    suggest: SuggestionPlan | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask one question back, because the reading is unsure or something is missing."""

    policy: str
    why: str
    text: str
    lead: str = ""
    tone: Tone = Tone.WARM
    form: str = ""  # the form whose first question this is; "human_offer" offers a colleague


@dataclass(frozen=True, slots=True)
class Offer:
    """Answer, and suggesting is the point of it."""

    policy: str
    why: str
    suggest: SuggestionPlan
    text: str
    lead: str = ""
    tone: Tone = Tone.WARM


@dataclass(frozen=True, slots=True)
class Escalate:
    """Bring in a human. `text` tells the customer so; `skill` may add facts while they wait."""

    policy: str
    why: str
    reason: str  # angry, danger, legal_threat, fraud, human_wish, repeated_failure, trend, ...
    urgency: Urgency
    text: str
    team: str = ""
    skill: str = ""
    tone: Tone = Tone.WARM


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing: a human holds the case, or there is nothing to say."""

    policy: str
    why: str


Decision = Reply | Ask | Offer | Escalate | Silence


def kind_of(decision: Decision) -> str:
    """The decision's kind in one lower-case word, as stored, shown and exported."""
    return type(decision).__name__.lower()
