"""One open case: the conversation, the answer box, and what an agent needs to know."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from nicegui import ui
from nicegui.element import Element

from bot.desk.desk import Talk
from bot.domain.escalation import CaseEventKind, CaseHappening, CaseStatus, Role, StaffMember
from bot.web.pages.chat import bubble
from bot.web.pages.composer import CLICK_SENDS, ENTER_SENDS, LONGEST, ask_words
from bot.web.pages.insight import mood_dots, technical
from bot.web.pages.look import Keyed, act, avatar, blank, el, icon
from bot.web.pages.trouble import attempted
from bot.web.pages.words import Words, money
from bot.web.session import Visit
from bot.web.view import CaseFile, Entry, case_file
from nlp.types import Mood

_WRITE = "document.querySelector('.answer textarea')"


def called(card: Mapping[str, Any], words: Words) -> str:
    """The customer's name, or what stands for it."""
    return card.get("customer") or words["forgotten" if card.get("forgotten") else "unnamed"]


class CasePanel:
    """The middle and right columns of the desk."""

    def __init__(self, visit: Visit, columns: Element, changed: Callable[[], Awaitable[None]]) -> None:
        self._visit, self._door, self._words = visit, visit.door, visit.words
        self._columns, self._changed = columns, changed
        self._file: CaseFile | None = None
        self._member: StaffMember | None = None
        self._noting = False
        self._drawn: object = ()
        with el("main"):
            self._nothing = el("div", "blank")
            with self._nothing:
                blank(self._words["choose_case"], self._words["choose_case_about"])
            self._head = el("div", "chat-head")
            with el("div", "log", tabindex="0", aria_label=self._words["chat"]) as self._log_box:
                self._log = Keyed(el("div", "log-inner", aria_live="polite"), self._draw)
            self._answer = el("div", "answer")
        with el("aside", "side right") as self._side:
            self._facts = el("div", "scroll")

    async def show(self, case_id: int, member: StaffMember) -> None:
        """Show this case, or the invitation to choose one."""
        before = self._file.case.id if self._file else 0
        self._file = await case_file(self._door.database, self._door.brand, case_id) if case_id else None
        self._member = member
        if self._file is None or self._file.case.id != before:
            self._noting = False
        self._nothing.set_visibility(self._file is None)
        self._columns.classes(remove="closed") if self._file else self._columns.classes("closed")
        for part in (self._head, self._log_box, self._answer, self._side):
            part.set_visibility(self._file is not None)
        if self._file is not None:
            self._log.show(self._file.chat.entries)
            self._show_around(self._file)

    async def key(self, key: str) -> None:
        """r writes an answer, c claims."""
        if self._file is None:
            return
        if key == "r":
            ui.run_javascript(f"{_WRITE}?.focus()")
        elif self._file.case.status is CaseStatus.WAITING:
            await self._claim()

    def _show_around(self, file: CaseFile) -> None:
        """Draw head, answer box and facts, unless nothing about them changed: typing must not be disturbed."""
        state = (file.case, file.story, file.chat.moods(), self._noting, self._member)
        if state == self._drawn:
            return
        self._drawn = state
        for part, draw in (
            (self._head, self._draw_head),
            (self._answer, self._draw_answer),
            (self._facts, self._draw_facts),
        ):
            part.clear()
            with part:
                draw(file)

    def _draw(self, entry: Entry) -> Element:
        local = replace(entry, at=entry.at.astimezone(self._door.timezone))
        return bubble(local, self._words, me="staff", correct=self._correct)

    @property
    def _is_mine(self) -> bool:
        return bool(self._file and self._member and self._file.case.holder == self._member.id)

    @property
    def _may_take_away(self) -> bool:
        """Whether this member may pass on or close: the holder, a senior, anybody while nobody holds it."""
        senior = self._member is not None and self._member.role.covers(Role.SENIOR)
        return senior or self._is_mine or (self._file is not None and not self._file.case.holder)

    def _draw_head(self, file: CaseFile) -> None:
        words, case = self._words, file.case
        name = called(file.card, words)
        avatar(name)
        with el("div", "grow"):
            el("h1", "one-line", name)
            with el("div", "row"):
                el("span", "hint", f"{case.number} · {words.label('reason', case.reason)} · {self._holder(file)}")
        with el("div", "row"):
            if case.status is CaseStatus.WAITING:
                act("button primary small", words["claim"], self._claim)
            if case.status is CaseStatus.HELD and self._may_take_away:
                act("button small", words["pass_on"], self._pass_on)
            if case.status is not CaseStatus.CLOSED and self._may_take_away:
                act("button small", words["close"], self._close)

    def _holder(self, file: CaseFile) -> str:
        words, case = self._words, file.case
        if case.status is not CaseStatus.HELD:
            return words[case.status.value]
        return words["held_by_you"] if self._is_mine else words["held_by"].format(name=case.holder_name)

    def _draw_answer(self, file: CaseFile) -> None:
        words, case = self._words, file.case
        self._answer.set_visibility(case.status is not CaseStatus.CLOSED)
        elsewhere = case.status is CaseStatus.HELD and not self._is_mine
        noting = self._noting or elsewhere
        self._answer.classes(replace="answer noting" if noting else "answer")
        with el("div", "row"):
            with el("div", "switch"):
                if not elsewhere:
                    act("" if noting else "here", words["answer"], lambda: self._note_mode(False))
                act("here" if noting else "", words["note"], lambda: self._note_mode(True))
            hint = words["held_elsewhere"].format(name=case.holder_name) if elsewhere else words["send_keys"]
            el("span", "hint" if elsewhere else "hint send-keys", hint)
        with el("div", "answer-in"):
            label = words["write_note"] if noting else words["answer_customer" if self._is_mine else "answer_claims"]
            send = self._note if noting else self._say
            field = el("textarea", "", rows="1", data_longest=LONGEST, placeholder=label, aria_label=label)
            field.on("keydown", lambda event: send(str(event.args)), js_handler=ENTER_SENDS)
            button = el("button", "icon-button primary", type="button", aria_label=words["send"])
            button.on("click", lambda event: send(str(event.args)), js_handler=CLICK_SENDS)
            with button:
                icon("send")

    def _note_mode(self, noting: bool) -> None:
        self._noting = noting
        if self._file is not None:
            self._show_around(self._file)

    def _draw_facts(self, file: CaseFile) -> None:
        words, card = self._words, file.card
        with el("section", "panel"):
            el("h3", "", words["why"])
            if file.why:
                technical(file.why, words)
            with el("div", "row"):
                el("span", "badge", words.label("urgency", str(int(file.case.urgency))))
                el("span", "mono hint", file.policy)
        moods = file.chat.moods() or tuple(card.get("moods", ()))
        with el("section", "panel"):
            el("h3", "", words["mood_line"])
            mood_dots(moods, words)
            if moods:
                el("span", "hint", f"{words.label('mood', moods[-1])} · {words.label('trend', card.get('trend', ''))}")
        if card.get("suggested"):
            self._suggested(str(card["suggested"]))
        self._about(card)
        self._orders(card)
        with el("section", "panel"):
            el("h3", "", words["tried"])
            el("p", "mono why", ", ".join(card.get("tried", ())) or words["nothing_tried"])
        with el("section", "panel"):
            el("h3", "", words["happened"])
            with el("ul", "story"):
                for happening in file.story:
                    self._happening(happening)

    def _suggested(self, text: str) -> None:
        with el("section", "panel"):
            el("h3", "", self._words["suggested_reply"])
            el("p", "", text)
            use = f"() => {{ const f = {_WRITE}; f.value = f.value || {ui.json.dumps(text)}; f.focus(); }}"  # type: ignore[attr-defined]
            el("button", "button small", self._words["use_reply"], type="button").on("click", js_handler=use)

    def _about(self, card: dict[str, Any]) -> None:
        words = self._words
        with el("section", "panel"):
            el("h3", "", words["journey"])
            if card.get("stage"):
                el("strong", "", words.label("stage", card["stage"]))
                technical(card.get("stage_why", ""), words)
            with el("div", "row"):
                if card.get("language"):
                    el("span", "badge", words.label("language", card["language"]))
                if card.get("level"):
                    el("span", "badge", f"{words['personal_level']}: {words.label('level', card['level'])}")
            if card.get("phone"):
                with el("div", "row"):
                    el("span", "hint", words["phone"])
                    el("a", "mono", card["phone"], href=f"tel:{card['phone']}")

    def _orders(self, card: dict[str, Any]) -> None:
        words = self._words
        with el("section", "panel"):
            el("h3", "", words["orders"])
            for order in card.get("orders", ()):
                with el("div", "order"):
                    with el("div", "row"):
                        el("span", "mono grow", order["code"])
                        el("span", "badge", words.label("order", order["status"]))
                    el("span", "items", ", ".join(order["items"]))
                    el("span", "hint", " · ".join(filter(None, (money(order["total"]), order.get("tracking", "")))))
                    self._when(order)
            if not card.get("orders"):
                el("p", "why", words["no_orders"])

    def _when(self, order: Mapping[str, Any]) -> None:
        """When it arrived or should have: days late stand out, counted up to now."""
        words, zone = self._words, self._door.timezone
        if order.get("delivered_at"):
            at = datetime.fromisoformat(order["delivered_at"]).astimezone(zone)
            el("span", "hint", words["delivered_on"].format(at=f"{at:%d.%m.%Y}"))
        elif order.get("expected_at") and order["status"] not in ("returned", "cancelled", "delivered"):
            due = datetime.fromisoformat(order["expected_at"]).astimezone(zone)
            late = (datetime.now(UTC).astimezone(zone).date() - due.date()).days
            with el("div", "row"):
                el("span", "hint", words["due"].format(at=f"{due:%d.%m.%Y}"))
                if late > 0:
                    el("span", "badge danger", words["late_by"].format(count=late))
                elif late == 0:
                    el("span", "badge warn", words["late_today"])

    def _happening(self, happening: CaseHappening) -> None:
        at = happening.at.astimezone(self._door.timezone)
        said = self._words[f"event_{happening.kind.value}"].format(name=happening.staff_name)
        with el("li"):
            el("span", "", f"{at:%H:%M} · {said}")
            if happening.note and happening.kind is not CaseEventKind.OPENED:
                el("div", "note", happening.note)

    async def _claim(self) -> None:
        await self._do(lambda member, file: self._door.desk.claim(self._door.brand, file.case.id, member))

    async def _pass_on(self) -> None:
        note = await ask_words(self._words, self._words["pass_on_note"], self._words["pass_on"], needed=True)
        if note is not None:
            await self._do(lambda member, file: self._door.desk.pass_on(self._door.brand, file.case.id, member, note))

    async def _close(self) -> None:
        reason = await ask_words(self._words, self._words["close_reason"], self._words["close"])
        if reason is not None:
            await self._do(lambda member, file: self._door.desk.close(self._door.brand, file.case.id, member, reason))

    async def _say(self, text: str) -> None:
        await self._do(
            lambda member, file: self._door.desk.say(self._door.brand, file.conversation, member, Talk(text))
        )

    async def _note(self, text: str) -> None:
        self._noting = False  # the next words are for the customer again
        await self._do(lambda member, file: self._door.desk.note(self._door.brand, file.conversation, member, text))

    async def _correct(self, turn: int, mood: Mood) -> None:
        await self._do(lambda member, file: self._door.desk.correct_mood(self._door.brand, turn, member, mood))

    async def _do(self, deed: Callable[[StaffMember, CaseFile], Awaitable[object]]) -> None:
        """Act as whoever the session belongs to now; the core checks the right, the page only reports."""
        member, file = await self._visit.member(), self._file
        if member is not None and file is not None and await attempted(deed(member, file), self._words):
            self._door.feed.notify(file.conversation)
        await self._changed()
