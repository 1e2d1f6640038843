"""Who one can be in the simulator: demo customers, with search, or a stranger."""

import re
from collections.abc import Callable, Sequence
from uuid import uuid4

from nicegui.element import Element

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
        self._box = Keyed(el("div", "scroll"), self._draw)
        self._mark = el("style")
        self._search("")

    def mark(self, person_id: str) -> None:
        """Show who is being played."""
        self._mark.text = f'.side .person[data-person="{person_id}"] {{ background: var(--accent-soft) }}'

    def _search(self, wanted: str) -> None:
        terms = fold(wanted).split()
        self._box.show(
            [each for each in self._people if all(term in fold(f"{each.name} {each.about}") for term in terms)]
        )

    def _draw(self, person: Persona) -> Element:
        words = self._words
        row = act("person", "", lambda: self._choose(person), data_person=person.id)
        with row:
            avatar(person.name)
            with el("div", "grow"):
                el("div", "name one-line", person.name)
                el("div", "about", person.about)
                with el("div", "marks"):
                    if person.stage:
                        el("span", "badge", words.label("stage", person.stage))
                    el("span", "badge", words.label("level", person.level), title=words["personal_level"])
                    if person.language:
                        el("span", "badge", person.language.upper())
        return row
