"""Remarks beside the figures: on standard error, so that standard output stays rows."""

from rich.console import Console

_CONSOLE = Console(stderr=True, highlight=False, style="dim")


def note(text: str) -> None:
    """Say something that explains a figure and has no aim of its own."""
    _CONSOLE.print(text, markup=False, soft_wrap=True)
