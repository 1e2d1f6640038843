"""Who one can be in the simulator: demo customers, with search, or a stranger."""

import re
from collections.abc import Callable, Sequence
from uuid import uuid4

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from bot.web.door import Persona
from bot.web.pages.look import Keyed, act, avatar, el, icon
from bot.web.pages.words import Words
from bot.web.session import Visit
from nlp.text import fold

STRANGER = re.compile(r"new-[0-9a-f]{12}")


def persona_of(visit: Visit, wanted: str) -> Persona:
    """The demo customer or the stranger of a link; without one, the first demo customer, or a new stranger."""
    if STRANGER.fullmatch(wanted):
        return stranger(visit, wanted)
    people = {person.id: person for person in visit.door.people} if visit.door.demo else {}
    return people.get(wanted) or next(iter(people.values()), None) or stranger(visit)


def stranger(visit: Visit, external_id: str = "") -> Persona:
    """Somebody the shop has never met."""
    words = visit.words
    return Persona(external_id or f"new-{uuid4().hex[:12]}", words["somebody_new"], words["somebody_new_about"])


def e164(number: str) -> str:
    """A phone number as Vietnam writes it, in international form."""
    digits = re.sub(r"[^0-9+]", "", number)
    return f"+84{digits[1:]}" if digits.startswith("0") else digits


_ARROWS = """(e) => {
  const step = {ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling'}[e.key];
  const here = e.target.closest('.person');
  if (!step || !here) return;
  e.preventDefault(); e.stopPropagation();
  here[step]?.focus();
}"""


class PeopleList:
    """Choose who to be. `choose` is called with the person; `somebody_new` for a stranger."""

    def __init__(
        self,
        words: Words,
        people: Sequence[Persona],
        choose: Callable[[Persona], object],
        somebody_new: Callable[[], object],
    ) -> None:
        self._words, self._people, self._choose = words, people, choose
        with el("div", "side-head"):
            el("h2", "", words["play_customer"])
            if people:
                search = el("input", "field", type="search", placeholder=words["search_people"])
                search.props["aria-label"] = words["search_people"]
                search.on(
                    "input", lambda event: self._search(str(event.args)), js_handler="(e) => emit(e.target.value)"
                )
            with act("button", "", somebody_new):
                icon("person", 18)
                el("span", "", words["somebody_new"])
        self._levels: dict[str, TextElement] = {}
        self._first: Persona | None = None
        # One stop for the Tab key; the arrows go through the list.
        box = el("div", "scroll")
        box.on("keydown", js_handler=_ARROWS)
        self._box = Keyed(box, self._draw)
        self._mark = el("style")
        self._search("")

    def mark(self, person_id: str) -> None:
        """Show who is being played."""
        self._mark.text = f'.side .person[data-person="{person_id}"] {{ background: var(--accent-soft) }}'

    def tell_level(self, person_id: str, level: str) -> None:
        """Show the level this customer has chosen by now."""
        if person_id in self._levels:
            label = self._words.label("level", level)
            if self._levels[person_id].text != label:
                self._levels[person_id].set_text(label)

    def _search(self, wanted: str) -> None:
        terms = fold(wanted).split()
        found = [each for each in self._people if all(term in fold(f"{each.name} {each.about}") for term in terms)]
        self._first = found[0] if found else None
        self._box.show(found)

    def _draw(self, person: Persona) -> Element:
        words = self._words
        first = person is self._first
        row = act("person", "", lambda: self._choose(person), data_person=person.id, tabindex="0" if first else "-1")
        with row:
            avatar(person.name)
            with el("div", "grow"):
                el("div", "name one-line", person.name)
                el("div", "about", person.about)
                with el("div", "marks"):
                    if person.stage:
                        el("span", "badge", words.label("stage", person.stage))
                    level = el("span", "badge", words.label("level", person.level), title=words["personal_level"])
                    self._levels[person.id] = level
                    if person.language:
                        el("span", "badge", person.language.upper())
        return row
