"""Writing a turn down: what was said, heard, decided, changed and is to be sent – rows of one transaction."""

from collections.abc import Sequence
from dataclasses import replace

from bot.agent.effects import Bearer, carry_out
from bot.agent.rows import bot_turn, customer_turn, decision_row, outbox_rows, reading_row
from bot.agent.thinking import Thought
from bot.desk.opening import open_case, raise_urgency, relay_to_staff, tell_staff
from bot.domain.decision import Escalate
from bot.domain.effects import Forget
from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Incoming
from bot.domain.situation import Situation
from bot.facts.codec import from_json, to_json
from bot.facts.memory import Memory
from bot.facts.talk import session_of
from bot.policy.engine import UNREADABLE
from storage.tables import Case, CaseEvent, Conversation, Customer
from storage.turns import Heard
from storage.work import Work

SUPERSEDED = "the customer wrote again before it was sent"


class Recorder:
    """Records one turn inside a unit of work; nothing is committed here."""

    def __init__(
        self, work: Work, situation: Situation, memory: Memory, version: int, *, shop_listens: bool = False
    ) -> None:
        self._work = work
        self._situation = situation
        self._memory = memory
        self._version = version
        self._shop_listens = shop_listens
        self.turn_id: int | None = None

    async def edit(self) -> bool:
        """Correct the words of an earlier turn, and show staff; False when that turn is unknown."""
        incoming, where = self._situation.incoming, self._memory.conversation
        if where is None or where.id is None:
            return False
        turn = await self._work.turns.by_message(where.brand, where.id, incoming.edits)
        if turn is None or turn.id is None:
            return False
        said = _corrected(from_json(Incoming, turn.incoming), incoming) if turn.incoming else incoming
        await self._work.turns.edit(turn.id, said.text, to_json(said), incoming.at)
        self.turn_id = turn.id
        if self._open_case() is not None:
            await tell_staff(self._work, where, f"✏️ {incoming.text}", plain=True)
        return True

    async def take_back(self, superseded: Sequence[Heard]) -> bool:
        """Take back answers nobody has seen, with what they suggested; False when a part of one has left already."""
        turns, customer = [heard.id for heard in superseded], self._memory.customer
        if not await self._work.mailbox.withdraw_answers(turns, SUPERSEDED):
            return False
        if customer is not None:
            await self._work.events.unsay(customer.brand, customer.id, turns)
        return True

    async def record(self, thought: Thought, said: Incoming, superseded: Sequence[Heard]) -> None:
        """Write the turn down. `said` is the message itself, without the words it was joined with."""
        customer, where = await self._parties(said)
        overtook = [heard.id for heard in superseded]
        situation = replace(self._situation, incoming=said)
        turn_id = self.turn_id = await self._work.turns.add_customer_turn(
            customer_turn(situation, where),
            reading_row(situation, where),
            decision_row(self._situation, thought, self._version, where, overtook),
        )
        bearer = Bearer(self._work, said, customer, where, self._shop_listens)
        for effect in sorted(thought.answer.effects, key=lambda effect: isinstance(effect, Forget)):
            await carry_out(effect, bearer)
        rows = outbox_rows(thought, situation, turn_id, bearer.request_number)
        await self._work.mailbox.post(rows)
        if bearer.forgotten:
            return
        await self._escalate_or_relay(thought, said, where, turn_id)
        await self._keep_answer(thought, bearer, turn_id)
        await self._remember(thought, bearer)

    async def _parties(self, said: Incoming) -> tuple[Customer, Conversation]:
        customer, where = self._memory.customer, self._memory.conversation
        if customer is None:
            customer = await self._work.customers.create(
                said.brand, said.channel, said.sender.external_id, said.sender.name
            )
        if where is None:
            where = await self._work.turns.open(said.brand, said.channel, said.conversation, customer.id)
        return customer, where

    async def _escalate_or_relay(self, thought: Thought, said: Incoming, where: Conversation, turn_id: int) -> None:
        """Open a case, or show staff what came in an open one: `said` alone, the words before it they have seen."""
        file, decision = self._open_case(), thought.decision
        if file is None:
            if isinstance(decision, Escalate):
                await open_case(self._work, self._situation, decision, where, turn_id, self._unread())
            return
        case, events = file
        await relay_to_staff(self._work, said, where, case)
        if isinstance(decision, Escalate):
            await raise_urgency(self._work, case, events, self._situation, decision, where, turn_id)

    async def _keep_answer(self, thought: Thought, bearer: Bearer, turn_id: int) -> None:
        """The answer as staff read it, on the web desk and, while a case is open, in the customer's topic."""
        messages = thought.answer.messages
        if not messages:
            return
        turn = bot_turn(messages, self._situation, bearer.conversation, turn_id, bearer.request_number)
        await self._work.turns.add(turn)
        if self._open_case() is not None:
            await tell_staff(self._work, bearer.conversation, f"🤖 {turn.text}")

    async def _remember(self, thought: Thought, bearer: Bearer) -> None:
        """Events that later turns need: what was suggested, that the level was asked, that an order was looked up."""
        at, customer = self._situation.now, bearer.customer
        for suggestion in thought.suggestions:
            data = {"reason": suggestion.reason, "why": suggestion.why}
            await self._work.events.add(customer.brand, customer.id, "suggested", suggestion.sku, data, at)
        if thought.answer.asked_level:
            await self._work.events.add(customer.brand, customer.id, "asked_level", "", {}, at)
        if self._memory.looked_up:
            await self._work.events.add(customer.brand, customer.id, "lookup", "", {}, at)
        if self._memory.missed:
            await self._work.events.lookup_failed(customer.brand, self._memory.missed, at)

    def _unread(self) -> list[str]:
        """The messages of this conversation that nobody has heard or seen since a human last closed a case."""
        events = self._memory.case[1] if self._memory.case is not None else ()
        closed = max((event.at for event in events if event.kind == "closed"), default=None)
        return [
            message
            for heard in reversed(session_of(self._memory.turns, self._situation.now))
            if heard.policy == UNREADABLE and (closed is None or heard.at > closed)
            for message in heard.messages
        ]

    def _open_case(self) -> tuple[Case, Sequence[CaseEvent]] | None:
        view = self._situation.case
        return self._memory.case if view is not None and view.status is not CaseStatus.CLOSED else None


def _corrected(said: Incoming, edit: Incoming) -> Incoming:
    """What was said with one of its messages corrected; the words of the others stay."""
    if len(said.lines) != len(said.messages):
        return replace(said, text=edit.text)
    lines = tuple(
        edit.text if message == edit.edits else line for message, line in zip(said.messages, said.lines, strict=True)
    )
    return replace(said, text="\n".join(filter(None, lines)), lines=lines)
