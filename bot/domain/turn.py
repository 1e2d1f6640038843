"""One turn: what came in, what is known, what goes out. Values only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseView
from bot.domain.journey import Happening, StageVerdict
from nlp.types import Language, Mood, Reading, Unheard


class AttachmentKind(StrEnum):
    """What a message can carry besides text; the names are Telegram's."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO_NOTE = "video_note"
    DOCUMENT = "document"
    ANIMATION = "animation"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment. `remote_id` is the channel's file id; `emoji` a sticker's; `phone` a shared contact's.

    `phone` is set only when the channel vouches that the contact is the sender's own. What was spoken has `seconds`
    and, where a recogniser listened, its words as `transcript`, or why there are none; `anger` is the voice's, 0..1.
    """

    kind: AttachmentKind
    remote_id: str = ""
    emoji: str = ""
    file_name: str = ""
    phone: str = ""
    seconds: int = 0
    transcript: str = ""
    unheard: Unheard | None = None
    anger: float | None = None  # for the reading alone: like moods, it is not kept with the words


class Action(StrEnum):
    """What a button does. The channel packs it with its value; the core checks rights again."""

    MENU = "menu"  # value: a Command
    LANGUAGE = "language"  # value: en | vi
    ADDRESS = "address"  # value: an AddressForm
    LEVEL = "level"  # value: a PersonalisationLevel
    IMPROVE = "improve"  # value: "yes" | "no", may corrected messages teach the reader
    WHY = "why"  # value: sku
    NOT_INTERESTED = "not_interested"  # value: sku
    DETAILS = "details"  # value: sku
    CHOOSE = "choose"  # value: an option of the pending question
    CONFIRM = "confirm"  # value: "yes" | "no", for the pending question
    FORGET = "forget"  # value: "yes" | "no"
    HUMAN = "human"
    RATE = "rate"  # value: "1".."5"


class Command(StrEnum):
    """What a customer can ask for by /command, menu button or plain words."""

    START = "start"
    HELP = "help"
    LANGUAGE = "language"
    HUMAN = "human"
    PRIVACY = "privacy"
    MYDATA = "mydata"
    FORGET = "forget"
    STOP = "stop"  # no more suggestions
    ADDRESS = "address"  # how shall we call you?
    REQUESTS = "requests"  # what became of my requests?
    CANCEL = "cancel"  # leave the question that is being asked


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
class Press:
    """A pressed button."""

    action: Action
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as the channel knows them. `external_id` is unique within the channel."""

    external_id: str
    name: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one customer said in one turn: a burst or an album is joined into one.

    `conversation` is the channel-scoped address, such as "telegram:777:12345" or "web:3f2a".
    `messages` are the channel's ids of the joined messages, in order.
    """

    brand: str
    channel: str
    conversation: str
    sender: Sender
    at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    press: Press | None = None
    command: Command | None = None
    argument: str = ""  # what followed the command: /start <token>
    messages: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()  # the words of each of the messages, where several were joined
    album: str = ""  # the channel's album id, if the message is part of one
    edits: str = ""  # the id of the message this one replaces
    menu_language: str = ""  # language of the pressed menu button, if any


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message."""

    label: str
    action: Action
    value: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to the customer: HTML in Telegram's subset, already escaped and at most 4096 characters.

    `ask_phone` shows the one-tap phone sharing keyboard; `menu` (re)shows the localised menu keyboard.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    ask_phone: str = ""  # the label of the sharing button
    menu: tuple[tuple[str, ...], ...] = ()
    document: str = ""  # file name, with `document_text` as its content: /mydata's JSON
    document_text: str = ""


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
class Tried:
    """What this conversation has seen already, so that nothing is said twice."""

    answers: int = 0  # answers the bot gave
    failed: int = 0  # answers in a row that did not help (unsure, "I don't know", same question again)
    same_intent: int = 0  # how often in a row the customer asked for the same thing
    apologised: bool = False
    policies: tuple[str, ...] = ()  # policy ids used, oldest first
    texts: tuple[str, ...] = ()  # text keys said, oldest first
    greeted: bool = False


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


# What an answer changes besides speaking: the agent carries these out in the turn's own transaction.


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


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product offered, with the true main reason in the customer's language."""

    sku: str
    name: str
    price: int
    reason: str  # a reason key: bestseller, bought_before, bought_together, you_asked
    why: str  # the sentence "Why this?" shows


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out and what changes. No messages: the bot stays silent.

    `request_number` in a text is written as the placeholder REQUEST_NUMBER: the number exists only after the insert.
    """

    messages: tuple[OutgoingMessage, ...] = ()
    effects: tuple[Effect, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    pending: Pending | None = None
    text_key: str = ""  # the text that was said, for "never twice"
    apologised: bool = False
    solved: bool = False  # the answer came from data; an unsure or "I don't know" answer is not solved
    asked_level: bool = False  # this answer showed the personalisation levels to choose from
    about: tuple[str, ...] = ()  # skus and order codes it spoke of, in order: "the second one" means one of them


REQUEST_NUMBER = "\x00request\x00"
