"""Columns on a wide screen, tabs on a phone: the same three parts."""

from collections.abc import Sequence
from functools import partial

from nicegui.element import Element

from bot.web.pages.look import act, el


class Tabs:
    """A tab bar that a wide screen hides, and the columns it chooses between."""

    def __init__(self, labels: Sequence[str], page: str) -> None:
        self._page = page
        self._columns: Element | None = None
        self._bar = el("div", "tabs", role="tablist")
        with self._bar:
            self._tabs = [act("tab", label, partial(self.see, place), role="tab") for place, label in enumerate(labels)]

    def columns(self) -> Element:
        """The box to draw the parts in, in the order of the labels."""
        self._columns = el("div", f"columns {self._page}")
        return self._columns

    def see(self, chosen: int) -> None:
        """On a phone, show this part."""
        if self._columns is not None:
            self._columns.classes(remove="see-0 see-1 see-2", add=f"see-{chosen}")
        self._bar.classes(replace=f"tabs {self._page}-tabs at-{chosen}")
        for place, tab in enumerate(self._tabs):
            tab.classes(replace="tab here" if place == chosen else "tab")
            tab.props["aria-selected"] = str(place == chosen).lower()
