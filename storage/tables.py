"""The tables: what happened, as facts. Every row carries the brand it belongs to; times are UTC with zone."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON as SqlJson
from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, Index, Integer, Text, UniqueConstraint, false
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

Json = SqlJson().with_variant(JSONB(), "postgresql")
# SQLite numbers rows by itself only in a column declared INTEGER.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on databases that keep zones and on those that do not."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now_utc() -> datetime:
    """The time a row is made, when nobody says otherwise."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh identifier for a person."""
    return uuid4().hex


def _number() -> Any:
    return Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))


def _time(*, index: bool = False, required: bool = True) -> Any:
    if required:
        return Field(default_factory=now_utc, sa_type=UtcDateTime, index=index)
    return Field(default=None, sa_type=UtcDateTime, index=index, nullable=True)


def _no_entries() -> dict[str, Any]:
    return {}


def _no_items() -> list[Any]:
    return []


# Not `dict` and `list`: pydantic reads the signature of a factory each time, which takes long for a builtin.
def _json(default: Any = _no_entries) -> Any:
    return Field(default_factory=default, sa_type=Json)


def _text() -> Any:
    return Field(default="", sa_type=Text)


class Customer(SQLModel, table=True):
    """A person, once, whatever channels they write on."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    brand: str = Field(index=True, max_length=40)
    name: str = ""
    phone: str = Field(default="", index=True, max_length=20)  # E.164
    email: str = Field(default="", max_length=254)
    language: str = Field(default="", max_length=5)  # what to begin with; empty: follow the message
    # Chosen by the customer, it stays whatever they write in.
    language_chosen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    address: str = Field(default="", max_length=12)  # Vietnamese form of address, chosen by the customer
    level: str = Field(default="off", max_length=8)
    suggestions_stopped: bool = False
    # Their words may teach the reader: said yes to by itself, no level includes it.
    improve_allowed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    notes: str = _text()
    created_at: datetime = _time()


class ChannelIdentity(SQLModel, table=True):
    """How one channel knows a customer."""

    __tablename__ = "channel_identity"
    __table_args__ = (UniqueConstraint("brand", "channel", "external_id"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    channel: str = Field(max_length=16)
    external_id: str = Field(max_length=64)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=32)
    name: str = ""
    blocked_at: datetime | None = _time(required=False)  # the customer blocked the bot
    created_at: datetime = _time()


class Consent(SQLModel, table=True):
    """The ledger: who allowed what, when, on which channel, after reading which words."""

    id: int | None = _number()
    brand: str = Field(max_length=40)
    customer_id: str = Field(index=True, max_length=32)
    purpose: str = Field(max_length=24)  # "level" or a Purpose
    value: str = Field(max_length=16)  # off, basic, full; yes, no
    channel: str = Field(max_length=16)
    wording: str = _text()
    evidence: str = ""  # the channel's message or button id
    at: datetime = _time()


class Product(SQLModel, table=True):
    """Something the shop sells. Prices in VND."""

    brand: str = Field(primary_key=True, max_length=40)
    sku: str = Field(primary_key=True, max_length=40)
    name_en: str
    name_vi: str
    category: str = Field(max_length=40)
    price: int = Field(sa_type=BigId)
    stock: int = 0
    description_en: str = _text()
    description_vi: str = _text()
    attributes: dict[str, Any] = _json()  # {"size": {"en": ["Size","S–XL"], "vi": ["Cỡ","S–XL"]}}
    keywords: list[str] = _json(_no_items)  # other words people use for it, both languages
    warranty_months: int = 0
    returnable: bool = True
    active: bool = True


class Order(SQLModel, table=True):
    """An order. `phone` is the number it was placed with, E.164; it may wait for its customer."""

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("brand", "code"), Index("ix_orders_phone", "brand", "phone"))

    id: int | None = _number()
    brand: str = Field(max_length=40)
    code: str = Field(max_length=24)
    customer_id: str | None = Field(default=None, index=True, max_length=32)
    phone: str = Field(default="", max_length=20)
    status: str = Field(default="placed", max_length=12)
    placed_at: datetime = _time()
    status_at: datetime = _time()
    expected_at: datetime | None = _time(required=False)
    delivered_at: datetime | None = _time(required=False)
    carrier: str = Field(default="", max_length=40)
    tracking: str = Field(default="", max_length=40)
    total: int = Field(default=0, sa_type=BigId)
    paid: bool = False


class OrderLine(SQLModel, table=True):
    __tablename__ = "order_line"

    id: int | None = _number()
    brand: str = Field(max_length=40)
    order_id: int = Field(
        sa_column=Column(BigId, ForeignKey("orders.id", ondelete="CASCADE"), index=True, nullable=False)
    )
    sku: str = Field(max_length=40)
    quantity: int = 1
    unit_price: int = Field(default=0, sa_type=BigId)


class Event(SQLModel, table=True):
    """Something that happened with a customer beside orders and talk: viewed, carted, dismissed, suggested, …"""

    __table_args__ = (Index("ix_event_customer_at", "customer_id", "at"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    customer_id: str = Field(max_length=32)
    kind: str = Field(max_length=24)
    subject: str = Field(default="", max_length=64)
    data: dict[str, Any] = _json()
    at: datetime = _time()


class Conversation(SQLModel, table=True):
    """A channel's conversation with one customer: "telegram:<bot>:<chat>", "web:<id>"."""

    __table_args__ = (UniqueConstraint("brand", "address"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    channel: str = Field(max_length=16)
    address: str = Field(max_length=96)
    customer_id: str = Field(foreign_key="customer.id", index=True, max_length=32)
    opened_at: datetime = _time()


class Turn(SQLModel, table=True):
    """One thing said: by the customer, the bot, or a member of staff. Bot turns answer a customer turn."""

    __table_args__ = (Index("ix_turn_conversation", "conversation_id", "id"), Index("ix_turn_brand_at", "brand", "at"))

    id: int | None = _number()
    brand: str = Field(max_length=40)
    conversation_id: int = Field(sa_type=BigId)
    customer_id: str = Field(index=True, max_length=32)
    author: str = Field(max_length=8)  # customer, bot, staff
    staff_id: str = Field(default="", max_length=32)
    answers: int | None = Field(default=None, sa_type=BigId)  # the customer turn a bot turn answers
    text: str = _text()  # as the customer wrote it; HTML for bot turns
    incoming: dict[str, Any] = _json()  # the Incoming of a customer turn
    messages: list[str] = _json(_no_items)  # the channel's message ids
    at: datetime = _time()
    edited_at: datetime | None = _time(required=False)


class ReadingRow(SQLModel, table=True):
    """What was heard in a customer turn. Mood data: under retention."""

    __tablename__ = "reading"

    turn_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    brand: str = Field(max_length=40)
    conversation_id: int = Field(sa_type=BigId, index=True)
    language: str = Field(max_length=5)
    mood: str = Field(max_length=16)
    intent: str = Field(max_length=24)
    source: str = Field(max_length=12)
    body: dict[str, Any] = _json()  # the whole Reading
    at: datetime = _time(index=True)


class DecisionRow(SQLModel, table=True):
    """What was decided for a customer turn, by which policy version, in which situation."""

    __tablename__ = "decision"

    turn_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    brand: str = Field(max_length=40)
    conversation_id: int = Field(sa_type=BigId, index=True)
    kind: str = Field(max_length=12)
    policy: str = Field(max_length=64)
    policy_version: int
    why: str = _text()
    stage: str = Field(max_length=16)
    body: dict[str, Any] = _json()  # the whole Decision
    answer: dict[str, Any] = _json()  # the whole Answer, without message texts: pending, suggestions, text_key …
    situation: dict[str, Any] = _json()  # the frozen Situation; emptied by retention
    at: datetime = _time(index=True)


class Correction(SQLModel, table=True):
    """A mood that staff heard otherwise than the reader; the words stay in the turn. Mood data: under retention.

    Stripped, it is a figure of the team's and nobody's: `turn_id` is None, `customer_id` empty.
    """

    id: int | None = _number()
    brand: str = Field(max_length=40)
    turn_id: int | None = Field(default=None, sa_column=Column(BigId, unique=True, nullable=True))
    customer_id: str = Field(default="", index=True, max_length=32)
    read: str = Field(max_length=16)  # the mood that was read
    mood: str = Field(max_length=16)  # the right one
    heard: dict[str, Any] = _json()  # what else was read: language, intent, alarms
    source: str = Field(max_length=12)
    model: str = Field(default="", max_length=40)  # the model's version, where the reading names it
    staff_id: str = Field(default="", max_length=32)
    staff_name: str = ""
    at: datetime = _time(index=True)


class Case(SQLModel, table=True):
    """An escalated case. Its status is not here: it is derived from its events."""

    __tablename__ = "escalation_case"
    __table_args__ = (UniqueConstraint("brand", "number"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    number: str = Field(max_length=16)
    conversation_id: int = Field(sa_type=BigId, index=True)
    customer_id: str = Field(index=True, max_length=32)
    turn_id: int = Field(sa_type=BigId)  # the turn that opened it
    reason: str = Field(max_length=32)
    why: str = _text()
    policy: str = Field(max_length=64)
    urgency: int
    team: str = Field(default="", max_length=40)
    card: dict[str, Any] = _json()  # the card's facts as they stood at opening
    opened_at: datetime = _time(index=True)


class CaseEvent(SQLModel, table=True):
    """Events of a case in order. `seq` is unique per case: of two agents who claim at once, one insert wins."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    case_id: int = Field(sa_column=Column(BigId, ForeignKey("escalation_case.id", ondelete="CASCADE"), nullable=False))
    seq: int
    kind: str = Field(max_length=12)
    staff_id: str = Field(default="", max_length=32)
    staff_name: str = ""
    note: str = _text()
    at: datetime = _time()


class Request(SQLModel, table=True):
    """What a customer asked staff to do for an order: cancel, change, return, payment, warranty."""

    __table_args__ = (UniqueConstraint("brand", "number"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    number: str = Field(max_length=16)
    kind: str = Field(max_length=12)
    customer_id: str = Field(index=True, max_length=32)
    conversation_id: int = Field(sa_type=BigId)
    order_code: str = Field(default="", max_length=24)
    fields: dict[str, Any] = _json()
    created_at: datetime = _time()


class RequestEvent(SQLModel, table=True):
    """Status facts of a request: accepted, done, refused. None yet: open."""

    __tablename__ = "request_event"

    id: int | None = _number()
    brand: str = Field(max_length=40)
    request_id: int = Field(
        sa_column=Column(BigId, ForeignKey("request.id", ondelete="CASCADE"), index=True, nullable=False)
    )
    kind: str = Field(max_length=12)
    staff_id: str = Field(default="", max_length=32)
    note: str = _text()
    at: datetime = _time()


class Voucher(SQLModel, table=True):
    """A promise of money off that the system itself keeps."""

    __table_args__ = (UniqueConstraint("brand", "code"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    code: str = Field(max_length=24)
    customer_id: str = Field(index=True, max_length=32)
    amount: int = Field(sa_type=BigId)  # VND
    reason: str = ""
    issued_at: datetime = _time()
    expires_at: datetime | None = _time(required=False)
    used_at: datetime | None = _time(required=False)


class NumberSeries(SQLModel, table=True):
    """The last number given out: of cases (C-1001), requests (R-1001), policy versions."""

    __tablename__ = "number_series"

    brand: str = Field(primary_key=True, max_length=40)
    series: str = Field(primary_key=True, max_length=16)
    last: int


class Inbox(SQLModel, table=True):
    """Every update, stored before it is acknowledged. (bot, update_id) makes it once-only."""

    __table_args__ = (
        UniqueConstraint("bot", "update_id"),
        Index("ix_inbox_state", "state", "id"),
        Index("ix_inbox_conversation", "conversation", "state"),
    )

    id: int | None = _number()
    brand: str = Field(max_length=40)
    bot: str = Field(max_length=40)
    update_id: str = Field(max_length=64)
    channel: str = Field(max_length=16)
    conversation: str = Field(max_length=96)
    payload: dict[str, Any] = _json()
    state: str = Field(default="waiting", max_length=8)  # waiting, done, dead
    attempts: int = 0
    error: str = ""
    turn_id: int | None = Field(default=None, sa_type=BigId)
    received_at: datetime = _time()


class Outbox(SQLModel, table=True):
    """Everything to be said, committed with the turn that says it; delivered within the channel's limits."""

    __table_args__ = (
        Index("ix_outbox_state_due", "state", "due_at"),
        Index("ix_outbox_conversation", "conversation", "state"),
    )

    id: int | None = _number()
    brand: str = Field(max_length=40)
    channel: str = Field(max_length=16)  # telegram, web, shop
    lane: str = Field(max_length=96)  # what the channel limits: the chat; order is kept within it
    conversation: str = Field(default="", max_length=96)  # the customer's conversation it belongs to
    author: str = Field(default="bot", max_length=8)  # bot, staff, system
    kind: str = Field(max_length=16)  # say, copy, card, topic, …: the channel knows
    payload: dict[str, Any] = _json()
    urgent: int = 0  # higher goes first within the limits
    turn_id: int | None = Field(default=None, sa_type=BigId)
    case_id: int | None = Field(default=None, sa_type=BigId)
    state: str = Field(default="waiting", max_length=12)  # waiting, sending, sent, dead, ambiguous, withdrawn
    attempts: int = 0
    error: str = ""
    remote: list[str] = _json(_no_items)  # the channel's ids of what was delivered
    due_at: datetime = _time()
    created_at: datetime = _time()
    sent_at: datetime | None = _time(required=False)


class MessageLink(SQLModel, table=True):
    """A message and its copy on the other side, so that edits, replies and deletions find their way."""

    __tablename__ = "message_link"
    __table_args__ = (
        Index("ix_link_from", "brand", "chat", "message"),
        Index("ix_link_to", "brand", "copy_chat", "copy_message"),
    )

    id: int | None = _number()
    brand: str = Field(max_length=40)
    conversation: str = Field(max_length=96)
    chat: str = Field(max_length=40)
    message: str = Field(max_length=24)
    copy_chat: str = Field(max_length=40)
    copy_message: str = Field(max_length=24)
    at: datetime = _time()


class StaffGroup(SQLModel, table=True):
    """The forum supergroup a brand's staff works in, bound once by a one-time code or STAFF_CHAT_ID."""

    __tablename__ = "staff_group"

    brand: str = Field(primary_key=True, max_length=40)
    bot: str = Field(max_length=40)
    chat: str = Field(max_length=24)
    bound_by: str = ""
    bound_at: datetime = _time()


class StaffTopic(SQLModel, table=True):
    """The forum topic of one customer conversation."""

    __tablename__ = "staff_topic"
    __table_args__ = (UniqueConstraint("brand", "conversation"), Index("ix_topic_thread", "chat", "thread"))

    id: int | None = _number()
    brand: str = Field(max_length=40)
    conversation: str = Field(max_length=96)
    chat: str = Field(max_length=24)
    thread: str = Field(max_length=24)
    created_at: datetime = _time()


class Staff(SQLModel, table=True):
    """A member of staff; `role` is agent, senior or admin."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    brand: str = Field(max_length=40)
    name: str
    role: str = Field(default="agent", max_length=8)
    login: str = Field(default="", index=True, max_length=40)
    password_hash: str = ""
    telegram_id: str = Field(default="", index=True, max_length=24)
    active: bool = True
    created_at: datetime = _time()


class Token(SQLModel, table=True):
    """A one-time login, a session or a group-binding code; only its hash is kept."""

    hash: str = Field(primary_key=True, max_length=64)
    brand: str = Field(max_length=40)
    kind: str = Field(max_length=12)  # login, session, bind
    staff_id: str = Field(index=True, max_length=32)
    expires_at: datetime = _time()
    used_at: datetime | None = _time(required=False)
    created_at: datetime = _time()


class PolicyVersion(SQLModel, table=True):
    """An immutable, published version of the policies; the highest number leads."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("brand", "number"),)

    id: int | None = _number()
    brand: str = Field(max_length=40)
    number: int
    author: str = ""
    note: str = _text()
    body: dict[str, Any] = _json()
    checksum: str = Field(max_length=64)
    published_at: datetime = _time()


# Every table, parents before children.
TABLES = tuple(SQLModel.metadata.sorted_tables)

for _table in TABLES:
    # SQLite would give the number of an erased row to the next one; a sender in flight must not meet a stranger.
    if _table.primary_key.columns.keys() == ["id"] and _table.c.id.autoincrement is True:
        _table.kwargs["sqlite_autoincrement"] = True
