"""Everything that is known when a turn is decided. Values only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation import CaseView
from bot.domain.incoming import Incoming
from bot.domain.journey import Happening, StageVerdict
from bot.domain.views import (
    Candidate,
    CustomerView,
    FaqHit,
    Need,
    Offered,
    OrderView,
    ProductView,
    RequestView,
)
from nlp.types import Language, Mood, Reading


@dataclass(frozen=True, slots=True)
class Pending:
    """The question the bot asked last and still waits for: the form it belongs to and what is known so far.

    `options` are the values that buttons offered. `tries` counts answers that did not fit.
    """

    form: str  # a RequestKind, "link" (find my order), "human_offer", "address", "forget"
    asks: str  # the field asked for
    fields: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()
    tries: int = 0

    def field(self, name: str) -> str:
        """The value of a field that is already known, else the empty string."""
        return dict(self.fields).get(name, "")


class Trend(StrEnum):
    """How the mood moves over the conversation."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class MoodLine:
    """The moods of this conversation, oldest first, the present one last, and where they lead."""

    moods: tuple[Mood, ...]
    trend: Trend
    negative_run: int  # how many of the last moods in a row were negative


@dataclass(frozen=True, slots=True)
class Felt:
    """The mood of a message as the conversation before it makes it felt, where its own words read otherwise."""

    mood: Mood
    why: str  # for staff
    carried: bool = False  # still the mood of the message before: a short word neither adds to a run nor ends it


@dataclass(frozen=True, slots=True)
class Tried:
    """What this conversation has seen already, so that nothing is said twice."""

    answers: int = 0  # answers the bot gave
    failed: int = 0  # answers in a row that did not help (unsure, "I don't know", same question again)
    same_intent: int = 0  # how often in a row the customer asked for the same thing
    apologised: bool = False
    policies: tuple[str, ...] = ()  # policy ids used, oldest first
    texts: tuple[str, ...] = ()  # text keys said, oldest first
    greeted: bool = False
    unsure: int = 0  # how many messages in a row before this one could not be read for sure


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a decision may use. Frozen and stored with the decision, so that the past can be replayed."""

    now: datetime
    language: Language  # the language to answer in: en or vi
    incoming: Incoming
    reading: Reading
    customer: CustomerView
    stage: StageVerdict
    mood: MoodLine
    local_hour: int
    open_hours: bool
    orders: tuple[OrderView, ...] = ()  # own orders, newest first
    happenings: tuple[Happening, ...] = ()
    requests: tuple[RequestView, ...] = ()
    products: tuple[ProductView, ...] = ()  # what the text seems to talk about, best first
    faq: tuple[FaqHit, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[Offered, ...] = ()
    pending: Pending | None = None
    case: CaseView | None = None
    tried: Tried = field(default_factory=Tried)
    found_order: OrderView | None = None  # looked up by number + last four digits: status only
    lookup_refused: str = ""  # "", "no_match", "too_often", or "phone_taken": the shared number is another account's
    mydata: str = ""  # the JSON export, only when /mydata was asked
    need: Need = field(default_factory=Need)
    talked_order: str = ""  # the code of the one order that this conversation was about a moment ago
    felt: Felt | None = None  # None: the message feels as it reads

    @property
    def feeling(self) -> Mood:
        """The mood to answer: as the conversation makes it felt, else as the words read."""
        return self.felt.mood if self.felt is not None else self.reading.mood
