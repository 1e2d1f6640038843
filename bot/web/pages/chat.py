"""The messenger's parts: bubbles, attachments, buttons. Shared by the simulator and the desk."""

from collections.abc import Callable
from functools import partial

from nicegui import ui
from nicegui.element import Element

from bot.web.markup import safe_html
from bot.web.pages.correcting import Correct, mood_read
from bot.web.pages.look import act, el, face, icon
from bot.web.pages.words import Words
from bot.web.view import Entry, PageButton, Understood

_WAVE = (6, 12, 18, 10, 22, 14, 8, 16, 20, 9, 13, 7)


def bubble(
    entry: Entry,
    words: Words,
    *,
    me: str,
    press: Callable[[PageButton], object] | None = None,
    inspect: Callable[[str], object] | None = None,
    correct: Correct | None = None,
) -> Element:
    """One entry as a row of the log. `me` is the author who looks: their words stand on the right.

    `correct` is told which mood staff heard in a turn; with it, the mood that was read is shown.
    """
    if entry.pressed:
        return _press_note(entry, words, inspect)
    if entry.note:
        return _note(entry, words)
    side = "mine" if entry.author == me or (me == "staff" and entry.author == "bot") else ""
    row = el("div", f"said {side} by-{entry.author} {'pending' if entry.pending else ''}", data_key=entry.key)
    with row:
        _body(entry, words)
        if entry.buttons and press is not None:
            _keys(entry, press)
        _meta(entry, words, me)
        if inspect is not None and entry.understood is not None:
            heard_tag(entry, words, inspect)
        if correct is not None:
            mood_read(entry, words, correct)
    return row


def heard_tag(entry: Entry, words: Words, inspect: Callable[[str], object]) -> None:
    """In one line what was understood; a click shows all of it."""
    found = entry.understood or Understood()
    with act("heard", "", lambda: inspect(entry.key), data_inspect=entry.key):
        if found.read:
            face(found.mood, 20)
            el("b", "", words.label("mood", found.mood))
            if found.unsure:
                el("span", "", f"({words['unsure']})")
            _dot()
            el("span", "", words.label("intent", found.intent))
            _dot()
        el("span", f"badge kind-{found.kind}", words.label("kind", found.kind) if found.kind else "…")


def typing(words: Words, shop: str) -> Element:
    """Three dots while the answer is on its way."""
    row = el("div", "said", role="status", aria_label=words["typing"].format(shop=shop))
    with row, el("div", "bubble typing"):
        for _ in range(3):
            el("i")
    return row


def _dot() -> None:
    el("span", "sep", "·", aria_hidden="true")


def _body(entry: Entry, words: Words) -> None:
    for kind, emoji in entry.attachments:
        if kind == "sticker":
            el("div", "bubble sticker", emoji or "🙂", role="img", aria_label=f"{words['sticker']} {emoji}")
        else:
            with el("div", "bubble"):
                _attachment(kind, words)
    if entry.text:
        if entry.html:
            ui.html(entry.text, sanitize=safe_html).classes("bubble")
        else:
            el("div", "bubble", entry.text)
    if entry.document is not None:
        name, content = entry.document
        with el("div", "bubble"), act("attachment", "", lambda: ui.download.content(content, name), title=name):
            icon("document", 24)
            el("span", "", name)


def _attachment(kind: str, words: Words) -> None:
    with el("div", f"attachment {kind}"):
        icon(kind if kind in ("photo", "voice", "video", "document", "contact") else "document", 24)
        if kind == "voice":
            with el("span", "wave", aria_hidden="true"):
                for height in _WAVE:
                    el("i").style(f"height: {height}px")
        el("span", "", words.get(kind, words["other"]))


def _keys(entry: Entry, press: Callable[[PageButton], object]) -> None:
    with el("div", "keys"):
        for row in entry.buttons:
            with el("div", "keys-row"):
                for key in row:
                    act("key", key.label, partial(press, key))


def _meta(entry: Entry, words: Words, me: str) -> None:
    with el("div", "meta"):
        if entry.author != me or entry.who:
            el("span", "", entry.who or words[entry.author])
        el("time", "", f"{entry.at:%H:%M}", datetime=entry.at.isoformat())
        if entry.joined > 1:
            el("span", "", words["joined"].format(count=entry.joined))
        if entry.edited:
            el("span", "", words["edited"])


def _note(entry: Entry, words: Words) -> Element:
    """Words among colleagues, where they were written."""
    row = el("div", "said mine among-us", data_key=entry.key)
    with row:
        el("div", "bubble", entry.text)
        with el("div", "meta"):
            el("span", "", f"{words['note']} · {entry.who}".strip(" ·"))
            el("time", "", f"{entry.at:%H:%M}", datetime=entry.at.isoformat())
    return row


def _press_note(entry: Entry, words: Words, inspect: Callable[[str], object] | None) -> Element:
    text = f"{words['pressed']}: {entry.pressed}"
    if inspect is None or entry.understood is None:
        return el("div", "said-note", text)
    return act("said-note", text, lambda: inspect(entry.key), data_inspect=entry.key)
