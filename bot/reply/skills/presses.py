"""Buttons, commands and running questions: each finds its skill here."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.assent import assent
from bot.domain.effects import Rate
from bot.domain.incoming import Action, Command, Press
from bot.domain.situation import Pending
from bot.domain.views import RequestKind
from bot.reply.skills import preferences, privacy, products, smalltalk, suggested
from bot.reply.skills.forms import carry_on
from bot.reply.skills.offers import offer_human
from bot.reply.skills.orders import find_order, request_status
from bot.reply.talk import SkillResult, Talk

COMMANDS: Mapping[Command, Callable[[Talk], SkillResult]] = {
    Command.START: smalltalk.start,
    Command.HELP: smalltalk.help_,
    Command.LANGUAGE: preferences.language,
    Command.HUMAN: smalltalk.human,
    Command.PRIVACY: privacy.privacy,
    Command.MYDATA: privacy.mydata,
    Command.FORGET: privacy.forget,
    Command.STOP: privacy.stop,
    Command.ADDRESS: preferences.address,
    Command.REQUESTS: request_status,
    Command.CANCEL: lambda talk: talk.result("form_left" if talk.situation.pending else "nothing_to_leave"),
}
_SCORES = range(1, 6)


def command(talk: Talk) -> SkillResult:
    """Carry out a command, by /name, menu button or plain words."""
    asked = talk.situation.incoming.command
    return COMMANDS[asked](talk) if asked else smalltalk.help_(talk)


def press(talk: Talk) -> SkillResult:
    """Carry out a pressed button; a button that means nothing any more is said to be old."""
    pressed = talk.situation.incoming.press
    return _pressed(talk, pressed) if pressed else talk.result("stale_button")


def _pressed(talk: Talk, pressed: Press) -> SkillResult:
    value = pressed.value
    match pressed.action:
        case Action.MENU if value in list(Command):
            return COMMANDS[Command(value)](talk)
        case Action.LANGUAGE:
            return preferences.set_language(talk, value)
        case Action.ADDRESS:
            return preferences.set_address(talk, value)
        case Action.LEVEL:
            return privacy.set_level(talk, value)
        case Action.IMPROVE if value in ("yes", "no"):
            return privacy.set_improve(talk, yes=value == "yes")
        case Action.WHY:
            return suggested.why(talk)
        case Action.NOT_INTERESTED:
            return suggested.not_interested(talk)
        case Action.DETAILS:
            return products.details(talk)
        case Action.FORGET:
            return privacy.settle_forget(talk, yes=value == "yes")
        case Action.HUMAN:
            return smalltalk.human(talk)
        case Action.RATE if value.isdecimal() and int(value) in _SCORES:
            return SkillResult("rated_thanks", talk.say("rated_thanks"), effects=(Rate(int(value)),))
        case _:
            return talk.result("stale_button")


def form(talk: Talk) -> SkillResult:
    """Go on with the question that is being asked."""
    pending = talk.situation.pending
    pressed = talk.situation.incoming.press
    if pending is None:
        return talk.result("stale_button")
    if pressed is not None and pressed.value not in pending.options:
        # A button of an earlier step: the question that stands stays open.
        return replace(talk.result("stale_button"), pending=pending)
    if pending.form in list(RequestKind):
        return carry_on(talk, pending)
    match pending.form:
        case "link":
            return find_order(talk)
        case "address":
            return _address(talk)
        case "forget":
            return _forget(talk)
        case "human_offer":
            return _human_offer(talk, pending)
        case _:
            return talk.result("stale_button")


def _said_yes(talk: Talk) -> bool | None:
    pressed = talk.situation.incoming.press
    return {"yes": True, "no": False}.get(pressed.value) if pressed else assent(talk.situation.incoming.text)


def _address(talk: Talk) -> SkillResult:
    pressed = talk.situation.incoming.press
    form = preferences.address_in(pressed.value if pressed else talk.situation.incoming.text)
    return preferences.set_address(talk, form.value) if form else preferences.address(talk)


def _forget(talk: Talk) -> SkillResult:
    """Only a clear yes erases."""
    return privacy.settle_forget(talk, yes=_said_yes(talk) is True)


def _human_offer(talk: Talk, pending: Pending) -> SkillResult:
    """A no goes on with the bot; a yes is the engine's to carry out, so what comes here unclear is asked once more."""
    if _said_yes(talk) is False:
        return talk.result("human_declined")
    if pending.tries:
        return talk.result("anything_else")
    return offer_human(talk, "human_offer")
