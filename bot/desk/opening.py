"""Opening a case inside the agent's own unit of work, so that an escalation can be late but never vanish."""

from typing import Any

from bot.desk.card import card_buttons, card_facts, card_html, words_of
from bot.desk.topic import staff_lane, to_topic
from bot.domain.decision import Escalate
from bot.domain.turn import Incoming, Situation
from bot.facts.cases import case_view
from storage.tables import Case, CaseEvent, Conversation
from storage.work import Work


async def open_case(
    work: Work, situation: Situation, decision: Escalate, conversation: Conversation, turn_id: int
) -> Case:
    """Add the case, its first event and the card for the staff group. Nothing is committed here."""
    assert conversation.id is not None
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
            card=card_facts(situation, decision),
            opened_at=situation.now,
        )
    )
    await _show_card(work, case, conversation)
    await relay_to_staff(work, situation.incoming, conversation, case)
    return case


async def raise_urgency(
    work: Work, case: Case, situation: Situation, decision: Escalate, conversation: Conversation
) -> None:
    """A case is open already and got worse: tell the topic, with the new rule, instead of opening another."""
    lane = await staff_lane(work, conversation.brand)
    facts = card_facts(situation, decision)
    await work.cases.escalate(case.id or 0, int(decision.urgency), facts)
    if lane:
        text = card_html(case_view(case, []), facts)
        row = to_topic(conversation.brand, lane, conversation.address, "note", {"text": text}, case_id=case.id)
        row.urgent = int(decision.urgency)
        await work.mailbox.post([row])


async def relay_to_staff(work: Work, incoming: Incoming, conversation: Conversation, case: Case) -> None:
    """Show a customer's message in the topic: copied where Telegram can, in words where it came another way."""
    lane = await staff_lane(work, conversation.brand)
    if not lane:
        return
    if incoming.channel == "telegram" and incoming.messages:
        chat = conversation.address.rsplit(":", 1)[1]
        payload: dict[str, Any] = {"from_chat": chat, "messages": list(incoming.messages), "to": "topic"}
        kind = "copy"
    else:
        payload, kind = {"text": words_of(incoming), "plain": True}, "note"
    row = to_topic(conversation.brand, lane, conversation.address, kind, payload, case_id=case.id)
    row.urgent = case.urgency
    await work.mailbox.post([row])


async def tell_staff(work: Work, conversation: Conversation, text: str, *, plain: bool = False) -> None:
    """A remark in the customer's topic: the bot's own answer, an edited message. `plain` text is not HTML."""
    lane = await staff_lane(work, conversation.brand)
    if lane:
        payload = {"text": text, "plain": plain}
        await work.mailbox.post([to_topic(conversation.brand, lane, conversation.address, "note", payload)])


async def _show_card(work: Work, case: Case, conversation: Conversation) -> None:
    lane = await staff_lane(work, conversation.brand)
    if not lane:
        return
    view = case_view(case, [CaseEvent(brand=case.brand, case_id=case.id or 0, seq=1, kind="opened")])
    payload = {"text": card_html(view, case.card), "buttons": card_buttons(view)}
    row = to_topic(case.brand, lane, conversation.address, "card", payload, case_id=case.id)
    row.urgent = case.urgency
    await work.mailbox.post([row])
