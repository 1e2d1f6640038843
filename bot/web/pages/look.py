"""The shared look: theme, frame, mark, faces, and small building blocks."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from json import dumps
from pathlib import Path
from typing import Any, Generic, TypeVar

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from bot.domain.escalation import Role, StaffMember
from bot.web.session import Visit
from nlp.types import Mood

STYLE = (Path(__file__).parent / "thau.css").read_text(encoding="utf-8")
STYLE_URL = f"/thau.css?v={sha256(STYLE.encode()).hexdigest()[:10]}"
T = TypeVar("T")

# Brows, eyes and mouth of each face, drawn in a 24 by 24 box.
_FACES: dict[Mood, str] = {
    Mood.ANGRY: "M6.4 7.9 10 9.7M17.6 7.9 14 9.7M8.9 11.8v.4M15.1 11.8v.4M8 17.3Q12 13.6 16 17.3",
    Mood.FRUSTRATED: "M6.6 9H10M14 9h3.4M8.6 11.8v.4M15.4 11.8v.4M7.6 16.4l2.2-1.6 2.2 1.6 2.2-1.6 2.2 1.6",
    Mood.DISAPPOINTED: "M6.8 9.2 9.6 7.8M17.2 9.2 14.4 7.8M8.7 11.8v.4M15.3 11.8v.4M8.7 17Q12 14.6 15.3 17",
    Mood.ANXIOUS: "M6.8 8.6 9.8 7.2M17.2 8.6 14.2 7.2M8.7 10.9v.8M15.3 10.9v.8M8 16.2q2-2.2 4 0t4 0",
    Mood.CONFUSED: "M6.8 8.2h3M14.2 7.4q1.5-1.2 3 0M8.5 11v.4M15.5 11v.4M9 16.6 15.2 15",
    Mood.NEUTRAL: "M8.6 10v.4M15.4 10v.4M8.6 15.6h6.8",
    Mood.CURIOUS: "M6.9 7.8q1.5-1.2 3 0M14.1 7.8q1.5-1.2 3 0M8.5 10.8v.8M15.5 10.8v.8"
    "M10.9 15.7a1.1 1.3 0 1 0 2.2 0 1.1 1.3 0 1 0-2.2 0",
    Mood.HAPPY: "M8.6 9.6v.8M15.4 9.6v.8M7.4 14Q12 19 16.6 14",
    Mood.GRATEFUL: "M7 10.4q1.6-1.8 3.2 0M13.8 10.4q1.6-1.8 3.2 0M7.8 14Q12 18.4 16.2 14",
}
_ICONS = {
    "send": "M4 12 20 4l-4 16-4.5-6.5zM11.5 13.5 20 4",
    "attach": "M12 5v14M5 12h14",
    "photo": "M4 6h16v13H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.1",
    "voice": "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4z"
    "M6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
    "document": "M6 4h8l4 4v12H6zM14 4v4h4",
    "contact": "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1.5 1.5 0 0 1-1.6 1.5"
    "C10.7 20 4 13.3 3.5 5.6A1.5 1.5 0 0 1 5 4z",
    "video": "M4 7h11v10H4zM15 11l5-3v8l-5-3",
    "leave": "M14 5H5v14h9M10 12h10M17 9l3 3-3 3",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
}


@cache
def logo(size: int = 28) -> str:
    """The mark: two speech circles, and in what they share, understanding."""
    return (
        f'<svg width="{size}" height="{size}" viewBox="0 0 32 32" aria-hidden="true">'
        '<circle cx="12" cy="16" r="10" fill="#0d6560"/><circle cx="20" cy="16" r="10" fill="#e2a04a"/>'
        '<path d="M16 6.84a10 10 0 0 1 0 18.32 10 10 0 0 1 0-18.32z" fill="#fffaf0"/>'
        '<circle cx="16" cy="16" r="2.6" fill="#0d6560"/></svg>'
    )


@cache
def face_svg(mood: str, size: int) -> str:
    """A face for a mood, in its colour; a mood that is not known looks neutral."""
    known = next((each for each in Mood if each == mood), Mood.NEUTRAL)
    return (
        f'<svg class="face m-{known.value}" width="{size}" height="{size}" viewBox="0 0 24 24" aria-hidden="true">'
        '<circle cx="12" cy="12" r="11.5" fill="var(--mood)"/>'
        f'<path d="{_FACES[known]}" fill="none" stroke="#fff" stroke-width="1.7" stroke-linecap="round" '
        'stroke-linejoin="round"/></svg>'
    )


@cache
def icon_svg(name: str, size: int = 20) -> str:
    """A line icon in the colour of the text."""
    return (
        f'<svg width="{size}" height="{size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{_ICONS[name]}"/></svg>'
    )


def el(tag: str, classes: str = "", text: str = "", **attributes: str) -> TextElement:
    """A plain element with text shown as text, whatever stands in it. Attributes: `aria_label` means aria-label."""
    element = TextElement(tag=tag, text=text)
    if classes:
        element.classes(classes)
    for name, value in attributes.items():
        element.props[name.rstrip("_").replace("_", "-")] = value
    return element


def act(classes: str, text: str, call: Callable[[], Any], **attributes: str) -> TextElement:
    """A native button."""
    button = el("button", classes, text, type="button", **attributes)
    button.on("click", lambda _: call())
    return button


def drawing(svg: str) -> Element:
    """One of our own drawings."""
    return ui.html(svg, sanitize=False, tag="span").style("display: contents")


def face(mood: str, size: int = 22) -> Element:
    return drawing(face_svg(mood, size))


def icon(name: str, size: int = 20) -> Element:
    return drawing(icon_svg(name, size))


def icon_button(name: str, label: str, call: Callable[[], Any], classes: str = "") -> Element:
    """A round button that shows an icon and says its label to screen readers."""
    button = act(f"icon-button {classes}", "", call, aria_label=label, title=label)
    with button:
        icon(name)
    return button


def avatar(name: str) -> Element:
    """Initials on a colour that belongs to the name."""
    parts = re.findall(r"[^\W_]+", name) or ["?"]
    initials = (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()
    hue = sum(map(ord, name)) * 47 % 360
    return el("div", "avatar", initials, aria_hidden="true").style(f"--hue: {hue}")


def blank(title: str, about: str, mood: str = "") -> None:
    """An empty place that says what will stand here."""
    with el("div", "blank"):
        drawing(face_svg(mood, 56) if mood else logo(56))
        if title:
            el("p", "title", title)
        el("p", "", about)


class Keyed(Generic[T]):
    """Children of a box kept in step with a list: what stayed the same is not drawn again."""

    def __init__(self, box: Element, draw: Callable[[T], Element]) -> None:
        self._box = box
        self._draw = draw
        self._drawn: list[tuple[T, Element]] = []

    def show(self, items: Sequence[T]) -> None:
        same = 0
        while same < min(len(items), len(self._drawn)) and items[same] == self._drawn[same][0]:
            same += 1
        for _, element in self._drawn[same:]:
            element.delete()
        with self._box:
            self._drawn = self._drawn[:same] + [(item, self._draw(item)) for item in items[same:]]


def frame(visit: Visit, member: StaffMember | None, here: str) -> None:
    """Theme and top bar of a page; `here` is its path."""
    words = visit.words
    ui.add_head_html(
        f'<link rel="stylesheet" href="{STYLE_URL}"><meta name="color-scheme" content="light dark">'
        f"<script>document.documentElement.lang = '{words.language}';"
        f"document.documentElement.dataset.tooLong = {dumps(words['too_long'])}</script>"
    )
    with el("header", "top"):
        with el("a", "brand", "", href="/", aria_label="Thấu"):
            drawing(logo())
            el("span", "brand-name", "Thấu")
        with el("nav", "nav"):
            for path, name in _places(visit, member):
                el("a", "here" if path == here else "", words[name], href=path)
        with el("div", "who"):
            other = "en" if words.language == "vi" else "vi"
            with el("a", "quiet", href=f"/speak/{other}?next={here}", lang=other, title=words["other_language"]):
                el("span", "wide-only", words["other_language"])
                el("span", "phone-only", other.upper(), aria_hidden="true")
            _account(visit, member)


def _places(visit: Visit, member: StaffMember | None) -> list[tuple[str, str]]:
    places = [("/", "simulator")]
    if member is not None:
        places.append(("/desk", "desk"))
        if member.role.covers(Role.SENIOR):
            places.append(("/policies", "policies"))
    return places


def _account(visit: Visit, member: StaffMember | None) -> None:
    words = visit.words
    if member is None:
        el("a", "button small", words["log_in"], href="/login")
        return
    el("span", "name", f"{member.name} · {words.label('role', member.role.value)}")
    ui.html(
        f'<form method="post" action="/logout"><button class="quiet" title="{escape(words["log_out"])}">'
        f'<span class="wide-only">{escape(words["log_out"])}</span>'
        f'<span class="phone-only">{icon_svg("leave", 18)}</span></button></form>',
        sanitize=False,
    )
