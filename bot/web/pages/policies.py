"""The policies in force, to read: what decides when, how often it did, and whether config.yaml agrees."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from bot.domain.escalation import Role
from bot.policy.model import Policy, PolicyBook
from bot.web.door import WebDoor
from bot.web.pages.look import blank, el, frame
from bot.web.pages.words import Words
from bot.web.session import visit_of
from storage.showing import policy_use
from storage.tables import PolicyVersion

LATELY = timedelta(days=7)


def add_policies(door: WebDoor) -> None:
    """Register the page at "/policies"."""

    @ui.page("/policies", title=f"Thấu · {door.shop}")
    async def policies(request: Request) -> Response | None:
        visit = visit_of(request, door)
        member = await visit.member()
        if member is None:
            return RedirectResponse("/login?next=/policies", 303)
        frame(visit, member, "/policies")
        if not member.role.covers(Role.SENIOR):
            blank(visit.words["seniors_only"], "", "neutral")
            return None
        async with door.database.work() as work:
            live = await work.policies.live(door.brand)
            since = datetime.now(UTC) - LATELY
            used = await policy_use(work.session, door.brand, since)
            corrected = await work.corrections.counts(door.brand, since)
        edition = await door.library.refresh()
        with el("main", "page"):
            el("h1", "", visit.words["policies"])
            el("p", "lead", visit.words["policies_about"])
            el("p", "lead", visit.words["policies_edit"])
            _state(door, visit.words, live, differing(door.configured, edition.book))
            _rules(edition.book, used, visit.words)
            _builtin(edition.book, used, visit.words)
            _corrected(corrected, visit.words)
        return None


def differing(configured: PolicyBook, live: PolicyBook) -> list[str]:
    """The ids of the rules that config.yaml and the version in force do not share, and "safety"."""
    ours = {rule.id: rule for rule in configured.rules}
    theirs = {rule.id: rule for rule in live.rules}
    changed = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return [*(["safety"] if configured.safety != live.safety else []), *changed]


def _state(door: WebDoor, words: Words, live: PolicyVersion | None, drift: list[str]) -> None:
    with el("div", "state"):
        if live is None:
            el("strong", "", words["no_version"])
            return
        el("strong", "", words["version"].format(number=live.number))
        at = words.moment(live.published_at.astimezone(door.timezone))
        el("span", "hint", words["published"].format(at=at, author=live.author))
        if not drift:
            el("span", "badge good", words["no_drift"])
            return
        el("span", "badge warn", words["drift"])
        el("span", "mono hint", ", ".join(drift))


def _rules(book: PolicyBook, used: Mapping[str, int], words: Words) -> None:
    with el("div", "table"), el("table"):
        with el("thead"), el("tr"):
            for name in ("priority", "policy", "when", "then"):
                el("th", "num" if name == "priority" else "", words[name], scope="col")
            el("th", "num", words["used_7d"], scope="col")
        with el("tbody"):
            for rule in book.by_priority:
                _rule(rule, used.get(rule.id, 0), words)


def _rule(rule: Policy, count: int, words: Words) -> None:
    document = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    with el("tr"):
        el("td", "num priority", str(rule.priority), data_label=words["priority"])
        with el("td", "name"):
            el("div", "mono", rule.id)
            if rule.note:
                el("div", "hint", rule.note)
        with el("td", "wide"):
            _terms(document.get("when") or {}, words, words["always"])
        with el("td", "wide"):
            _terms(document.get("then") or {}, words, "")
        el("td", "num used", f"{count:,}", data_label=words["used_7d"])


def _terms(terms: Mapping[str, Any], words: Words, nothing: str) -> None:
    with el("div", "terms"):
        for name, value in terms.items():
            with el("span", "term"):
                el("span", "key-name", words.label("term", name))
                el("span", "", _words_of(value, words, name))
        if not terms:
            el("span", "hint", nothing)


# Terms whose values have labels of their own under another name.
_GROUPS = {"emotions": "emotion", "kinds": "kind_of", "mood": "mood"}
_AS_WRITTEN = ("skill", "text", "ask", "offer", "lead", "policy", "form", "team")  # keys of config.yaml


def _words_of(value: Any, words: Words, name: str) -> str:
    """A term's value in words; keys of config.yaml stay as they are written there."""
    match value:
        case bool():
            return words["yes"] if value else words["no"]
        case list():
            return " / ".join(_words_of(item, words, name) for item in value)
        case dict():
            inner = ((words.label("term", key), _words_of(each, words, key)) for key, each in value.items())
            return ", ".join(f"{key}: {each}" for key, each in inner)
        case str() if name not in _AS_WRITTEN:
            return words.label(_GROUPS.get(name, name), value)
        case _:
            return str(value)


def _builtin(book: PolicyBook, used: Mapping[str, int], words: Words) -> None:
    """The rules above the policies, as far as they decided lately."""
    known = {rule.id for rule in book.rules}
    others = sorted(((name, count) for name, count in used.items() if name not in known), key=lambda item: -item[1])
    if not others:
        return
    el("h2", "", words["builtin_rules"]).style("font-weight: 650; font-size: 18px")
    with el("div", "terms"):
        for name, count in others:
            with el("span", "term"):
                el("span", "mono key-name", name)
                el("span", "", f"{count:,}")


def _corrected(moods: Mapping[tuple[str, str], int], words: Words) -> None:
    """How often staff heard another mood than the one that was read, the most frequent mistake first."""
    if not moods:
        return
    el("h2", "", words["corrected_7d"]).style("font-weight: 650; font-size: 18px")
    with el("div", "terms corrected"):
        for (read, mood), count in sorted(moods.items(), key=lambda item: -item[1]):
            with el("span", "term"):
                el("span", "key-name", f"{words.label('mood', read)} → {words.label('mood', mood)}")
                el("span", "", f"{count:,}")
