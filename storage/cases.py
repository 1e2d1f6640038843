"""Escalated cases, requests to staff, and vouchers. Their status is never stored: it follows from their events."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.sqlite import QUICK
from storage.tables import Case, CaseEvent, Request, RequestEvent, Voucher, now_utc

OPENED, FORGOTTEN, CLOSED = "opened", "forgotten", "closed"
SETTLED = ("done", "refused")
_FIRST_NUMBER = 1001
_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no signs that look or sound alike

_WITH_EVENTS: Select[Case, CaseEvent] = select(Case, CaseEvent).join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
_NEWEST_OF = select(func.max(col(Case.id))).where(col(Case.conversation_id) == bindparam("conversation"))
_LATEST_OF = (
    _WITH_EVENTS.where(col(Case.id) == _NEWEST_OF.scalar_subquery())
    .order_by(col(CaseEvent.seq))
    .execution_options(**QUICK)
)

_REQUESTS = (
    select(Request, RequestEvent)
    .outerjoin(RequestEvent, col(RequestEvent.request_id) == col(Request.id))
    .where(col(Request.brand) == bindparam("brand"))
    .order_by(col(Request.id), col(RequestEvent.id))
)
_REQUESTS_OF = _REQUESTS.where(col(Request.customer_id) == bindparam("customer")).execution_options(**QUICK)
_SETTLED = select(col(RequestEvent.request_id)).where(
    col(RequestEvent.brand) == bindparam("brand"), col(RequestEvent.kind).in_(SETTLED)
)

CaseFile = tuple[Case, list[CaseEvent]]
RequestFile = tuple[Request, list[RequestEvent]]


class Cases(Repository):
    async def open(self, case: Case) -> Case:
        """Store a new case with its number (C-1001 …) and its first event."""
        case.number = f"C-{await self._next_number(case.brand, 'cases', _FIRST_NUMBER)}"
        await self._add(case)
        await self._add(CaseEvent(brand=case.brand, case_id=case.id or 0, seq=1, kind=OPENED, at=case.opened_at))
        return case

    async def get(self, brand: str, case_id: int) -> Case | None:
        """The case with this id."""
        return await self._first(select(Case).where(col(Case.brand) == brand, col(Case.id) == case_id))

    async def events(self, case_id: int) -> list[CaseEvent]:
        """A case's events in order."""
        return await self._all(select(CaseEvent).where(col(CaseEvent.case_id) == case_id).order_by(col(CaseEvent.seq)))

    async def latest_of(self, conversation_id: int) -> CaseFile | None:
        """The conversation's newest case with its events."""
        rows = await self._tuples(_LATEST_OF, {"conversation": conversation_id})
        return next(iter(_files(rows)), None)

    async def queue(self, brand: str) -> list[CaseFile]:
        """Every case that is not closed, most urgent first, then by age."""
        closed = select(col(CaseEvent.case_id)).where(col(CaseEvent.brand) == brand, col(CaseEvent.kind) == CLOSED)
        rows = await self._tuples(
            _WITH_EVENTS.where(col(Case.brand) == brand, col(Case.id).not_in(closed)).order_by(
                col(Case.urgency).desc(), col(Case.opened_at), col(Case.id), col(CaseEvent.seq)
            )
        )
        return list(_files(rows))

    async def append(
        self,
        case_id: int,
        seq: int,
        kind: str,
        staff_id: str = "",
        staff_name: str = "",
        note: str = "",
        at: datetime | None = None,
    ) -> bool:
        """Add the event number `seq`. False when that number is taken: somebody was faster, look again."""
        brand = select(table(Case).c.brand).where(table(Case).c.id == case_id).scalar_subquery()
        event = CaseEvent(
            brand="",
            case_id=case_id,
            seq=seq,
            kind=kind,
            staff_id=staff_id,
            staff_name=staff_name,
            note=note,
            at=at or now_utc(),
        )
        insert = self._upsert(CaseEvent).values(values_of(event) | {"brand": brand})
        return await self._write(insert.on_conflict_do_nothing(index_elements=["case_id", "seq"])) > 0

    async def escalate(self, case_id: int, urgency: int, card: dict[str, Any]) -> None:
        """An open case got worse: it is more urgent now, and its card shows what happened last."""
        rows = table(Case)
        await self._write(update(rows).where(rows.c.id == case_id).values(urgency=urgency, card=card))

    async def create_request(
        self,
        brand: str,
        kind: str,
        customer_id: str,
        conversation_id: int,
        order_code: str,
        fields: dict[str, Any],
    ) -> Request:
        """Store what a customer asks staff to do, with its number (R-1001 …)."""
        number = f"R-{await self._next_number(brand, 'requests', _FIRST_NUMBER)}"
        return await self._add(
            Request(
                brand=brand,
                number=number,
                kind=kind,
                customer_id=customer_id,
                conversation_id=conversation_id,
                order_code=order_code,
                fields=fields,
            )
        )

    async def request(self, brand: str, request_id: int) -> RequestFile | None:
        """One request with its events."""
        found = _request_files(await self._tuples(_REQUESTS.where(col(Request.id) == request_id), {"brand": brand}))
        return found[0] if found else None

    async def requests(self, brand: str, customer_id: str) -> list[RequestFile]:
        """The customer's requests with their events, newest first."""
        return _request_files(await self._tuples(_REQUESTS_OF, {"brand": brand, "customer": customer_id}))[::-1]

    async def open_requests(self, brand: str) -> list[RequestFile]:
        """Every request that is neither done nor refused, oldest first."""
        return _request_files(await self._tuples(_REQUESTS.where(col(Request.id).not_in(_SETTLED)), {"brand": brand}))

    async def settled_requests(self, brand: str, since: datetime, limit: int = 20) -> list[RequestFile]:
        """Requests that were done or refused since then, the last settled first."""
        done = select(col(RequestEvent.request_id)).where(
            col(RequestEvent.brand) == brand, col(RequestEvent.kind).in_(SETTLED), col(RequestEvent.at) >= since
        )
        files = _request_files(await self._tuples(_REQUESTS.where(col(Request.id).in_(done)), {"brand": brand}))
        return sorted(files, key=lambda file: file[1][-1].at, reverse=True)[:limit]

    async def request_event(self, brand: str, request_id: int, kind: str, staff_id: str = "", note: str = "") -> None:
        """A member of staff accepted, did or refused a request."""
        await self._add(RequestEvent(brand=brand, request_id=request_id, kind=kind, staff_id=staff_id, note=note))

    async def voucher(
        self, brand: str, customer_id: str, amount: int, reason: str, expires_at: datetime | None
    ) -> Voucher:
        """Promise the customer `amount` VND off, under a code that nobody guesses."""
        code = "V-" + "".join(secrets.choice(_CODE_SIGNS) for _ in range(8))
        voucher = Voucher(
            brand=brand, code=code, customer_id=customer_id, amount=amount, reason=reason, expires_at=expires_at
        )
        return await self._add(voucher)


def _files(rows: Sequence[Row[Case, CaseEvent]]) -> Iterable[CaseFile]:
    found: dict[int | None, CaseFile] = {}
    for case, event in rows:
        found.setdefault(case.id, (case, []))[1].append(event)
    return found.values()


def _request_files(rows: Sequence[Row[Request, RequestEvent]]) -> list[RequestFile]:
    found: dict[int | None, RequestFile] = {}
    for request, event in rows:
        events = found.setdefault(request.id, (request, []))[1]
        if event is not None:
            events.append(event)
    return list(found.values())
