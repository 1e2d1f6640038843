"""Under a customer's words: the mood that was read, and two taps that say it was another one."""

from collections.abc import Callable
from functools import partial

from bot.web.pages.look import act, el, face
from bot.web.pages.words import Words
from bot.web.view import Entry, Understood
from nlp.types import Mood

Correct = Callable[[int, Mood], object]  # the turn, and the mood that staff heard in it

_INTO_VIEW = "(e) => { if (e.target.open) e.target.scrollIntoView({block: 'nearest'}); }"


def mood_read(entry: Entry, words: Words, correct: Correct) -> None:
    """The mood of a customer's words, corrected or not. A tap on it opens the nine moods, a second one stores."""
    found = entry.understood
    if found is None or not found.read or not entry.text or not entry.turn:
        return
    with el("details", "mood-read", data_turn=str(entry.turn)) as box:
        box.on("toggle", js_handler=_INTO_VIEW)
        with el("summary"):
            _line(found, words)
        with el("div", "choices", role="group", aria_label=words["which_mood"]):
            el("span", "ask", words["which_mood"])
            for mood in Mood:
                if mood != found.mood:
                    kind = "here" if mood == found.corrected else ""
                    _choice(entry.turn, mood, words.label("mood", mood), kind, correct)
            if found.corrected:
                as_read = words["as_read"].format(mood=words.label("mood", found.mood))
                _choice(entry.turn, Mood(found.mood), as_read, "back", correct)


def _line(found: Understood, words: Words) -> None:
    """What holds now; and what was read before, and who said otherwise."""
    face(found.right_mood, 20)
    el("b", "", words.label("mood", found.right_mood))
    if found.corrected:
        el("s", "", words.label("mood", found.mood))
        el("span", "", words["corrected_by"].format(name=found.corrected_by))
    elif found.unsure:
        el("span", "", f"({words['unsure']})")
    el("span", "wrong", words["wrong_mood"])


def _choice(turn: int, mood: Mood, label: str, kind: str, correct: Correct) -> None:
    with act(f"choice {kind}", "", partial(correct, turn, mood), data_mood=mood.value):
        face(mood, 20)
        el("span", "", label)
