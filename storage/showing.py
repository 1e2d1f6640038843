"""What the web pages show: reading queries that look across several nouns. They change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Correction, DecisionRow, Outbox, ReadingRow, Turn


@dataclass(frozen=True, slots=True)
class Decided:
    """The part of a decision that staff look at; `stage_why` is empty once retention has emptied the situation."""

    kind: str
    policy: str
    policy_version: int
    why: str
    stage: str
    stage_why: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One turn with what was heard and decided, both None for turns of the bot and of staff.

    `corrected`: the mood that staff heard instead, and who; None where nobody said so.
    """

    turn: Turn
    heard: dict[str, Any] | None
    decided: Decided | None
    corrected: tuple[str, str] | None = None


async def turns_to_show(session: AsyncSession, conversation_id: int, limit: int) -> list[ShownTurn]:
    """The last `limit` turns of a conversation, oldest first."""
    stage_why = DecisionRow.situation["stage"]["why"].as_string()
    decision = (
        col(DecisionRow.kind),
        col(DecisionRow.policy),
        col(DecisionRow.policy_version),
        col(DecisionRow.why),
        col(DecisionRow.stage),
        stage_why,
        col(DecisionRow.answer),
    )
    statement = (
        select(Turn, col(ReadingRow.body), col(Correction.mood), col(Correction.staff_name), *decision)
        .outerjoin(ReadingRow, col(ReadingRow.turn_id) == col(Turn.id))
        .outerjoin(Correction, col(Correction.turn_id) == col(Turn.id))
        .outerjoin(DecisionRow, col(DecisionRow.turn_id) == col(Turn.id))
        .where(col(Turn.conversation_id) == conversation_id)
        .order_by(col(Turn.id).desc())
        .limit(limit)
    )
    rows = (await session.execute(statement)).all()
    return [
        ShownTurn(row[0], row[1], _decided(row[4:]), (row[2], row[3]) if row[2] else None) for row in reversed(rows)
    ]


def _decided(columns: Sequence[Any]) -> Decided | None:
    kind, policy, version, why, stage, stage_why, answer = columns
    return Decided(kind, policy, version, why, stage, stage_why or "", answer or {}) if kind else None


async def posts_to_show(session: AsyncSession, brand: str, conversation: str, limit: int) -> list[Outbox]:
    """The last `limit` messages said to a customer, oldest first: delivered ones and those being delivered."""
    statement = (
        select(Outbox)
        .where(col(Outbox.brand) == brand, col(Outbox.conversation) == conversation, col(Outbox.kind) == "say")
        .where(col(Outbox.state).in_(("sending", "sent", "ambiguous")))
        .order_by(col(Outbox.id).desc())
        .limit(limit)
    )
    return list(reversed((await session.execute(statement)).scalars().all()))


async def policy_use(session: AsyncSession, brand: str, since: datetime) -> dict[str, int]:
    """How often each policy decided since then."""
    statement = (
        select(col(DecisionRow.policy), func.count())
        .where(col(DecisionRow.brand) == brand, col(DecisionRow.at) >= since)
        .group_by(col(DecisionRow.policy))
    )
    return {row[0]: row[1] for row in await session.execute(statement)}
