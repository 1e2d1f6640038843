"""What the customer decides about their data: levels, export, erasure, and no more suggestions."""

from dataclasses import replace

from markupsafe import Markup

from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseStatus
from bot.domain.turn import Action, Effect, Forget, Pending, SetLevel, StopSuggestions
from bot.reply.talk import Rows, SkillResult, Talk

FILE_NAME = "my-data.json"


def level_buttons(talk: Talk) -> Rows:
    """One button per level, each on its own row."""
    return tuple((talk.button(f"button_level_{level}", Action.LEVEL, level.value),) for level in PersonalisationLevel)


def level_meanings(talk: Talk) -> dict[str, Markup]:
    """What each level means, in the words that are kept with the consent."""
    return {level.value: talk.say(f"level_{level}") for level in PersonalisationLevel}


def privacy(talk: Talk) -> SkillResult:
    """The levels in honest words, the present one named."""
    level = talk.label(f"button_level_{talk.situation.customer.level}")
    stopped = talk.situation.customer.suggestions_stopped
    result = talk.result("privacy", solved=True, level=level, stopped=stopped, **level_meanings(talk))
    return replace(result, buttons=level_buttons(talk), asked_level=True)


def set_level(talk: Talk, value: str) -> SkillResult:
    """Put a level in force at once, keeping the words the customer agreed to."""
    if value not in list(PersonalisationLevel):
        return talk.result("stale_button")
    level = PersonalisationLevel(value)
    effects: tuple[Effect, ...] = (SetLevel(level, talk.say(f"level_{level}").striptags()),)
    back = talk.situation.customer.suggestions_stopped and level is not PersonalisationLevel.OFF
    if back:
        effects += (StopSuggestions(stopped=False),)
    result = talk.result(f"level_set_{level}", solved=True, meaning=talk.say(f"level_{level}"), back=back)
    return replace(result, effects=effects)


def mydata(talk: Talk) -> SkillResult:
    """What is kept about the customer: a readable summary and the whole as a JSON document."""
    situation = talk.situation
    if not situation.mydata:
        return talk.result("mydata_none")
    customer = situation.customer
    result = talk.result(
        "mydata",
        solved=True,
        known=customer.known,
        address=customer.address.value,
        level=talk.label(f"button_level_{customer.level}"),
        orders=len(situation.orders),
        requests=len(situation.requests),
    )
    return replace(result, document=FILE_NAME, document_text=situation.mydata)


def forget(talk: Talk) -> SkillResult:
    """Ask before erasing everything."""
    buttons = ((talk.button("button_forget", Action.FORGET, "yes"), talk.button("button_keep", Action.FORGET, "no")),)
    pending = Pending("forget", "confirm", options=("yes", "no"))
    return replace(talk.result("forget_ask"), buttons=buttons, pending=pending)


def settle_forget(talk: Talk, *, yes: bool) -> SkillResult:
    """Erase, or leave everything as it is. An open case stays with staff, and the answer says so."""
    if not yes:
        return talk.result("forget_kept")
    case = talk.situation.case
    human = case is not None and case.status is not CaseStatus.CLOSED
    return replace(talk.result("forget_done", human=human), effects=(Forget(),))


def stop(talk: Talk) -> SkillResult:
    """No more suggestions, from now on."""
    return replace(talk.result("stop", solved=True), effects=(StopSuggestions(),))
