"""What an answer changes besides speaking: the agent carries these out in the turn's own transaction."""

from dataclasses import dataclass

from bot.domain.consent import PersonalisationLevel
from bot.domain.views import AddressForm, RequestKind
from nlp.types import Language


@dataclass(frozen=True, slots=True)
class SetLanguage:
    language: Language


@dataclass(frozen=True, slots=True)
class SetAddress:
    address: AddressForm


@dataclass(frozen=True, slots=True)
class SetLevel:
    level: PersonalisationLevel
    wording: str  # what the customer read when they chose


@dataclass(frozen=True, slots=True)
class SetImprove:
    allowed: bool
    wording: str  # what the customer read when they chose


@dataclass(frozen=True, slots=True)
class StopSuggestions:
    stopped: bool = True


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase the customer."""


@dataclass(frozen=True, slots=True)
class LinkPhone:
    """The channel vouches that this phone number is the sender's: join them to the customer who ordered with it."""

    phone: str


@dataclass(frozen=True, slots=True)
class CreateRequest:
    kind: RequestKind
    order: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Not interested in this product: remembered."""

    sku: str


@dataclass(frozen=True, slots=True)
class Rate:
    score: int


Effect = (
    SetLanguage
    | SetAddress
    | SetLevel
    | SetImprove
    | StopSuggestions
    | Forget
    | LinkPhone
    | CreateRequest
    | Dismiss
    | Rate
)
