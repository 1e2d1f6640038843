"""Messages that no try could answer: the customer is told, and a human gets the words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.desk.card import TEXT_SHOWN, words_of
from bot.desk.opening import relay_to_staff, show_card
from bot.desk.words import CustomerWords
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Incoming
from bot.facts.cases import case_view
from nlp.alarms import alarms_in
from nlp.language import language_of
from storage.database import Database
from storage.tables import Case, Conversation, Customer, Outbox, Turn
from storage.work import Work

REASON = "failed"
WHY = "the bot failed on this message and has not answered it"
POLICY = "builtin.failed"


class LostMessages:
    """Hands over what the bot failed on. `posted` is called after each commit: something may wait in the outbox."""

    def __init__(
        self, database: Database, words: CustomerWords, now: Callable[[], datetime], posted: Callable[[], None]
    ) -> None:
        self._database, self._words, self._now, self._posted = database, words, now, posted

    async def hand_over(self, incoming: Incoming) -> None:
        """Open a case with the raw words, or show them in the open one; tell the customer unless a human holds it."""
        said = replace(incoming, text=_storable(words_of(incoming)) or _named(incoming))
        async with self._database.work(write=True) as work:
            customer, where = await _parties(work, said)
            turn_id = await work.turns.add(self._turn(said, where))
            file = await work.cases.latest_of(where.id or 0)
            view = case_view(*file) if file is not None else None
            if file is None or view is None or view.status is CaseStatus.CLOSED:
                await self._open(work, said, customer, where, turn_id)
            else:
                await relay_to_staff(work, said, where, file[0])
            if view is None or view.status is not CaseStatus.HELD:
                await work.mailbox.post([await self._apology(work, said, where, turn_id)])
            work.after_commit(self._posted)
            await work.commit()

    async def _open(self, work: Work, said: Incoming, customer: Customer, where: Conversation, turn_id: int) -> None:
        urgency = Urgency.CRITICAL if alarms_in(said.text) else Urgency.HIGH
        case = await work.cases.open(
            Case(
                brand=where.brand,
                number="",
                conversation_id=where.id or 0,
                customer_id=customer.id,
                turn_id=turn_id,
                reason=REASON,
                why=WHY,
                policy=POLICY,
                urgency=int(urgency),
                card=_card(said, customer, urgency),
                opened_at=self._now(),
            )
        )
        await show_card(work, case, (), where)
        if said.attachments or len(said.text) > TEXT_SHOWN:
            await relay_to_staff(work, said, where, case)

    def _turn(self, said: Incoming, where: Conversation) -> Turn:
        """The words alone: the rest of the message may be what nobody could handle."""
        return Turn(
            brand=where.brand,
            conversation_id=where.id or 0,
            customer_id=where.customer_id,
            author="customer",
            text=said.text,
            messages=list(said.messages),
            at=said.at,
        )

    async def _apology(self, work: Work, said: Incoming, where: Conversation, turn_id: int) -> Outbox:
        payload = await self._words.failed(work, where, said.text)
        answer = Turn(
            brand=where.brand,
            conversation_id=where.id or 0,
            customer_id=where.customer_id,
            author="bot",
            answers=turn_id,
            text=payload["text"],
            at=self._now(),
        )
        await work.turns.add(answer)
        return Outbox(
            brand=where.brand,
            channel=where.channel,
            lane=where.address,
            conversation=where.address,
            author="system",
            kind="say",
            payload=payload,
            turn_id=turn_id,
            urgent=int(Urgency.HIGH),
        )


async def _parties(work: Work, said: Incoming) -> tuple[Customer, Conversation]:
    found = await work.customers.by_identity(said.brand, said.channel, said.sender.external_id)
    name = _storable(said.sender.name)
    customer = (
        found[0] if found else await work.customers.create(said.brand, said.channel, said.sender.external_id, name)
    )
    where = await work.turns.conversation(said.brand, said.conversation)
    return customer, where or await work.turns.open(said.brand, said.channel, said.conversation, customer.id)


def _card(said: Incoming, customer: Customer, urgency: Urgency) -> dict[str, Any]:
    """What is known without the reading and the decision that failed."""
    return {
        "customer": customer.name,
        "known": bool(customer.phone),
        "level": customer.level,
        "language": customer.language or language_of(said.text)[0].value,
        "reason": REASON,
        "why": WHY,
        "policy": POLICY,
        "urgency": int(urgency),
        "stage": "unknown",
        "stage_why": WHY,
        "message": said.text,
        "orders": [],
        "requests": [],
        "tried": [],
    }


def _storable(text: str) -> str:
    """Text as every database takes it: without NUL and without halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _named(incoming: Incoming) -> str:
    return f"[command: {incoming.command.value}]" if incoming.command is not None else ""
