"""Cases: a human is asked in, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Urgency(IntEnum):
    """How soon a human is needed; higher is sooner."""

    NORMAL = 1
    HIGH = 2
    CRITICAL = 3


class CaseEventKind(StrEnum):
    """What can happen to a case. A closed case stays closed; a new problem opens a new one."""

    OPENED = "opened"
    CLAIMED = "claimed"
    PASSED_ON = "passed_on"  # back to the queue with a note
    NOTED = "noted"
    REPLIED = "replied"
    REMINDED = "reminded"
    FORGOTTEN = "forgotten"  # the customer had everything about them erased
    CLOSED = "closed"
    RATED = "rated"


class CaseStatus(StrEnum):
    WAITING = "waiting"
    HELD = "held"  # a human has it: the bot is silent
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseHappening:
    """One event of a case. `staff` is the acting person's id, empty for the bot or the customer."""

    kind: CaseEventKind
    at: datetime
    staff: str = ""
    staff_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """An escalated case as the rest of the house sees it."""

    id: int
    number: str
    status: CaseStatus
    reason: str
    urgency: Urgency
    opened_at: datetime
    holder: str = ""  # staff id while held
    holder_name: str = ""


def status_of(happenings: Sequence[CaseHappening]) -> CaseStatus:
    """The status of a case from its events, oldest first."""
    status = CaseStatus.WAITING
    for happening in happenings:
        match happening.kind:
            case CaseEventKind.CLOSED:
                return CaseStatus.CLOSED
            case CaseEventKind.CLAIMED:
                status = CaseStatus.HELD
            case CaseEventKind.PASSED_ON:
                status = CaseStatus.WAITING
            case _:
                pass
    return status


def holder_of(happenings: Sequence[CaseHappening]) -> CaseHappening | None:
    """The claim in force, or None when nobody holds the case."""
    holder: CaseHappening | None = None
    for happening in happenings:
        if happening.kind is CaseEventKind.CLAIMED:
            holder = happening
        elif happening.kind in (CaseEventKind.PASSED_ON, CaseEventKind.CLOSED):
            holder = None
    return holder


class Role(StrEnum):
    """What a member of staff may do; each role may do what the ones before it may."""

    AGENT = "agent"
    SENIOR = "senior"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role is enough where `needed` is asked for."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the shop."""

    id: str
    name: str
    role: Role
