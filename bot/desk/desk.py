"""The life of a case once it is open: claim, talk, pass on, close. Rights are checked here, not at the button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from bot.desk.corrections import card_payload, correct
from bot.desk.parting import forget_customer, is_gone
from bot.desk.queue import QueueItem, RequestItem, open_cases, open_requests, settled_requests
from bot.desk.topic import staff_lane, to_topic
from bot.desk.words import CustomerWords
from bot.domain.escalation import CaseStatus, CaseView, Role, StaffMember
from bot.errors import NotAllowed, NotFound, Stale
from bot.facts.cases import case_view
from nlp.types import Mood
from storage.database import Database
from storage.tables import Case, CaseEvent, Conversation, Outbox, Turn
from storage.work import Work

REQUEST_STATUSES = ("accepted", "done", "refused")
HUMAN_HOLDS = "a human holds the case"


@dataclass(frozen=True, slots=True)
class Talk:
    """Something a member of staff sends to a customer: text, or messages of the staff group to copy."""

    text: str = ""
    copy_from: str = ""
    copies: tuple[str, ...] = ()


class Desk:
    """What staff do with cases. Every method opens and commits its own unit of work."""

    def __init__(
        self,
        database: Database,
        words: CustomerWords,
        now: Callable[[], datetime],
        posted: Callable[[], None] = lambda: None,
    ) -> None:
        """`posted` is called after each commit: something may wait in the outbox."""
        self._posted = posted
        self._database = database
        self._words = words
        self._now = now

    async def claim(self, brand: str, case_id: int, by: StaffMember, settles: Sequence[int] = ()) -> CaseView:
        """Take a waiting case. Of two who claim at once one wins; the other gets Stale."""
        require(by, Role.AGENT)
        async with self._database.work(write=True) as work:
            case, events = await self._case(work, brand, case_id)
            view = case_view(case, events)
            if view.status is CaseStatus.CLOSED:
                raise Stale(f"{view.number} is closed")
            if view.holder != by.id:
                if view.status is CaseStatus.HELD:
                    raise Stale(f"{view.number} is held by {view.holder_name}")
                view = await self._claim(work, case, events, by)
            await work.mailbox.settle(settles, None)
            await self._commit(work)
        return view

    async def pass_on(
        self, brand: str, case_id: int, by: StaffMember, note: str = "", settles: Sequence[int] = ()
    ) -> CaseView:
        """Put a case back into the queue; only its holder or a senior may."""
        async with self._database.work(write=True) as work:
            case, events = await self._held_by(work, brand, case_id, by)
            if case_view(case, events).status is CaseStatus.WAITING:
                raise Stale(f"{case.number} is waiting already")
            view = await self._append(work, case, events, "passed_on", by, note)
            conversation = await self._conversation(work, case)
            await self._tell(work, conversation, await self._words.passed_on(work, conversation), case.id)
            await work.mailbox.settle(settles, None)
            await self._commit(work)
        return view

    async def close(
        self, brand: str, case_id: int, by: StaffMember, reason: str = "", settles: Sequence[int] = ()
    ) -> CaseView:
        """Close a case: the customer is handed back to the bot and told so."""
        async with self._database.work(write=True) as work:
            case, events = await self._held_by(work, brand, case_id, by)
            view = await self._append(work, case, events, "closed", by, reason)
            conversation = await self._conversation(work, case)
            if await is_gone(work, case):
                await self._part(work, conversation)
            else:
                await self._tell(work, conversation, await self._words.closed(work, conversation), case.id)
            await work.mailbox.settle(settles, None)
            await self._commit(work)
        return view

    async def say(
        self, brand: str, conversation: str, by: StaffMember, talk: Talk, settles: Sequence[int] = ()
    ) -> CaseView:
        """Send a human's words to the customer, or a copy of what they posted in the staff group.

        Answering an unclaimed case claims it. Raises NotFound where no case is open and NotAllowed
        where somebody else holds it.
        """
        require(by, Role.AGENT)
        async with self._database.work(write=True) as work:
            where, case, events = await self._open_case(work, brand, conversation)
            view = case_view(case, events)
            if view.status is CaseStatus.WAITING:
                view = await self._claim(work, case, events, by)
            elif view.holder != by.id:
                raise NotAllowed(f"{view.number} is held by {view.holder_name}; this stays a note")
            await self._post(work, case, where, by, talk)
            await work.mailbox.settle(settles, None)
            await self._commit(work)
        return view

    async def note(
        self, brand: str, conversation: str, by: StaffMember, text: str, settles: Sequence[int] = ()
    ) -> None:
        """Keep a note with the case; the customer never sees it."""
        require(by, Role.AGENT)
        async with self._database.work(write=True) as work:
            _, case, events = await self._open_case(work, brand, conversation)
            await self._add(work, case, len(events) + 1, "noted", by, text)
            await work.mailbox.settle(settles, None)
            await self._commit(work)

    async def correct_mood(
        self, brand: str, turn_id: int, by: StaffMember, mood: Mood, settles: Sequence[int] = ()
    ) -> bool:
        """Say which mood a customer's words had; the one that was read takes a correction back.

        Anybody of the staff may. Whether a correction stands now. NotFound where nothing was read, or not any more.
        """
        require(by, Role.AGENT)
        async with self._database.work(write=True) as work:
            conversation, correction = await correct(work, brand, turn_id, by, mood, self._now())
            latest = await work.cases.latest_of(conversation)
            if latest is not None and latest[0].card.get("turn") == turn_id:
                view = case_view(*latest)
                if view.status is not CaseStatus.CLOSED:
                    await self._update_card(work, latest[0], view)
            await work.mailbox.settle(settles, None)
            await self._commit(work)
        return correction is not None

    async def card(self, brand: str, case_id: int) -> dict[str, Any]:
        """What the card of a case shows now: text and buttons."""
        async with self._database.work() as work:
            case, events = await self._case(work, brand, case_id)
            return await card_payload(work, case, case_view(case, events))

    async def may_send(self, brand: str, conversation: str, author: str) -> str:
        """Why these words may not leave now, or the empty string. The bot is silent while a human holds the case."""
        if author != "bot":
            return ""
        async with self._database.work() as work:
            where = await work.turns.conversation(brand, conversation)
            latest = await work.cases.latest_of(where.id) if where is not None and where.id is not None else None
        held = latest is not None and case_view(*latest).status is CaseStatus.HELD
        return HUMAN_HOLDS if held else ""

    async def queue(self, brand: str) -> list[QueueItem]:
        """The open cases, most urgent and longest waiting first."""
        async with self._database.work() as work:
            return await open_cases(work, brand)

    async def requests(self, brand: str) -> list[RequestItem]:
        """The open requests, oldest first."""
        async with self._database.work() as work:
            return await open_requests(work, brand)

    async def settled(self, brand: str) -> list[RequestItem]:
        """The requests settled in the last days, newest first."""
        async with self._database.work() as work:
            return await settled_requests(work, brand, self._now())

    async def settle_request(self, brand: str, request_id: int, by: StaffMember, status: str, note: str = "") -> None:
        """Accept, do or refuse a request, and tell the customer. `status`: accepted, done or refused."""
        require(by, Role.AGENT)
        if status not in REQUEST_STATUSES:
            raise NotAllowed(f"{status!r} is none of {', '.join(REQUEST_STATUSES)}")
        async with self._database.work(write=True) as work:
            found = await work.cases.request(brand, request_id)
            if found is None:
                raise NotFound(f"request {request_id} of {brand}")
            request, events = found
            if events and events[-1].kind in ("done", "refused", status):
                raise Stale(f"{request.number} is {events[-1].kind} already")
            await work.cases.request_event(brand, request_id, status, by.id, note)
            where = await work.turns.conversation_by_id(request.conversation_id)
            if where is not None:
                words = await self._words.request(work, where, request, status, note)
                await self._tell(work, where, words)
            await self._commit(work)

    async def _claim(self, work: Work, case: Case, events: Sequence[CaseEvent], by: StaffMember) -> CaseView:
        view = await self._append(work, case, events, "claimed", by, "")
        conversation = await self._conversation(work, case)
        await work.mailbox.withdraw(conversation.address, reason=HUMAN_HOLDS)
        await self._tell(work, conversation, await self._words.joined(work, conversation, by.name), case.id)
        return view

    async def _append(
        self, work: Work, case: Case, events: Sequence[CaseEvent], kind: str, by: StaffMember, note: str
    ) -> CaseView:
        """Add an event as the next in line; the unique sequence number decides a race. The card follows."""
        seq = len(events) + 1
        await self._add(work, case, seq, kind, by, note)
        added = CaseEvent(
            brand=case.brand, case_id=case.id or 0, seq=seq, kind=kind, staff_id=by.id, staff_name=by.name, note=note
        )
        view = case_view(case, [*events, added])
        await self._update_card(work, case, view)
        return view

    async def _add(self, work: Work, case: Case, seq: int, kind: str, by: StaffMember, note: str = "") -> None:
        if not await work.cases.append(case.id or 0, seq, kind, by.id, by.name, note, self._now()):
            raise Stale(f"{case.number} has changed meanwhile")

    async def _update_card(self, work: Work, case: Case, view: CaseView) -> None:
        """Have the card show the new state; within the group's lane this comes after the card itself."""
        lane = await staff_lane(work, case.brand)
        if not lane:
            return
        where = await self._conversation(work, case)
        payload = await card_payload(work, case, view)
        rows = [to_topic(case.brand, lane, where.address, "edit_card", payload, case_id=case.id)]
        if view.status is CaseStatus.CLOSED:
            rows.append(to_topic(case.brand, lane, where.address, "close_topic", {}, case_id=case.id))
        await work.mailbox.post(rows)

    async def _post(self, work: Work, case: Case, where: Conversation, by: StaffMember, talk: Talk) -> None:
        await self._add(work, case, await self._next_seq(work, case), "replied", by)
        turn_id = await work.turns.add(
            Turn(
                brand=case.brand,
                conversation_id=case.conversation_id,
                customer_id=case.customer_id,
                author="staff",
                staff_id=by.id,
                text=escape(talk.text, quote=False) or "[…]",
                at=self._now(),
            )
        )
        if talk.copies and where.channel == "telegram":
            payload: dict[str, Any] = {"from_chat": talk.copy_from, "messages": list(talk.copies), "to": "customer"}
            row = self._to_customer(where, "staff", "copy", payload)
        else:
            row = self._to_customer(where, "staff", "say", {"text": escape(talk.text, quote=False)})
        row.turn_id, row.case_id, row.urgent = turn_id, case.id, case.urgency
        await work.mailbox.post([row])

    async def _commit(self, work: Work) -> None:
        work.after_commit(self._posted)
        await work.commit()

    async def _part(self, work: Work, where: Conversation) -> None:
        """The case was all that was left of a forgotten customer: tell them, and erase the rest."""
        farewell = self._to_customer(where, "system", "say", await self._words.left(work, where))
        await forget_customer(work, where.brand, where.customer_id)
        await work.mailbox.post([farewell])

    async def _tell(self, work: Work, where: Conversation, payload: dict[str, Any], case_id: int | None = None) -> None:
        """Words of the desk itself: who is speaking now, and what became of a case or a request."""
        turn_id = await work.turns.add(
            Turn(
                brand=where.brand,
                conversation_id=where.id or 0,
                customer_id=where.customer_id,
                author="bot",
                text=payload["text"],
                at=self._now(),
            )
        )
        row = self._to_customer(where, "system", "say", payload)
        row.turn_id, row.case_id = turn_id, case_id
        await work.mailbox.post([row])

    def _to_customer(self, where: Conversation, author: str, kind: str, payload: dict[str, Any]) -> Outbox:
        return Outbox(
            brand=where.brand,
            channel=where.channel,
            lane=where.address,
            conversation=where.address,
            author=author,
            kind=kind,
            payload=payload,
        )

    async def _next_seq(self, work: Work, case: Case) -> int:
        return len(await work.cases.events(case.id or 0)) + 1

    async def _case(self, work: Work, brand: str, case_id: int) -> tuple[Case, Sequence[CaseEvent]]:
        case = await work.cases.get(brand, case_id)
        if case is None:
            raise NotFound(f"case {case_id} of {brand}")
        return case, await work.cases.events(case_id)

    async def _held_by(self, work: Work, brand: str, case_id: int, by: StaffMember) -> tuple[Case, Sequence[CaseEvent]]:
        require(by, Role.AGENT)
        case, events = await self._case(work, brand, case_id)
        view = case_view(case, events)
        if view.status is CaseStatus.CLOSED:
            raise Stale(f"{view.number} is closed")
        if view.holder not in ("", by.id) and not by.role.covers(Role.SENIOR):
            raise NotAllowed(f"{view.number} is held by {view.holder_name}")
        return case, events

    async def _open_case(
        self, work: Work, brand: str, conversation: str
    ) -> tuple[Conversation, Case, Sequence[CaseEvent]]:
        where = await work.turns.conversation(brand, conversation)
        latest = await work.cases.latest_of(where.id) if where is not None and where.id is not None else None
        if where is None or latest is None or case_view(*latest).status is CaseStatus.CLOSED:
            raise NotFound(f"no open case in {conversation}")
        return where, *latest

    async def _conversation(self, work: Work, case: Case) -> Conversation:
        where = await work.turns.conversation_by_id(case.conversation_id)
        if where is None:
            raise NotFound(f"the conversation of {case.number}")
        return where


def require(who: StaffMember, needed: Role) -> None:
    """Raise NotAllowed unless `who` may do what `needed` may."""
    if not who.role.covers(needed):
        raise NotAllowed(f"{who.role.value} where {needed.value} is needed")
