"""The agent's turn: recall, read, decide, compose, and one commit before anything is said."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.agent.record import Recorder
from bot.agent.thinking import Mind
from bot.domain.decision import kind_of
from bot.domain.incoming import Incoming
from bot.domain.voice import anger_in
from bot.facts.cases import case_view
from bot.facts.memory import Memory, recall
from bot.facts.situation import Facts
from bot.facts.talk import spoke
from nlp.anger import with_voice
from nlp.reader import ReadingService
from nlp.types import Reading
from storage.database import Database
from storage.turns import Heard
from storage.work import Work

log = logging.getLogger(__name__)


def _count_nothing(kind: str, policy: str, source: str) -> None:
    """For those who do not measure."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The mind in force and the number of the policy version it was made from."""

    mind: Mind
    version: int


class Agent:
    """Answers customers. One turn is one transaction: what is said is committed before it leaves."""

    def __init__(
        self,
        database: Database,
        reader: ReadingService,
        facts: Facts,
        rules: Callable[[], Rules],
        now: Callable[[], datetime],
        posted: Callable[[], None] = lambda: None,
        *,
        count: Callable[[str, str, str], None] = _count_nothing,
        shop_listens: bool = False,
    ) -> None:
        """`posted` is called after each commit: something may wait in the outbox.

        `count` is told kind and policy of each decision and the reading's source. With `shop_listens`
        requests are also posted to the shop's own webhook.
        """
        self._count = count
        self._shop_listens = shop_listens
        self._database = database
        self._reader = reader
        self._facts = facts
        self._rules = rules
        self._now = now
        self._posted = posted

    async def turn(self, incoming: Incoming, settles: Sequence[int] = ()) -> None:
        """Handle one turn of a customer; `settles` are the inbox rows that are done with the same commit."""
        while not await self._turned(incoming, settles):
            log.info("a case changed hands, or an answer left, meanwhile; the turn is thought through again")

    async def _turned(self, incoming: Incoming, settles: Sequence[int]) -> bool:
        """One try; False when staff claimed, passed on or closed the case while it was being thought about, or the
        answer that this one was to replace has left."""
        now = self._now()
        async with self._database.work() as work:
            memory = await recall(work, incoming, now)
        joined, superseded = _joined(incoming, memory)
        reading = with_voice(await self._reader.read(spoken(joined)), anger_in(joined))
        rules = self._rules()
        situation = self._facts.situation(joined, reading, _without(memory, superseded), now)
        thought = rules.mind.think(situation)
        async with self._database.work(write=True) as work:
            if await _moved(work, memory):
                return False
            recorder = Recorder(work, situation, memory, rules.version, shop_listens=self._shop_listens)
            # An edit corrects the words where they stand and the answer given stays, unless it raises an alarm now.
            edited = bool(incoming.edits) and not _newly_urgent(reading, incoming, memory) and await recorder.edit()
            if not edited:
                if superseded and not await recorder.take_back(superseded):
                    return False
                await recorder.record(thought, incoming, superseded)
            await work.mailbox.settle(settles, recorder.turn_id)
            work.after_commit(self._posted)
            await work.commit()
        if not edited:
            self._count(kind_of(thought.decision), thought.decision.policy, reading.source.value)
        return True


async def _moved(work: Work, memory: Memory) -> bool:
    """Whether the conversation's case has another status or holder than when it was recalled."""
    if memory.case is None:
        return False
    case, events = memory.case
    latest = await work.cases.latest_of(case.conversation_id)
    before = case_view(case, events)
    after = case_view(*latest) if latest is not None else None
    return after is None or (after.id, after.status, after.holder) != (before.id, before.status, before.holder)


def spoken(incoming: Incoming) -> str:
    """What there is to read in a message: its words, and the emoji of a sticker."""
    emoji = " ".join(item.emoji for item in incoming.attachments if item.emoji)
    return f"{incoming.text} {emoji}".strip()


def _newly_urgent(reading: Reading, edit: Incoming, memory: Memory) -> bool:
    """Whether the corrected words need a human although the words they replace did not."""
    before = next((heard.reading for heard in memory.turns if edit.edits in heard.messages), {})
    return bool(reading.alarms - set(before.get("alarms", ()))) or (reading.escalate and not before.get("escalate"))


def _joined(incoming: Incoming, memory: Memory) -> tuple[Incoming, list[Heard]]:
    """A message that overtakes the answer to the one before: both are read together, the late answer is dropped.

    Answers that changed something (a request, a setting, a case) are never taken back.
    """
    late = [heard for heard in memory.turns if heard.id in memory.unsent and _harmless(heard)]
    already = {turn for heard in late for turn in heard.answer.get("overtook", ())}
    overtaken = [heard for heard in memory.turns if heard in late or heard.id in already]
    if not overtaken or incoming.press is not None or incoming.command is not None or incoming.edits:
        return incoming, []
    texts = [heard.text for heard in reversed(overtaken) if heard.text]
    return replace(incoming, text="\n".join([*texts, incoming.text]).strip()), overtaken


def _harmless(heard: Heard) -> bool:
    return heard.kind in ("reply", "ask", "offer") and spoke(heard) and not heard.answer.get("effects")


def _without(memory: Memory, overtaken: Sequence[Heard]) -> Memory:
    gone = {heard.id for heard in overtaken}
    return replace(memory, turns=[heard for heard in memory.turns if heard.id not in gone]) if gone else memory
