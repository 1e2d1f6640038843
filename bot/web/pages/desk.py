"""The web desk: what waits for staff, most urgent first, and one case open beside it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from fastapi import Request
from nicegui import ui
from nicegui.element import Element
from nicegui.events import KeyEventArguments
from starlette.responses import RedirectResponse, Response

from bot.desk.queue import QueueItem, RequestItem
from bot.desk.words import UNNAMED
from bot.domain.escalation import CaseStatus, Role, StaffMember
from bot.web.door import WebDoor
from bot.web.feed import EVERYTHING
from bot.web.markup import plain_text
from bot.web.pages.case import CasePanel, called
from bot.web.pages.composer import ask_words
from bot.web.pages.live import Live
from bot.web.pages.look import Keyed, act, blank, el, face, frame
from bot.web.pages.tabs import Tabs
from bot.web.pages.trouble import attempted
from bot.web.session import Visit, visit_of
from storage.tables import Inbox, Outbox

TICK_S = 20.0
LISTS = ("queue", "requests", "undelivered")
_TINTS = {"accepted": "accent", "done": "good", "refused": ""}
NOTHING = ("", "-")  # there is no photo


def add_desk(door: WebDoor) -> None:
    """Register the page at "/desk"."""

    @ui.page("/desk", title=f"Thấu · {door.shop}")
    async def desk(request: Request) -> Response | None:
        visit = visit_of(request, door)
        member = await visit.member()
        if member is None:
            return RedirectResponse(f"/login?next={request.url.path}", 303)
        frame(visit, member, "/desk")
        page = DeskPage(visit, member)
        page.build()
        wanted = request.query_params.get("case", "")
        await page.refresh()
        if wanted.isdecimal():
            await page.open(int(wanted))
        return None


class DeskPage:
    """One open desk."""

    def __init__(self, visit: Visit, member: StaffMember) -> None:
        self._visit, self._member = visit, member
        self._door, self._words = visit.door, visit.words
        self._list = "queue"
        self._queue: Sequence[QueueItem] = ()
        self._requests: Sequence[RequestItem] = ()
        self._settled: Sequence[RequestItem] = ()
        self._problems: Sequence[Outbox] = ()
        self._unheard: Sequence[Inbox] = ()
        self._others_shown: object = None
        self._open_case = 0

    def build(self) -> None:
        """Draw the columns; `refresh` fills them."""
        with el("div", "fill"):
            self._tabs = Tabs([self._words[name] for name in ("queue", "chat", "about_case")], "desk")
            with self._tabs.columns() as columns:
                with el("aside", "side"):
                    self._lists = el("div", "queue-tabs", role="tablist")
                    self._box = el("div", "scroll")
                    self._tickets: Keyed[tuple[QueueItem, str, bool]] = Keyed(self._box, self._ticket)
                    self._others = el("div", "scroll")
                    if self._member.role.covers(Role.ADMIN):
                        with el("div", "side-head"):
                            act("button small", self._words["link_group"], self._link_group)
                            self._name_box = el("div", "row")
                            self._show_name()
                self._panel = CasePanel(self._visit, columns, self.refresh)
            self._tabs.see(0)
        self._mark = el("style")
        self._live = Live(self._door.feed, self.refresh)
        self._live.follow(EVERYTHING)
        ui.timer(TICK_S, self._live.wake)
        ui.keyboard(self._on_key, repeating=False)

    async def refresh(self) -> None:
        """Read everything again and draw what changed; an ended session goes back to the login."""
        member = await self._visit.member()
        if member is None:
            ui.navigate.to("/login?next=/desk")
            return
        self._member = member
        self._queue = await self._door.desk.queue(self._door.brand)
        self._requests = await self._door.desk.requests(self._door.brand)
        self._settled = await self._door.desk.settled(self._door.brand)
        async with self._door.database.work() as work:
            self._problems = await work.mailbox.problems(self._door.brand)
            self._unheard = await work.mailbox.unheard(self._door.brand)
        self._show_lists()
        await self._panel.show(self._open_case, member)

    async def open(self, case_id: int) -> None:
        """Open a case beside the queue."""
        self._open_case = case_id
        self._mark.text = f'.side .ticket[data-case="{case_id}"] {{ background: var(--accent-soft) }}'
        ui.navigate.history.replace(f"/desk?case={case_id}")
        self._tabs.see(1)
        await self._panel.show(case_id, self._member)

    def _show_lists(self) -> None:
        failed = len(self._unheard) + len(self._problems)
        counts = {"queue": len(self._queue), "requests": len(self._requests), "undelivered": failed}
        self._lists.clear()
        with self._lists:
            for name in LISTS:
                with act(f"tab {'here' if name == self._list else ''}", "", partial(self._choose, name)):
                    el("span", "", self._words[name])
                    if counts[name]:
                        el("span", f"badge count {'danger' if name != 'requests' else 'accent'}", str(counts[name]))
        now = datetime.now(UTC)
        self._box.set_visibility(self._list == "queue" and bool(self._queue))
        self._tickets.show([(item, self._waiting(item, now), item.case.id == self._open_case) for item in self._queue])
        self._show_others()

    def _choose(self, name: str) -> None:
        self._list = name
        self._show_lists()

    def _show_others(self) -> None:
        failed = [*self._unheard, *self._problems]
        rows = {"queue": self._queue, "requests": self._requests, "undelivered": failed}[self._list]
        self._others.set_visibility(self._list != "queue" or not rows)
        shown = (self._list, list(rows) if self._list != "queue" else not rows, list(self._settled))
        if shown == self._others_shown:
            return
        self._others_shown = shown
        self._others.clear()
        with self._others:
            if not rows:
                mood = "neutral" if self._list == "queue" else "happy"
                blank(self._words[f"{self._list}_empty"], self._words[f"{self._list}_empty_about"], mood)
            elif self._list == "requests":
                for item in self._requests:
                    self._request(item)
            if self._list == "requests" and self._settled:
                el("h2", "side-title", self._words["settled_lately"])
                for item in self._settled:
                    self._request(item, over=True)
            if rows and self._list == "undelivered":
                for lost in self._unheard:
                    self._not_handled(lost)
                for row in self._problems:
                    self._problem(row)

    def _waiting(self, item: QueueItem, now: datetime) -> str:
        return self._words.ago(now - item.waiting_since) if item.waiting_since else ""

    def _ticket(self, shown: tuple[QueueItem, str, bool]) -> Element:
        item, waiting, _ = shown
        words, case = self._words, item.case
        row = act(f"ticket u{int(case.urgency)}", "", lambda: self.open(case.id), data_case=str(case.id))
        with row:
            face(item.moods[-1] if item.moods else "neutral", 26)
            el("span", "name one-line", called(item.card, words))
            el("span", "time", waiting)
            el("span", "words one-line", item.last_words or self._wordless(item))
            with el("span", "marks"):
                el("span", "badge", case.number)
                if int(case.urgency) > 1:
                    tint = "danger" if int(case.urgency) > 2 else "warn"
                    el("span", f"badge {tint}", words.label("urgency", str(int(case.urgency))))
                el("span", "badge", words.label("reason", case.reason))
                if case.status is CaseStatus.HELD:
                    mine = case.holder == self._member.id
                    holder = words["held_by_you"] if mine else words["held_by"].format(name=case.holder_name)
                    el("span", "badge accent", holder)
        return row

    def _wordless(self, item: QueueItem) -> str:
        """What came last, where it had no words."""
        if item.last_sent:
            return " · ".join(emoji or self._words.get(kind, self._words["other"]) for kind, emoji in item.last_sent)
        return "" if item.waiting_since is None or item.card.get("forgotten") else self._words["wordless"]

    def _request(self, item: RequestItem, *, over: bool = False) -> None:
        words = self._words
        with el("div", "work-item over" if over else "work-item"):
            with el("div", "row"):
                el("span", "title", f"{words.label('request', item.kind)} · {item.order}".strip(" ·"))
                el("span", "badge", item.number)
                el(
                    "span",
                    f"badge {_TINTS.get(item.status, 'warn')}",
                    words.label("status", item.status),
                )
            el("span", "hint", f"{item.customer or words['unnamed']} · {words.moment(self._local(item.created_at))}")
            with el("dl", "facts"):
                for name, value in item.fields.items():
                    el("dt", "", words.label("field", name))
                    self._field(item, name, str(value))
            if item.note:
                el("span", "hint", f"“{item.note}”")
            if over:
                return
            with el("div", "row"):
                fresh = item.status == "open"
                if fresh:
                    act("button small primary", words["accept"], lambda: self._settle(item, "accepted"))
                act(f"button small {'' if fresh else 'primary'}", words["done"], lambda: self._done(item))
                act("button small danger", words["refuse"], lambda: self._refuse(item))

    def _field(self, item: RequestItem, name: str, value: str) -> None:
        """What the customer gave. A photo is named by the channel's file id, which says nothing: link to it instead."""
        words = self._words
        if name != "photo":
            el("dd", "", words.get(f"value_{value}", value))
        elif value in NOTHING:
            el("dd", "", words["value_none"])
        elif item.topic:
            with el("dd"):
                el("a", "", words["open_topic"], href=item.topic, target="_blank", rel="noopener")
        else:
            el("dd", "", words["photo_in_chat"])

    def _problem(self, row: Outbox) -> None:
        words = self._words
        with el("div", "work-item"):
            with el("div", "row"):
                el("span", f"badge {'danger' if row.state == 'dead' else 'warn'}", words.label("state", row.state))
                el("span", "hint", f"{row.conversation or row.lane} · {words.moment(self._local(row.created_at))}")
            el("span", "", plain_text(str(row.payload.get("text", "")))[:200] or row.kind)
            el("span", "mono hint", row.error)

    def _not_handled(self, row: Inbox) -> None:
        words = self._words
        with el("div", "work-item"):
            with el("div", "row"):
                el("span", "badge danger", words["not_handled"])
                el("span", "hint", f"{row.conversation} · {words.moment(self._local(row.received_at))}")
            el("span", "mono hint", row.error)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._door.timezone)

    async def _done(self, item: RequestItem) -> None:
        words = self._words
        note = await ask_words(words, words["done_note"], words["done"], needed=True, hint=words["done_hint"])
        if note is not None:
            await self._settle(item, "done", note)

    async def _refuse(self, item: RequestItem) -> None:
        note = await ask_words(self._words, self._words["refuse_note"], self._words["refuse"], needed=True)
        if note is not None:
            await self._settle(item, "refused", note)

    async def _settle(self, item: RequestItem, status: str, note: str = "") -> None:
        member = await self._visit.member()
        if member is not None:
            deed = self._door.desk.settle_request(self._door.brand, item.id, member, status, note)
            await attempted(deed, self._words)
        await self.refresh()

    async def _link_group(self) -> None:
        member = await self._visit.member()
        if member is None:
            await self.refresh()
            return
        words = self._words
        code = await self._door.staff.issue_bind_code(member) if self._door.telegram else ""
        with ui.context.client.content, ui.dialog(value=True) as dialog, el("div", "sheet"):
            el("h2", "", words["link_group"])
            el("p", "", words["link_group_about"] if code else words["no_bot"])
            if code:
                el("div", "code", f"/link {code}")
            with el("div", "acts"):
                act("button", words["shut"], dialog.close)
                if code:
                    copied = f"navigator.clipboard.writeText('/link {code}').then(() => emit())"
                    copy = el("button", "button primary", words["copy"], type="button")
                    copy.on("click", lambda _: ui.notify(words["copied"], position="top"), js_handler=f"() => {copied}")

    def _show_name(self) -> None:
        """The name customers read, and the way to change it."""
        self._name_box.clear()
        with self._name_box:
            own = self._member.name != UNNAMED
            shown = self._words["name_shown" if own else "name_of_team"]
            el("span", "hint grow", shown.format(name=self._member.name if own else self._door.shop))
            act("button small", self._words["change_name"], self._rename)

    async def _rename(self) -> None:
        name = await ask_words(self._words, self._words["your_name"], self._words["save"], needed=True)
        member = await self._visit.member()
        if name is None or member is None:
            return
        if await attempted(self._door.staff.rename(member, member.id, name), self._words):
            await self.refresh()
            self._show_name()

    async def _on_key(self, event: KeyEventArguments) -> None:
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.meta or event.modifiers.alt:
            return
        key = str(event.key.name)
        if key in ("j", "k", "ArrowDown", "ArrowUp") and self._queue:
            numbers = [item.case.id for item in self._queue]
            here = numbers.index(self._open_case) if self._open_case in numbers else -1
            step = 1 if key in ("j", "ArrowDown") else -1
            await self.open(numbers[min(max(here + step, 0), len(numbers) - 1)])
        elif key in ("r", "c"):
            await self._panel.key(key)
