"""An independent look at what became of everything: Telegram's side in the fake, ours in the database.

It knows neither the bus nor the sender: only the tables, and what people see on their screens.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from bot.telegram.sending import plain
from storage.database import Database
from storage.tables import Case, Conversation, DecisionRow, Inbox, Outbox, Turn
from tests.doubles.telegram import FakeForum, FakeMessage, FakeTelegram, FakeUser

OUT = {"sent", "ambiguous", "withdrawn"}


@dataclass
class Ledger:
    """Every row, read once after all is quiet."""

    inbox: list[Inbox]
    outbox: list[Outbox]
    turns: list[Turn]
    decisions: list[DecisionRow]
    conversations: dict[int, str]
    cases: list[Case]

    @classmethod
    async def read(cls, database: Database) -> "Ledger":
        async with database.work() as work:

            async def every(kind: Any, order: Any) -> list[Any]:
                return list(await work.session.scalars(select(kind).order_by(order)))

            talks = {talk.id: talk.address for talk in await every(Conversation, Conversation.id)}
            return cls(
                await every(Inbox, Inbox.id),
                await every(Outbox, Outbox.id),
                await every(Turn, Turn.id),
                await every(DecisionRow, DecisionRow.turn_id),
                talks,
                await every(Case, Case.id),
            )

    def said_by(self, address: str) -> list[Turn]:
        """A customer's turns, oldest first."""
        return [t for t in self.turns if t.author == "customer" and self.conversations[t.conversation_id] == address]

    def to_say(self, address: str) -> list[Outbox]:
        """What was to be said to a customer, in order."""
        return [row for row in self.outbox if row.lane == address]

    def kind_of(self, turn: Turn) -> str:
        """What was decided for a turn."""
        return next(row.kind for row in self.decisions if row.turn_id == turn.id)

    @property
    def ambiguous(self) -> list[Outbox]:
        return [row for row in self.outbox if row.state == "ambiguous"]


def check(fake: FakeTelegram, ledger: Ledger, people: Sequence[FakeUser], staff: FakeForum) -> None:
    """Nothing lost, nothing decided twice, nothing said twice, all in order; what is unclear is marked so."""
    assert {row.state for row in ledger.inbox} <= {"done"}, Counter(row.state for row in ledger.inbox)
    assert Counter((row.bot, row.update_id) for row in ledger.inbox).most_common(1)[0][1] == 1
    assert {row.state for row in ledger.outbox} <= OUT, Counter(row.state for row in ledger.outbox)
    decided = Counter(row.turn_id for row in ledger.decisions)
    customer_turns = {turn.id for turn in ledger.turns if turn.author == "customer"}
    assert decided == Counter(customer_turns)  # each turn decided exactly once
    for who in people:
        address = f"telegram:{fake.bot.id}:{who.id}"
        _check_heard(ledger.said_by(address), who)
        _check_said(ledger.to_say(address), who, fake.bot.id)
        _check_answered(ledger, address)
    _check_cards(ledger, staff)


def _check_heard(turns: Sequence[Turn], who: FakeUser) -> None:
    """Every message is in exactly one turn, in the order in which it was written."""
    written = [number for number, message in who.chat.messages.items() if message["from"]["id"] == who.id]
    heard = [int(number) for turn in turns for number in turn.messages]
    assert heard == written


def _check_said(rows: Sequence[Outbox], who: FakeUser, bot: int) -> None:
    """What is on the screen is what the rows say, in order."""
    on_screen = [number for number, message in who.chat.messages.items() if message["from"]["id"] == bot]
    sent = [int(number) for row in rows if row.state == "sent" for number in row.remote]
    assert sent == sorted(sent)
    assert set(sent) <= set(on_screen)
    extra = Counter(FakeMessage(who.chat.messages[number]).text for number in on_screen if number not in set(sent))
    unclear = Counter(plain(row.payload["text"]) for row in rows if row.state == "ambiguous")
    assert extra <= unclear, f"said, and no row accounts for it: {extra - unclear}"


def _check_answered(ledger: Ledger, address: str) -> None:
    """Every turn is answered, overtaken by one that is, or shown to staff while a colleague is called."""
    said, turns = ledger.to_say(address), ledger.said_by(address)
    shown = {number for row in ledger.outbox if row.kind == "copy" for number in row.payload["messages"]}
    for place, turn in enumerate(turns):
        states = {row.state for row in said if row.turn_id == turn.id}
        silent = ledger.kind_of(turn) == "silence" and set(turn.messages) <= shown
        overtaken = states == {"withdrawn"} and place + 1 < len(turns)
        assert states & {"sent", "ambiguous"} or silent or overtaken, f"turn {turn.id} was never answered: {states}"


def _check_cards(ledger: Ledger, staff: FakeForum) -> None:
    """Every case is seen by staff: late perhaps, twice perhaps, but never not at all."""
    shown = " ".join(message.text for message in staff.messages if "Why:" in message.text)
    missing = [case.number for case in ledger.cases if f"{case.number} " not in shown]
    assert not missing, f"cases without a card: {missing}"
