"""A person's data: all of it handed out, all of it erased, and what expires by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Column, ColumnElement, Executable, Table, Update, and_, delete, insert, or_, select, update

from storage.cases import FORGOTTEN
from storage.corrections import STRIPPED
from storage.people import BY_ADDRESS, BY_CONVERSATION, BY_CUSTOMER
from storage.repository import table, values_of
from storage.tables import (
    Case,
    CaseEvent,
    ChannelIdentity,
    Conversation,
    Correction,
    Customer,
    DecisionRow,
    Event,
    Inbox,
    MessageLink,
    Order,
    OrderLine,
    Outbox,
    ReadingRow,
    Request,
    RequestEvent,
    StaffTopic,
    Token,
    Turn,
)
from storage.work import Work

_CASES, _CONVERSATIONS, _CUSTOMERS, _DECISIONS = table(Case), table(Conversation), table(Customer), table(DecisionRow)
_CORRECTIONS = table(Correction)
_EVENTS, _INBOX, _LINKS, _OUTBOX = table(Event), table(Inbox), table(MessageLink), table(Outbox)
_READINGS, _TOKENS, _TURNS = table(ReadingRow), table(Token), table(Turn)
_CASE_EVENTS, _IDENTITIES, _TOPICS = table(CaseEvent), table(ChannelIdentity), table(StaffTopic)

# Rows that hang on a row of the person's: child -> (its column, the parent).
_CHILDREN = {
    table(OrderLine): ("order_id", table(Order)),
    table(CaseEvent): ("case_id", table(Case)),
    table(RequestEvent): ("request_id", table(Request)),
}
# What the shop's books need stays, without the person. An inbox row stays too: a repeated update must be known.
_PSEUDONYMISED: dict[str, dict[str, Any]] = {
    "orders": {"customer_id": None, "phone": ""},
    "voucher": {"customer_id": "", "reason": ""},
}
# Copies made for delivery: their words stand in the turns. The frozen situation repeats what the other tables say.
_NOT_EXPORTED = {"outbox", "message_link", "staff_topic"}
# Events that hold a customer's own "no", or keep a question or a search from being repeated.
_KEPT_AT_OFF = ("dismissed", "asked_level", "lookup", "suggested")
# What stays of an open case's card: nothing that tells who the person is or what they said.
_OF_THE_CASE = ("reason", "policy", "urgency", "language")
_INTERNAL = {"situation", "staff_id", "staff_name", "brand"}
_NOTES_AMONG_STAFF = ("noted", "passed_on")  # events of a case whose words are for colleagues
_MOODS_ON_CARDS = ("moods", "trend", "why", "unsure")
# A decision without the mood it answered: which policy decided, and when, stays for the shop's figures.
_UNDECIDED: dict[str, Any] = {"situation": {}, "body": {}, "why": ""}


class RetentionSettings(BaseModel):
    """Section `retention:` of config.yaml, in days: how long what is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    moods_days: int = Field(default=30, ge=1)  # readings, and what decisions and cases say of moods
    off_moods_days: int = Field(default=3, ge=1)  # the same for customers at level off
    texts_days: int = Field(default=365, ge=1)  # what was said
    events_days: int = Field(default=730, ge=1)  # views, carts, suggestions
    mailbox_days: int = Field(default=7, ge=2)  # handled updates (Telegram repeats them for a day), sent messages
    problems_days: int = Field(default=90, ge=2)  # dead and ambiguous ones
    links_days: int = Field(default=90, ge=1)  # which message is whose copy


async def export(work: Work, brand: str, customer_id: str) -> dict[str, Any]:
    """Everything about a person as JSON values, table -> rows; orders' lines, cases' and requests' events included."""
    session = work.session
    found: dict[str, Any] = {}
    for rows, which in await _person(work, brand, customer_id):
        if rows.name not in _NOT_EXPORTED:
            found[rows.name] = [_shown(row) for row in (await session.execute(select(rows).where(which))).mappings()]
    for child, (column, parent) in _CHILDREN.items():
        own = select(parent.c.id).where(parent.c.brand == brand, parent.c.customer_id == customer_id)
        lines = await session.execute(select(child).where(child.c[column].in_(own)))
        found[child.name] = [_shown(row) for row in lines.mappings()]
    for event in found["case_event"]:
        if event["kind"] in _NOTES_AMONG_STAFF:
            del event["note"]
    return found


async def forget(work: Work, brand: str, customer_id: str) -> list[Case]:
    """Erase the person within this unit of work; the open cases that stay, without the person.

    Orders stay, without customer and phone; vouchers stay good for whoever holds the code. Updates not handled yet
    stay too: they are what the person says next. What a channel has already shown is the channel's to delete.

    A case that staff have not closed must not vanish unseen: it stays with its reason, urgency and policy alone. The
    address of its conversation and the staff topic stay with it, under a new customer without a name, so that staff
    can still answer and hear what is answered. Who closes the case erases that customer too, unless the person has
    written again.
    """
    person = await _person(work, brand, customer_id)
    kept = await _without_person(work, brand, customer_id)
    for rows, which in reversed(person):
        if rows.name in _PSEUDONYMISED:
            await work.session.execute(update(rows).where(which).values(_PSEUDONYMISED[rows.name]))
        elif rows is _INBOX:
            handled = update(rows).where(which, rows.c.state != "waiting")
            await work.session.execute(handled.values(payload={}, conversation="", error=""))
        elif rows in (_LINKS, _TOPICS):
            # The topic of an open case stays, and so do the links: they name messages, not words.
            open_at = select(_CONVERSATIONS.c.address).where(_CONVERSATIONS.c.id.in_([c.conversation_id for c in kept]))
            await work.session.execute(delete(rows).where(which, rows.c.conversation.not_in(open_at)))
        else:
            await work.session.execute(delete(rows).where(which))
    work.session.expunge_all()
    return kept


async def _without_person(work: Work, brand: str, customer_id: str) -> list[Case]:
    """Take the person's open cases and their conversations over to a customer without a name."""
    files = [file for file in await work.cases.queue(brand) if file[0].customer_id == customer_id]
    if not files:
        return []
    language = str(files[0][0].card.get("language", ""))
    nobody = Customer(brand=brand, language=language if language in ("en", "vi") else "")
    await work.session.execute(insert(_CUSTOMERS).values(values_of(nobody)))
    for case, events in files:
        card = {name: case.card[name] for name in _OF_THE_CASE if name in case.card} | {"forgotten": True}
        case.card, case.customer_id = card, nobody.id
        stripped = update(_CASES).where(_CASES.c.id == case.id)
        await work.session.execute(stripped.values(card=card, customer_id=nobody.id, why=""))
        await work.session.execute(update(_CASE_EVENTS).where(_CASE_EVENTS.c.case_id == case.id).values(note=""))
        seq = len(events) + 1
        while not await work.cases.append(case.id or 0, seq, FORGOTTEN):
            seq += 1  # staff did something with it at the same moment
        await _hand_over(work, case, customer_id)
    return [case for case, _ in files]


async def _hand_over(work: Work, case: Case, customer_id: str) -> None:
    """The conversation of a case, and the one identity that writes there, become those of the case's customer."""
    conversation = update(_CONVERSATIONS).where(_CONVERSATIONS.c.id == case.conversation_id)
    moved = conversation.values(customer_id=case.customer_id).returning(
        _CONVERSATIONS.c.channel, _CONVERSATIONS.c.address
    )
    channel, address = (await work.session.execute(moved)).one()
    writer = and_(
        _IDENTITIES.c.customer_id == customer_id,
        _IDENTITIES.c.channel == channel,
        _IDENTITIES.c.external_id == address.rsplit(":", 1)[-1],
    )
    await work.session.execute(update(_IDENTITIES).where(writer).values(customer_id=case.customer_id, name=""))


async def forget_profile(work: Work, brand: str, customer_id: str, talk_since: datetime) -> None:
    """Erase what a customer at level off leaves no trace of: views and carts, and moods heard before `talk_since`.

    What they refused or were asked once stays, or they would be asked and shown the same again.
    """
    own = (_EVENTS.c.brand == brand, _EVENTS.c.customer_id == customer_id)
    await work.session.execute(delete(_EVENTS).where(*own, _EVENTS.c.kind.not_in(_KEPT_AT_OFF)))
    talks = select(_CONVERSATIONS.c.id).where(
        _CONVERSATIONS.c.brand == brand, _CONVERSATIONS.c.customer_id == customer_id
    )
    before = (_READINGS.c.conversation_id.in_(talks), _READINGS.c.at < talk_since)
    await work.session.execute(delete(_READINGS).where(*before))
    earlier = (_DECISIONS.c.conversation_id.in_(talks), _DECISIONS.c.at < talk_since)
    await work.session.execute(update(_DECISIONS).where(*earlier).values(_UNDECIDED))
    await _clear_cards(work, and_(_CASES.c.conversation_id.in_(talks), _CASES.c.opened_at < talk_since))
    await work.corrections.strip(brand, customer_id)


async def sweep(work: Work, brand: str, now: datetime, settings: RetentionSettings) -> dict[str, int]:
    """Erase what has expired; how many rows of which kind. To be run about once an hour."""

    def older(column: Column[datetime], days: int) -> ColumnElement[bool]:
        return and_(column.table.c.brand == brand, column < now - timedelta(days=days))

    def moods(rows: Table, at: str = "at") -> ColumnElement[bool]:
        at_off = (
            select(_CONVERSATIONS.c.id)
            .join(_CUSTOMERS, _CUSTOMERS.c.id == _CONVERSATIONS.c.customer_id)
            .where(_CUSTOMERS.c.brand == brand, _CUSTOMERS.c.level == "off")
        )
        early = and_(older(rows.c[at], settings.off_moods_days), rows.c.conversation_id.in_(at_off))
        return or_(older(rows.c[at], settings.moods_days), early)

    def mail(rows: Table, at: str) -> ColumnElement[bool]:
        handled = and_(rows.c.state.in_(("done", "sent", "withdrawn")), older(rows.c[at], settings.mailbox_days))
        broken = and_(rows.c.state.in_(("dead", "ambiguous")), older(rows.c[at], settings.problems_days))
        return or_(handled, broken)

    told = or_(_DECISIONS.c.situation != {}, _DECISIONS.c.body != {}, _DECISIONS.c.why != "")
    texts, cards = older(_TURNS.c.at, settings.texts_days), older(_CASES.c.opened_at, settings.texts_days)
    expired = {
        "readings": delete(_READINGS).where(moods(_READINGS)),
        "situations": update(_DECISIONS).where(told, moods(_DECISIONS)).values(_UNDECIDED),
        "corrections": _strip_corrections(brand, now, settings),
        "texts": update(_TURNS).where(_TURNS.c.text != "", texts).values(text="", incoming={}),
        "cards": update(_CASES).where(_CASES.c.card != {}, cards).values(card={}),
        "events": delete(_EVENTS).where(older(_EVENTS.c.at, settings.events_days)),
        "inbox": delete(_INBOX).where(mail(_INBOX, "received_at")),
        "outbox": delete(_OUTBOX).where(mail(_OUTBOX, "created_at")),
        "links": delete(_LINKS).where(older(_LINKS.c.at, settings.links_days)),
        "tokens": delete(_TOKENS).where(older(_TOKENS.c.expires_at, 1)),
    }
    counts = {name: await _count(work, statement) for name, statement in expired.items()}
    return counts | {"card moods": await _clear_cards(work, moods(_CASES, "opened_at"))}


def _strip_corrections(brand: str, now: datetime, settings: RetentionSettings) -> Update:
    """Corrections expire as moods do; those of customers whose words may teach the reader, with the words."""

    def older(days: int) -> ColumnElement[bool]:
        return and_(_CORRECTIONS.c.brand == brand, _CORRECTIONS.c.at < now - timedelta(days=days))

    def of(*which: ColumnElement[bool]) -> ColumnElement[bool]:
        return _CORRECTIONS.c.customer_id.in_(select(_CUSTOMERS.c.id).where(_CUSTOMERS.c.brand == brand, *which))

    silent = ~_CUSTOMERS.c.improve_allowed
    expired = or_(
        older(settings.texts_days),
        and_(older(settings.moods_days), of(silent)),
        and_(older(settings.off_moods_days), of(silent, _CUSTOMERS.c.level == "off")),
    )
    return update(_CORRECTIONS).where(_CORRECTIONS.c.turn_id.is_not(None), expired).values(STRIPPED)


async def _clear_cards(work: Work, which: ColumnElement[bool]) -> int:
    """Take out of cases what was felt and why that called a human; how many cases. Their reason code stays."""
    moods = _CASES.c.card["moods"].as_string().is_not(None)
    telling = select(_CASES.c.id, _CASES.c.card).where(which, or_(_CASES.c.why != "", moods))
    cases = list(await work.session.execute(telling))
    for number, card in cases:
        rest = {name: fact for name, fact in card.items() if name not in _MOODS_ON_CARDS}
        await work.session.execute(update(_CASES).where(_CASES.c.id == number).values(why="", card=rest))
    return len(cases)


async def _count(work: Work, statement: Executable) -> int:
    result: Any = await work.session.execute(statement)
    return int(result.rowcount)


async def _person(work: Work, brand: str, customer_id: str) -> list[tuple[Table, ColumnElement[bool]]]:
    """Every table with rows of the person and which rows those are; parents before children."""
    own = select(_CONVERSATIONS).where(_CONVERSATIONS.c.brand == brand, _CONVERSATIONS.c.customer_id == customer_id)
    addresses = list(await work.session.scalars(own.with_only_columns(_CONVERSATIONS.c.address)))
    numbers = list(await work.session.scalars(own.with_only_columns(_CONVERSATIONS.c.id)))
    found = [(_CUSTOMERS, _CUSTOMERS.c.id == customer_id)]
    found += [(rows, rows.c.customer_id == customer_id) for rows in BY_CUSTOMER]
    found += [(rows, rows.c.conversation_id.in_(numbers)) for rows in BY_CONVERSATION]
    found += [(rows, rows.c.conversation.in_(addresses)) for rows in BY_ADDRESS]
    return [(rows, and_(rows.c.brand == brand, which)) for rows, which in found]


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in _INTERNAL
    }
