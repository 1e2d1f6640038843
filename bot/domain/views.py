"""The customer, their orders and the shop's goods as policies, skills and suggestions see them. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.consent import PersonalisationLevel


class AddressForm(StrEnum):
    """How the customer wants to be addressed in Vietnamese; `quý khách` until they say otherwise."""

    QUY_KHACH = "quý khách"
    ANH = "anh"
    CHI = "chị"
    EM = "em"
    BAN = "bạn"
    CO = "cô"
    CHU = "chú"
    BAC = "bác"
    ONG = "ông"
    BA = "bà"


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of an order."""

    sku: str
    name: str
    quantity: int
    unit_price: int  # VND


class OrderStatus(StrEnum):
    """Where an order is."""

    PLACED = "placed"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as skills and policies see it; money in VND."""

    code: str
    status: OrderStatus
    placed_at: datetime
    status_at: datetime
    total: int
    paid: bool
    lines: tuple[LineView, ...] = ()
    carrier: str = ""
    tracking: str = ""
    expected_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product in the reply language; price in VND. `score` is the search score, 0 when not searched for."""

    sku: str
    name: str
    category: str
    price: int
    stock: int
    description: str = ""
    attributes: tuple[tuple[str, str], ...] = ()  # localised name, value
    warranty_months: int = 0
    returnable: bool = True
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class FaqHit:
    """An answer of the shop's knowledge base that matches the text."""

    key: str
    question: str
    answer: str  # HTML in Telegram's subset
    score: float
    named: bool = False  # the message uses the entry's own words, several in a row


class RequestKind(StrEnum):
    """What a customer can ask staff to do for an order."""

    CANCEL = "cancel"
    CHANGE = "change"
    RETURN = "return"
    PAYMENT = "payment"
    WARRANTY = "warranty"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A numbered request and its visible status: open, accepted, done or refused."""

    number: str
    kind: RequestKind
    order: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The customer as far as their consent level lets the turn know them."""

    id: str
    name: str = ""
    known: bool = False  # linked to a customer file with orders
    address: AddressForm = AddressForm.QUY_KHACH
    level: PersonalisationLevel = PersonalisationLevel.OFF
    suggestions_stopped: bool = False
    asked_level: bool = False  # the level question was asked already
    segments: frozenset[str] = frozenset()
    language_chosen: bool = False  # by the customer, not by whoever filled in the file
    improve_allowed: bool = False  # corrected messages of theirs may teach the reader


@dataclass(frozen=True, slots=True)
class Offered:
    """A suggestion shown before: for the frequency cap, "Why this?" and "Not interested"."""

    sku: str
    at: datetime
    reason: str
    dismissed: bool = False
    why: str = ""  # the sentence that was true when it was shown


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that could be suggested and what speaks for it; prepared by facts, ranked by personal."""

    product: ProductView
    bestseller_rank: int = 0  # 1 is best; 0: not among them
    own_count: int = 0  # how often this customer bought it
    own_last_at: datetime | None = None
    together_with: str = ""  # name of an own product it is often bought with
    together_count: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What a customer who wants to be advised has said about it; prices in VND, 0 where nothing was said.

    `words` are what to look for, without the price; `gift` when it is for somebody else.
    """

    words: str = ""
    budget_from: int = 0
    budget_to: int = 0
    gift: bool = False

    def affords(self, price: int) -> bool:
        """Whether a price lies within what was said."""
        return self.budget_from <= price <= (self.budget_to or price)
