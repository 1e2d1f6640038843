"""Rows as the pages show them: one conversation as a list of entries, each with what was understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.escalation import CaseEventKind, CaseHappening, CaseView
from bot.domain.voice import marked
from bot.facts.cases import case_view
from storage.database import Database
from storage.showing import ShownTurn, posts_to_show, turns_to_show
from storage.tables import Outbox, Turn

SHOWN = 80


@dataclass(frozen=True, slots=True)
class Offered:
    """A product that was suggested and the reason the customer can ask for."""

    name: str
    price: int
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What was heard in a customer turn, what was decided, and why. `gate` is empty where nothing was to be offered."""

    language: str = ""
    mood: str = "neutral"
    moods: tuple[tuple[str, float], ...] = ()  # the likeliest ones, best first
    intensity: float = 0.0
    emotions: tuple[str, ...] = ()
    intent: str = "other"
    intents: tuple[tuple[str, float], ...] = ()
    alarms: tuple[str, ...] = ()
    confidence: float = 0.0
    unsure: bool = False
    source: str = ""
    stage: str = ""
    stage_why: str = ""
    kind: str = ""
    policy: str = ""
    policy_version: int = 0
    why: str = ""
    offered: tuple[Offered, ...] = ()
    gate: str = ""
    read: bool = True  # False for a pressed button or a command: there was nothing to read
    corrected: str = ""  # the mood that staff heard instead
    corrected_by: str = ""

    @property
    def right_mood(self) -> str:
        """The mood by the last word about it."""
        return self.corrected or self.mood


@dataclass(frozen=True, slots=True)
class PageButton:
    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said. `html` says that the text is Telegram's HTML."""

    key: str
    author: str  # customer, bot, staff
    at: datetime
    text: str = ""
    html: bool = False
    attachments: tuple[tuple[str, str], ...] = ()  # kind and, for stickers, emoji
    buttons: tuple[tuple[PageButton, ...], ...] = ()
    document: tuple[str, str] | None = None  # file name, content
    note: bool = False  # for colleagues; the customer does not see it
    pressed: str = ""
    joined: int = 1
    edited: bool = False
    pending: bool = False
    understood: Understood | None = None
    who: str = ""  # the name of the member of staff
    messages: tuple[str, ...] = ()
    turn: int = 0  # the number of a customer's turn


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation with its keyboard: the menu and the label of the phone sharing button, if any."""

    entries: tuple[Entry, ...] = ()
    menu: tuple[tuple[str, ...], ...] = ()
    ask_phone: str = ""

    def answered(self, key: str, at: datetime) -> bool:
        """Whether this message of the customer's has arrived, or was answered and forgotten with everything else."""
        if any(key in entry.messages for entry in self.entries):
            return True
        return all(entry.author != "customer" for entry in self.entries) and any(e.at > at for e in self.entries)

    def moods(self) -> tuple[str, ...]:
        """The moods heard, as far as staff did not say otherwise, oldest first."""
        heard = (entry.understood for entry in self.entries)
        return tuple(found.right_mood for found in heard if found is not None and found.read)


async def customer_chat(database: Database, brand: str, address: str) -> Chat:
    """The conversation as its customer sees it: own words, and what was delivered to them."""
    async with database.work() as work:
        conversation = await work.turns.conversation(brand, address)
        # Who was forgotten has no conversation any more, but is still told so.
        turns = await turns_to_show(work.session, conversation.id, SHOWN) if conversation and conversation.id else []
        posts = await posts_to_show(work.session, brand, address, SHOWN)
    labels = {(key.action, key.value): key.label for post in posts for row in _buttons(post.payload) for key in row}
    said = [_labelled(_customer_entry(shown), labels, shown.turn) for shown in turns if shown.turn.author == "customer"]
    entries = sorted([*said, *map(_post_entry, posts)], key=lambda entry: entry.at)
    return Chat(tuple(entries), *_keyboard(posts))


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as the desk opens it."""

    case: CaseView
    why: str
    policy: str
    card: dict[str, Any]
    story: tuple[CaseHappening, ...]
    conversation: str
    chat: Chat


async def case_file(database: Database, brand: str, case_id: int) -> CaseFile | None:
    """A case with its whole conversation as staff see it: every turn of everybody. None: there is no such case."""
    async with database.work() as work:
        case = await work.cases.get(brand, case_id)
        if case is None:
            return None
        events = await work.cases.events(case_id)
        where = await work.turns.conversation_by_id(case.conversation_id)
        turns = await turns_to_show(work.session, case.conversation_id, SHOWN)
    names = {event.staff_id: event.staff_name for event in events}
    said = (_customer_entry(each) if each.turn.author == "customer" else _turn_entry(each, names) for each in turns)
    story = tuple(
        CaseHappening(CaseEventKind(event.kind), event.at, event.staff_id, event.staff_name, event.note)
        for event in events
    )
    address = where.address if where else ""
    entries = sorted([*said, *map(_note_entry, _noted(story))], key=lambda entry: entry.at)
    return CaseFile(case_view(case, events), case.why, case.policy, case.card, story, address, Chat(tuple(entries)))


def _noted(story: Sequence[CaseHappening]) -> list[CaseHappening]:
    """What colleagues wrote for each other."""
    kinds = (CaseEventKind.NOTED, CaseEventKind.PASSED_ON)
    return [happening for happening in story if happening.kind in kinds and happening.note]


def _note_entry(happening: CaseHappening) -> Entry:
    key = f"note-{happening.at.isoformat()}"
    return Entry(key=key, author="staff", at=happening.at, text=happening.note, note=True, who=happening.staff_name)


def _keyboard(posts: Sequence[Outbox]) -> tuple[tuple[tuple[str, ...], ...], str]:
    """The reply keyboard in force: a phone question stands until the next message, a menu until the next menu."""
    menus = [post.payload["menu"] for post in posts if post.payload.get("menu")]
    menu = tuple(tuple(row) for row in menus[-1]) if menus else ()
    return menu, str(posts[-1].payload.get("ask_phone", "")) if posts else ""


def _post_entry(post: Outbox) -> Entry:
    name = str(post.payload.get("document", ""))
    return Entry(
        key=f"post-{post.id}",
        author="staff" if post.author == "staff" else "bot",
        at=post.created_at,
        text=str(post.payload.get("text", "")),
        html=True,
        buttons=_buttons(post.payload),
        document=(name, str(post.payload.get("document_text", ""))) if name else None,
    )


def _buttons(payload: Mapping[str, Any]) -> tuple[tuple[PageButton, ...], ...]:
    return tuple(
        tuple(PageButton(key["label"], key["action"], key.get("value", "")) for key in row)
        for row in payload.get("buttons") or ()
    )


def _turn_entry(shown: ShownTurn, names: Mapping[str, str]) -> Entry:
    turn = shown.turn
    who = names.get(turn.staff_id, "")
    return Entry(key=f"turn-{turn.id}", author=turn.author, at=turn.at, text=turn.text, html=True, who=who)


def _customer_entry(shown: ShownTurn) -> Entry:
    turn = shown.turn
    attached = turn.incoming.get("attachments") or ()
    press = turn.incoming.get("press")
    return Entry(
        key=f"turn-{turn.id}",
        author="customer",
        at=turn.at,
        text=marked(turn.text, [item["transcript"] for item in attached if item.get("transcript")]),
        attachments=tuple((item["kind"], item.get("emoji", "")) for item in attached),
        pressed=" ".join(filter(None, (press["action"], press["value"]))) if press else "",
        joined=max(len(turn.messages), 1),
        edited=turn.edited_at is not None,
        understood=_understood(shown) if shown.heard or shown.decided else None,
        messages=tuple(turn.messages),
        turn=turn.id or 0,
    )


def _labelled(entry: Entry, labels: Mapping[tuple[str, str], str], turn: Turn) -> Entry:
    press = turn.incoming.get("press")
    if not press:
        return entry
    return replace(entry, pressed=labels.get((press["action"], press["value"]), entry.pressed))


def _understood(shown: ShownTurn) -> Understood:
    heard, decided = shown.heard or {}, shown.decided
    corrected, corrected_by = shown.corrected or ("", "")
    incoming = shown.turn.incoming
    reading = Understood(
        language=heard.get("language", ""),
        mood=heard.get("mood", "neutral"),
        moods=_best(heard.get("mood_scores") or {}),
        intensity=heard.get("intensity", 0.0),
        emotions=tuple(heard.get("emotions") or ()),
        intent=heard.get("intent", "other"),
        intents=_best(heard.get("intent_scores") or {}),
        alarms=tuple(sorted(heard.get("alarms") or ())),
        confidence=heard.get("confidence", 0.0),
        unsure=heard.get("unsure", False),
        source=heard.get("source", ""),
        read=bool(heard) and not (incoming.get("press") or incoming.get("command")),
        corrected=corrected,
        corrected_by=corrected_by,
    )
    if decided is None:
        return reading
    return replace(
        reading,
        stage=decided.stage,
        stage_why=decided.stage_why,
        kind=decided.kind,
        policy=decided.policy,
        policy_version=decided.policy_version,
        why=decided.why,
        offered=tuple(
            Offered(item["name"], item["price"], item["reason"], item["why"])
            for item in decided.answer.get("suggestions") or ()
        ),
        gate=decided.answer.get("gate") or "",
    )


def _best(scores: Mapping[str, float], count: int = 3) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(scores.items(), key=lambda item: -item[1])[:count])
