"""What the customer decides about their data: levels, learning, export, erasure, and no more suggestions."""

from dataclasses import replace

from markupsafe import Markup

from bot.domain.consent import PersonalisationLevel
from bot.domain.effects import Effect, Forget, SetImprove, SetLevel, StopSuggestions
from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Action
from bot.domain.situation import Pending
from bot.reply.talk import Rows, SkillResult, Talk

FILE_NAME = "my-data.json"


def level_buttons(talk: Talk) -> Rows:
    """One button per level, each on its own row."""
    return tuple((talk.button(f"button_level_{level}", Action.LEVEL, level.value),) for level in PersonalisationLevel)


def level_meanings(talk: Talk) -> dict[str, Markup]:
    """What each level means, in the words that are kept with the consent."""
    return {level.value: talk.say(f"level_{level}") for level in PersonalisationLevel}


def privacy(talk: Talk) -> SkillResult:
    """The levels in honest words, the present one named; and whether corrected messages may teach the reader."""
    customer = talk.situation.customer
    result = talk.result(
        "privacy",
        solved=True,
        level=talk.label(f"button_level_{customer.level}"),
        stopped=customer.suggestions_stopped,
        improve=talk.say("improve"),
        improve_allowed=customer.improve_allowed,
        **level_meanings(talk),
    )
    other = "no" if customer.improve_allowed else "yes"
    improve = (talk.button(f"button_improve_{other}", Action.IMPROVE, other),)
    return replace(result, buttons=(*level_buttons(talk), improve), asked_level=True)


def set_level(talk: Talk, value: str) -> SkillResult:
    """Put a level in force at once, keeping the words the customer agreed to. Off ends the learning as well."""
    if value not in list(PersonalisationLevel):
        return talk.result("stale_button")
    level = PersonalisationLevel(value)
    effects: tuple[Effect, ...] = (SetLevel(level, talk.say(f"level_{level}").striptags()),)
    if talk.situation.customer.improve_allowed and level is PersonalisationLevel.OFF:
        effects += (SetImprove(allowed=False, wording=talk.say(f"level_{level}").striptags()),)
    back = talk.situation.customer.suggestions_stopped and level is not PersonalisationLevel.OFF
    if back:
        effects += (StopSuggestions(stopped=False),)
    result = talk.result(f"level_set_{level}", solved=True, meaning=talk.say(f"level_{level}"), back=back)
    return replace(result, effects=effects)


def set_improve(talk: Talk, *, yes: bool) -> SkillResult:
    """Let corrected messages teach the reader, or not any more, keeping the words the customer answered."""
    result = talk.result(f"improve_set_{'yes' if yes else 'no'}", solved=True)
    return replace(result, effects=(SetImprove(yes, talk.say("improve").striptags()),))


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
        improve_allowed=customer.improve_allowed,
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
