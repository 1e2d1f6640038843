"""Opening a case inside the agent's own unit of work, so that an escalation can be late but never vanish."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.desk.card import TEXT_SHOWN, card_facts, words_of
from bot.desk.corrections import card_payload
from bot.desk.topic import staff_lane, to_topic
from bot.domain.decision import Escalate
from bot.domain.incoming import Incoming
from bot.domain.situation import Situation
from bot.domain.voice import SIGN, transcripts_in
from bot.facts.cases import case_view
from storage.tables import Case, CaseEvent, Conversation
from storage.work import Work


async def open_case(
    work: Work,
    situation: Situation,
    decision: Escalate,
    conversation: Conversation,
    turn_id: int,
    unread: Sequence[str] = (),
) -> Case:
    """Add the case, its first event and the card for the staff group. Nothing is committed here.

    `unread` are earlier messages that only a human can hear or see.
    """
    assert conversation.id is not None
    customer = await work.customers.get(conversation.brand, conversation.customer_id)
    case = await work.cases.open(
        Case(
            brand=conversation.brand,
            number="",
            conversation_id=conversation.id,
            customer_id=conversation.customer_id,
            turn_id=turn_id,
            reason=decision.reason,
            why=decision.why,
            policy=decision.policy,
            urgency=int(decision.urgency),
            team=decision.team,
            card=_facts(situation, decision, turn_id, customer.phone if customer else ""),
            opened_at=situation.now,
        )
    )
    await show_card(work, case, (), conversation)
    said = situation.incoming
    if unread and said.channel == "telegram":
        await _relay(work, replace(said, messages=tuple(unread)), conversation, case)
    if len(said.text) > TEXT_SHOWN:
        await relay_to_staff(work, said, conversation, case)
    elif said.attachments:
        await _relay(work, said, conversation, case)  # the card shows short words already
    return case


async def raise_urgency(
    work: Work,
    case: Case,
    events: Sequence[CaseEvent],
    situation: Situation,
    decision: Escalate,
    conversation: Conversation,
    turn_id: int,
) -> None:
    """A case is open already and got worse: its card shows the new rule and comes again, so that somebody looks.

    Never less urgent than before. Nothing is committed here.
    """
    urgency = max(case.urgency, int(decision.urgency))
    facts = _facts(situation, decision, turn_id, case.card.get("phone", "")) | {"urgency": urgency}
    await work.cases.escalate(case.id or 0, urgency, facts)
    case.urgency, case.card = urgency, facts
    await show_card(work, case, events, conversation)


async def relay_to_staff(work: Work, incoming: Incoming, conversation: Conversation, case: Case) -> None:
    """Show a customer's message in the topic, and what was spoken in it also in words."""
    await _relay(work, incoming, conversation, case)
    spoken = transcripts_in(incoming)
    if spoken and _copied(incoming):
        await tell_staff(work, conversation, "\n".join(f"{SIGN} {words}" for words in spoken), plain=True)


async def _relay(work: Work, incoming: Incoming, conversation: Conversation, case: Case) -> None:
    """A message as it is where Telegram can copy it, in words where it came another way."""
    lane = await staff_lane(work, conversation.brand)
    if not lane:
        return
    if _copied(incoming):
        chat = conversation.address.rsplit(":", 1)[1]
        payload: dict[str, Any] = {"from_chat": chat, "messages": list(incoming.messages), "to": "topic"}
        kind = "copy"
    else:
        payload, kind = {"text": words_of(incoming), "plain": True}, "note"
    row = to_topic(conversation.brand, lane, conversation.address, kind, payload, case_id=case.id)
    row.urgent = case.urgency
    await work.mailbox.post([row])


def _copied(incoming: Incoming) -> bool:
    return incoming.channel == "telegram" and bool(incoming.messages)


async def tell_staff(work: Work, conversation: Conversation, text: str, *, plain: bool = False) -> None:
    """A remark in the customer's topic: the bot's own answer, an edited message. `plain` text is not HTML."""
    lane = await staff_lane(work, conversation.brand)
    if lane:
        payload = {"text": text, "plain": plain}
        await work.mailbox.post([to_topic(conversation.brand, lane, conversation.address, "note", payload)])


async def show_open_cases(work: Work, brand: str) -> None:
    """A group that was just bound sees what waits already."""
    for case, events in await work.cases.queue(brand):
        where = await work.turns.conversation_by_id(case.conversation_id)
        if where is not None:
            await show_card(work, case, events, where)


async def show_card(work: Work, case: Case, events: Sequence[CaseEvent], conversation: Conversation) -> None:
    """Post the case's card, as it stands, into the customer's topic. Nothing is committed here."""
    lane = await staff_lane(work, conversation.brand)
    if not lane:
        return
    view = case_view(case, events)
    payload = await card_payload(work, case, view)
    row = to_topic(case.brand, lane, conversation.address, "card", payload, case_id=case.id)
    row.urgent = case.urgency
    await work.mailbox.post([row])


def _facts(situation: Situation, decision: Escalate, turn_id: int, phone: str) -> dict[str, Any]:
    """A card's facts with what the situation does not know: the phone number, and whose turn's mood it shows."""
    incoming = situation.incoming
    worded = bool(incoming.text) and incoming.press is None and incoming.command is None
    return card_facts(situation, decision) | {"phone": phone, "turn": turn_id if worded else 0}
