"""A turn's values as the rows that keep it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.agent.thinking import Thought
from bot.domain.answer import REQUEST_NUMBER, OutgoingMessage
from bot.domain.decision import Escalate, kind_of
from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Incoming
from bot.domain.situation import Situation
from bot.facts.codec import decision_to_json, to_json
from storage.tables import Conversation, DecisionRow, Outbox, ReadingRow, Turn

# Rows that belong to a turn take its id when storage has numbered it.
UNNUMBERED = 0


def customer_turn(situation: Situation, conversation: Conversation) -> Turn:
    """What the customer said. How a voice sounded goes with the reading, which expires sooner than words."""
    incoming = situation.incoming
    kept = replace(incoming, attachments=tuple(replace(one, anger=None) for one in incoming.attachments))
    return Turn(
        brand=conversation.brand,
        conversation_id=conversation.id or 0,
        customer_id=conversation.customer_id,
        author="customer",
        text=incoming.text,
        incoming=to_json(kept),
        messages=list(incoming.messages),
        at=incoming.at,
    )


def reading_row(situation: Situation, conversation: Conversation) -> ReadingRow:
    """What was heard in it, as it was read; beside it how the conversation made it felt, and why."""
    reading = situation.reading
    felt = {"felt": to_json(situation.felt)} if situation.felt else {}
    return ReadingRow(
        turn_id=UNNUMBERED,
        brand=conversation.brand,
        conversation_id=conversation.id or 0,
        language=reading.language.value,
        mood=reading.mood.value,
        intent=reading.intent.value,
        source=reading.source.value,
        body=to_json(reading) | felt,
        at=situation.now,
    )


def decision_row(
    situation: Situation, thought: Thought, version: int, conversation: Conversation, overtook: Sequence[int] = ()
) -> DecisionRow:
    """What was decided, in which situation, and what the answer was made of.

    `overtook`: the turns whose late answers this one replaces, so that a third fragment is read with the first.
    """
    return DecisionRow(
        turn_id=UNNUMBERED,
        brand=conversation.brand,
        conversation_id=conversation.id or 0,
        kind=kind_of(thought.decision),
        policy=thought.decision.policy,
        policy_version=version,
        why=thought.decision.why,
        stage=situation.stage.stage.value,
        body=decision_to_json(thought.decision),
        answer=answer_facts(thought) | ({"overtook": list(overtook)} if overtook else {}),
        situation=to_json(replace(situation, mydata="")),
        at=situation.now,
    )


def answer_facts(thought: Thought) -> dict[str, Any]:
    """An answer without its message texts, and what the gate said."""
    answer = thought.answer
    facts = to_json(replace(answer, messages=(), effects=()))
    failed = not answer.solved and answer.pending is not None and answer.pending.form == "human_offer"
    effects = [type(effect).__name__ for effect in answer.effects]
    lead = getattr(thought.decision, "lead", "")
    return facts | {"gate": thought.gate, "effects": effects, "failed": failed, "lead_key": lead}


def bot_turn(
    messages: tuple[OutgoingMessage, ...], situation: Situation, conversation: Conversation, turn_id: int, number: str
) -> Turn:
    """What the bot answers, as staff read it; `number` is the request that was just created, if any."""
    return Turn(
        brand=conversation.brand,
        conversation_id=conversation.id or 0,
        customer_id=conversation.customer_id,
        author="bot",
        answers=turn_id,
        text="\n\n".join(message.text for message in messages).replace(REQUEST_NUMBER, number),
        at=situation.now,
    )


def outbox_rows(thought: Thought, situation: Situation, turn_id: int, number: str) -> list[Outbox]:
    """The answer's messages on their way to the customer; a case's first words go out before routine ones."""
    urgent = int(thought.decision.urgency) if isinstance(thought.decision, Escalate) else 0
    author = "system" if urgent or _must_be_heard(thought, situation) else "bot"
    said = situation.incoming
    return [_say(message, said, turn_id, number, author, urgent) for message in thought.answer.messages]


def _must_be_heard(thought: Thought, situation: Situation) -> bool:
    """Whether the words stand even if a human takes the case before they are out: they tell what was changed or asked
    for by command, or were decided on although a human holds it."""
    held = situation.case is not None and situation.case.status is CaseStatus.HELD
    return held or bool(thought.answer.effects) or situation.incoming.command is not None


def _say(message: OutgoingMessage, incoming: Incoming, turn_id: int, number: str, author: str, urgent: int) -> Outbox:
    payload = to_json(message)
    payload["text"] = message.text.replace(REQUEST_NUMBER, number)
    return Outbox(
        brand=incoming.brand,
        channel=incoming.channel,
        lane=incoming.conversation,
        conversation=incoming.conversation,
        author=author,
        kind="say",
        payload=payload,
        turn_id=turn_id,
        urgent=urgent,
    )
