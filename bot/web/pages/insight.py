"""The panel beside the chat: what was understood in one message, what was decided, and why."""

from nicegui.element import Element

from bot.domain.journey import JourneyStage
from bot.web.pages.look import blank, el, face
from bot.web.pages.words import Words, money
from bot.web.view import Entry, Understood

STRONG, CLEAR = 0.66, 0.33


def show_insight(entry: Entry | None, words: Words, moods: tuple[str, ...], case: tuple[str, str] | None) -> None:
    """Draw the panel for one customer entry. `case` is the number of the open case and, for staff, where it is."""
    if entry is None or entry.understood is None:
        blank("", words["nothing_understood"], "curious")
        return
    found = entry.understood
    if found.read:
        _mood(entry, found, words)
        _facts(found, words)
    if len(moods) > 1:
        with _panel(words["mood_line"]):
            mood_dots(moods, words)
    if found.kind:
        _decision(found, words)
        _journey(found, words)
        _suggestion(found, words)
    if case is not None:
        _case(case, words)


def mood_dots(moods: tuple[str, ...], words: Words) -> None:
    """The moods of a conversation as dots, the present one last and larger."""
    spoken = ", ".join(words.label("mood", mood) for mood in moods)
    with el("div", "dots", role="img", aria_label=spoken, title=spoken):
        for mood in moods[-24:]:
            el("span", f"dot m-{mood}")


def technical(why: str, words: Words) -> None:
    """A sentence of the engine's own, which stays in English."""
    with el("p", "why"):
        el("span", "hint", words["technical"])
        el("span", "", why, lang="en")


def _panel(title: str) -> Element:
    panel = el("section", "panel")
    with panel:
        el("h3", "", title)
    return panel


def _mood(entry: Entry, found: Understood, words: Words) -> None:
    with el("section", f"panel m-{found.mood}"):
        with el("div", "mood-big"):
            face(found.mood, 52)
            with el("div", "grow"):
                el("div", "name", words.label("mood", found.mood))
                with el("div", "row"):
                    el("span", "hint", f"{words['intensity']}: {words[_strength(found.intensity)]}")
                    if found.unsure:
                        el("span", "badge warn", words["unsure"])
        if entry.text:
            el("p", "quote", entry.text)
        with el("div", "bars"):
            for mood, score in found.moods:
                el("span", "", words.label("mood", mood))
                with el("span", f"bar m-{mood}", aria_hidden="true"):
                    el("i").style(f"width: {score:.0%}")
                el("span", "num", f"{score:.0%}")


def _strength(intensity: float) -> str:
    if intensity >= STRONG:
        return "intensity_high"
    return "intensity_mid" if intensity >= CLEAR else "intensity_low"


def _facts(found: Understood, words: Words) -> None:
    with el("section", "panel"), el("dl", "facts"):
        _fact(words["wants"], words.label("intent", found.intent))
        _fact(words["sure"], f"{found.confidence:.0%}" + (f" · {words['unsure']}" if found.unsure else ""))
        if found.emotions:
            _fact(words["emotions"], ", ".join(words.label("emotion", emotion) for emotion in found.emotions))
        if found.alarms:
            el("dt", "", words["alarms"])
            with el("dd", "row"):
                for alarm in found.alarms:
                    el("span", "badge danger", words.label("alarm", alarm))
        _fact(words["language"], words.label("language", found.language))
        _fact(words["read_by"], words.label("source", found.source))


def _fact(name: str, value: str) -> None:
    el("dt", "", name)
    el("dd", "", value)


def _decision(found: Understood, words: Words) -> None:
    with _panel(words["decision"]):
        with el("div", "row"):
            el("span", f"badge kind-{found.kind}", words.label("kind", found.kind))
            el("span", "mono hint", found.policy)
        technical(found.why, words)


def _journey(found: Understood, words: Words) -> None:
    with _panel(words["journey"]):
        with el("div", "steps", aria_hidden="true"):
            for stage in JourneyStage:
                here = "here" if stage == found.stage else ""
                el("span", f"step {here} {'risk' if stage is JourneyStage.AT_RISK else ''}")
        el("strong", "", words.label("stage", found.stage))
        if found.stage_why:
            technical(found.stage_why, words)


def _suggestion(found: Understood, words: Words) -> None:
    with _panel(words["suggestion"]):
        for offer in found.offered:
            with el("div", "offer"):
                with el("div", "row"):
                    el("span", "name grow", offer.name)
                    el("span", "hint", money(offer.price))
                el("p", "why", f"{words['true_reason']}: {offer.why}")
                el("span", "badge", words.label("kind_of", offer.reason)).style("align-self: flex-start")
        if not found.offered:
            reason = words.label("gate", found.gate) if found.gate else words["not_considered"]
            el("p", "why", f"{words['nothing_offered']}: {reason}" if found.gate else reason)


def _case(case: tuple[str, str], words: Words) -> None:
    number, where = case
    with _panel(words["case"]), el("div", "row"):
        el("span", "badge danger", number)
        if where:
            el("a", "button small", words["open_at_desk"], href=where)
