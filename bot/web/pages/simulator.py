"""The customer's Telegram stand-in: be a customer, and see what the agent understands beside each message."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fastapi import Request
from nicegui import ui
from nicegui.element import Element
from starlette.responses import RedirectResponse, Response

from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Action, Attachment, AttachmentKind, Incoming, Press, Sender
from bot.errors import Busy
from bot.facts.cases import case_view
from bot.web.door import Persona, WebDoor
from bot.web.pages.chat import bubble, typing
from bot.web.pages.composer import Composer, ask_words
from bot.web.pages.examples import chips, starters
from bot.web.pages.insight import show_insight
from bot.web.pages.live import Live
from bot.web.pages.look import Keyed, avatar, el, frame
from bot.web.pages.people import PeopleList, e164, persona_of, stranger
from bot.web.pages.tabs import Tabs
from bot.web.session import Visit, visit_of
from bot.web.translate import address_of, message, update_of
from bot.web.view import Chat, Entry, PageButton, customer_chat

PATIENCE = timedelta(seconds=30)  # the dots stop after this, whatever became of the answer
NO_TIME = datetime.min.replace(tzinfo=UTC)
_STARTERS, _TYPING = "starters", "typing"


@dataclass(frozen=True, slots=True)
class Background:
    """What the page shows about the customer beside the chat itself."""

    level: str = PersonalisationLevel.OFF.value
    phone: str = ""
    case: tuple[str, str] | None = None  # number and, for staff, its place at the desk


def add_simulator(door: WebDoor) -> None:
    """Register the page at "/"."""

    @ui.page("/", title=f"Thấu · {door.shop}")
    async def simulator(request: Request) -> Response | None:
        visit = visit_of(request, door)
        if not await visit.may_simulate():
            return RedirectResponse("/login?next=/", 303)
        member = await visit.member()
        frame(visit, member, "/")
        page = Simulator(visit, with_desk=member is not None)
        page.build()
        await page.play(persona_of(visit, request.query_params.get("as", "")))
        return None


class Simulator:
    """One open simulator page."""

    def __init__(self, visit: Visit, *, with_desk: bool) -> None:
        self._visit, self._door, self._words = visit, visit.door, visit.words
        self._with_desk = with_desk
        self._persona = Persona("", "")
        self._chat = Chat()
        self._background = Background()
        self._pending: tuple[Entry, ...] = ()
        self._inspected = ""
        self._insight: object = None

    def build(self) -> None:
        """Draw the three columns; `play` fills them."""
        people, words = self._door.people if self._door.demo else (), self._words
        el("a", "skip", words["skip_to_chat"], href="#write")
        with el("div", "fill"):
            self._tabs = Tabs([words[name] for name in ("customers", "chat", "understood")], "sim")
            with self._tabs.columns():
                with el("aside", "side"):
                    self._people = PeopleList(words, people, self._choose, lambda: self._choose(stranger(self._visit)))
                with el("main"):
                    self._head = el("div", "chat-head")
                    with el("div", "log", tabindex="0", aria_label=words["chat"]):
                        self._log = Keyed(el("div", "log-inner", aria_live="polite"), self._draw)
                    with el("div", "examples") as self._example_bar:
                        self._examples = el("div", "examples-row")
                    self._composer = Composer(words, self.say, self.attach, self._share_phone)
                with el("aside", "side right", aria_label=words["understood"]):
                    self._panel = el("div", "scroll")
            self._tabs.see(1)
        self._mark = el("style")
        self._live = Live(self._door.feed, self.refresh)
        ui.timer(1.5, lambda: self._live.wake() if self._pending else None)

    def _choose(self, persona: Persona) -> object:
        self._tabs.see(1)
        ui.navigate.history.replace(f"/?as={persona.id}")
        return self.play(persona)

    async def play(self, persona: Persona) -> None:
        """Become this customer."""
        self._persona, self._pending, self._inspected, self._insight = persona, (), "", None
        self._people.mark(persona.id)
        self._live.follow(address_of(persona.id))
        self._examples.clear()
        with self._examples:
            chips(self._words, self._spoken, self.say)
        await self.refresh()

    @property
    def _spoken(self) -> str:
        return self._persona.language or self._words.language

    async def refresh(self) -> None:
        """Read the conversation again and draw what changed."""
        if not await self._visit.may_simulate():
            ui.navigate.to("/login?next=/")
            return
        persona = self._persona
        chat = await customer_chat(self._door.database, self._door.brand, address_of(persona.id))
        background = await self._look_around(persona)
        if persona is not self._persona:
            return  # another customer was chosen while the database answered
        self._chat, self._background = chat, background
        self._people.tell_level(persona.id, background.level)
        fresh = datetime.now(UTC) - PATIENCE
        waiting = (each for each in self._pending if each.at > fresh)
        self._pending = tuple(each for each in waiting if not chat.answered(each.key, each.at))
        self._show()

    async def _look_around(self, persona: Persona) -> Background:
        async with self._door.database.work() as work:
            found = await work.customers.by_identity(self._door.brand, "web", persona.id)
            conversation = await work.turns.conversation(self._door.brand, address_of(persona.id))
            latest = await work.cases.latest_of(conversation.id) if conversation and conversation.id else None
        level, phone = (found[0].level, found[0].phone) if found else (persona.level, "")
        view = case_view(*latest) if latest else None
        if view is None or view.status is CaseStatus.CLOSED:
            return Background(level, phone)
        return Background(level, phone, (view.number, f"/desk?case={view.id}" if self._with_desk else ""))

    def _show(self) -> None:
        self._show_head()
        waiting = (Entry(_TYPING, "bot", NO_TIME),) if self._pending else ()
        entries = (*self._chat.entries, *self._pending, *waiting)
        self._log.show(entries or (Entry(_STARTERS, "bot", NO_TIME, self._spoken),))
        self._example_bar.set_visibility(bool(entries))
        self._composer.show_keyboard(self._chat.menu, self._chat.ask_phone)
        self._show_insight()

    def _show_head(self) -> None:
        words, persona = self._words, self._persona
        self._head.clear()
        with self._head:
            avatar(persona.name)
            with el("div", "grow"):
                el("h1", "one-line", persona.name)
                el("p", "hint one-line", persona.about if self._door.demo else words["live_simulator"])
            level = words.label("level", self._background.level)
            el("span", "badge", f"{words['personal_level']}: {level}")

    def _show_insight(self) -> None:
        heard = [entry for entry in self._chat.entries if entry.understood is not None]
        chosen = next((entry for entry in heard if entry.key == self._inspected), heard[-1] if heard else None)
        shown = (chosen, self._background, self._chat.moods())
        if shown == self._insight:
            return
        self._insight = shown
        self._mark.text = f'[data-inspect="{chosen.key}"] {{ border-color: var(--accent) }}' if chosen else ""
        self._panel.clear()
        with self._panel:
            show_insight(chosen, self._words, self._chat.moods(), self._background.case)

    def _inspect(self, key: str) -> None:
        self._inspected = key
        self._show_insight()
        self._tabs.see(2)

    def _draw(self, entry: Entry) -> Element:
        if entry.key == _STARTERS:
            return starters(self._words, self._spoken, self.say)
        if entry.key == _TYPING:
            return typing(self._words, self._door.shop)
        local = replace(entry, at=entry.at.astimezone(self._door.timezone))
        return bubble(local, self._words, me="customer", press=self.press, inspect=self._inspect)

    async def say(self, text: str) -> None:
        """Send a text, a menu label or a command."""
        await self._publish(self._message(text=text.strip()))

    async def press(self, button: PageButton) -> None:
        """Press a button under a message."""
        await self._publish(self._message(press=Press(Action(button.action), button.value)), button.label)

    async def attach(self, kind: AttachmentKind, emoji: str = "") -> None:
        """Send a stand-in for a photo, a voice message or a sticker."""
        await self._publish(self._message(attachments=(Attachment(kind, f"web-{kind.value}", emoji),)))

    async def _share_phone(self) -> None:
        """Share a phone number. Only the demo vouches for it: on a live database it would open a stranger's orders."""
        number: str | None = self._background.phone
        if not self._door.demo:
            number = ""
        elif not number:
            number = await ask_words(self._words, self._words["phone_to_share"], self._words["send"], needed=True)
        if number is not None:
            await self._publish(self._message(attachments=(Attachment(AttachmentKind.CONTACT, phone=e164(number)),)))

    def _message(
        self, *, text: str = "", press: Press | None = None, attachments: tuple[Attachment, ...] = ()
    ) -> Incoming:
        persona = self._persona
        sender = Sender(persona.id, persona.name, self._spoken)
        now = datetime.now(UTC)
        return message(self._door.brand, sender, now, text=text, press=press, attachments=attachments)

    async def _publish(self, incoming: Incoming, pressed: str = "") -> None:
        if not await self._visit.may_simulate():
            ui.navigate.to("/login?next=/")
            return
        try:
            await self._door.publish(update_of(incoming))
        except Busy:
            ui.notify(self._words["busy"], position="top")
            return
        attached = tuple((item.kind.value, item.emoji) for item in incoming.attachments)
        entry = Entry(
            key=incoming.messages[0],
            author="customer",
            at=incoming.at,
            text=incoming.text,
            attachments=attached,
            pressed=pressed,
            pending=True,
        )
        self._pending, self._inspected = (*self._pending, entry), ""
        self._tabs.see(1)
        self._show()
        self._live.wake()
