"""Case rows as the domain's view of a case."""

from collections.abc import Sequence

from bot.domain.escalation import CaseEventKind, CaseHappening, CaseView, Urgency, holder_of, status_of
from storage.tables import Case, CaseEvent


def case_view(case: Case, events: Sequence[CaseEvent]) -> CaseView:
    """A case with its status and holder derived from its events (oldest first)."""
    happenings = [
        CaseHappening(CaseEventKind(event.kind), event.at, event.staff_id, event.staff_name, event.note)
        for event in events
    ]
    holder = holder_of(happenings)
    return CaseView(
        id=case.id or 0,
        number=case.number,
        status=status_of(happenings),
        reason=case.reason,
        urgency=Urgency(case.urgency),
        opened_at=case.opened_at,
        holder=holder.staff if holder else "",
        holder_name=holder.staff_name if holder else "",
    )
