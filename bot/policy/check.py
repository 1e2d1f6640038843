"""What is wrong with a book of policies, in sentences an admin can act on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.views import RequestKind
from bot.policy.model import Policy, PolicyBook, TriedWhen, When

FORMS = frozenset({*RequestKind, "link", "human_offer", "address", "forget"})


@dataclass(frozen=True, slots=True)
class Known:
    """The names that policies may refer to."""

    texts: frozenset[str]
    skills: frozenset[str]
    teams: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()


def problems(book: PolicyBook, known: Known) -> list[str]:
    """Everything wrong with `book`; empty when it can be published."""
    found = [*_safety(book, known)]
    ids = [policy.id for policy in book.rules]
    for number, policy in enumerate(book.rules):
        where = f"rules[{number}] '{policy.id}'"
        if policy.id in ids[:number]:
            found.append(f"{where}: the id is taken by rules[{ids.index(policy.id)}]")
        found += [f"{where}: {problem}" for problem in _names(policy, known, ids)]
    return found + [*_unreachable(book)]


def _safety(book: PolicyBook, known: Known) -> Iterator[str]:
    for name, text in book.safety.texts.model_dump().items():
        for problem in _unknown("text", text, known.texts):
            yield f"safety.texts.{name}: {problem}"
    for name, team in book.safety.teams.model_dump().items():
        for problem in _unknown("team", team, known.teams):
            yield f"safety.teams.{name}: {problem}"


def _names(policy: Policy, known: Known, ids: list[str]) -> Iterator[str]:
    then = policy.then
    for text in (then.text, then.ask, then.offer, then.lead):
        yield from _unknown("text", text, known.texts)
    yield from _unknown("skill", then.skill, known.skills)
    yield from _unknown("form", then.form, FORMS)
    if then.escalate:
        yield from _unknown("text", then.escalate.text, known.texts)
        yield from _unknown("skill", then.escalate.skill, known.skills)
        yield from _unknown("team", then.escalate.team, known.teams)
    for when in _parts(policy.when):
        for segment in when.segment:
            yield from _unknown("segment", segment, known.segments)
        tried = when.tried or TriedWhen()
        for used in tried.policy:
            yield from _unknown("policy", used, ids)
        for text in tried.text:
            yield from _unknown("text", text, known.texts)


def _parts(when: When) -> Iterator[When]:
    yield when
    for part in (*when.any_of, *when.all_of, *when.none_of):
        yield from _parts(part)


def _unknown(kind: str, name: str | None, known: Iterable[str]) -> Iterator[str]:
    if name and name not in known:
        near = get_close_matches(name, known, n=1)
        yield f"unknown {kind} '{name}'" + (f"; did you mean '{near[0]}'?" if near else "")


def _unreachable(book: PolicyBook) -> Iterator[str]:
    """Rules that one before them always forestalls; one that may step aside (offer, escalation) forestalls none."""
    before: list[Policy] = []
    for policy in book.by_priority:
        blocker = next((other for other in before if _covers(other.when, policy.when)), None)
        if blocker:
            yield f"'{policy.id}' is never reached: '{blocker.id}' comes first and applies whenever it does"
        if not policy.then.offer and not policy.then.escalate and policy.then.form != "human_offer":
            before.append(policy)


_LISTS = ("mood", "trend", "intent", "emotions", "stage", "language", "segment", "level", "found", "hours")


def _covers(wide: When, narrow: When) -> bool:
    """Whether `wide` holds wherever `narrow` does, as far as a look at the keys can tell."""
    for name in type(wide).model_fields:
        mine, theirs = getattr(wide, name), getattr(narrow, name)
        if name == "unsure":
            fits = mine == "any" or bool(mine) == bool(theirs) and theirs != "any"
        elif name in _LISTS:
            fits = not mine or (bool(theirs) and set(theirs) <= set(mine))
        elif name == "intensity":
            fits = mine <= theirs
        else:
            fits = mine in (None, (), theirs)
        if not fits:
            return False
    return True
