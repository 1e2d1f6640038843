"""What to do with a turn: safety first, then what was pressed or is being asked, then the shop's policies.

The order below is the order of importance; the first rule with an answer decides.
An `Escalate` while a case is already waiting raises that case: a second one is never opened.
"""

from collections.abc import Callable

from bot.domain.assent import assent, farewell
from bot.domain.decision import Ask, Decision, Reply, Silence
from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Action, AttachmentKind, Command
from bot.domain.situation import Situation
from bot.domain.tact import case_open
from bot.policy.forms import belongs_to_form
from bot.policy.matching import evidence_of, reasons
from bot.policy.model import PolicyBook
from bot.policy.outcome import outcome
from bot.policy.safety import (
    DANGERS,
    UNSURE,
    alarm,
    angry,
    failing,
    human_wish,
    not_understood,
    worsening,
)
from bot.policy.voice import voice
from bot.policy.waiting import fits_waiting, only_a_sign, waiting
from nlp.types import Mood

Rule = Callable[[Situation, PolicyBook], Decision | None]
UNREADABLE = "builtin.unreadable"  # the policy of whatever only a human can hear or see


def decide(situation: Situation, book: PolicyBook) -> Decision:
    """The one decision for this situation, with the policy that made it and why."""
    for rule in _RULES:
        decision = rule(situation, book)
        if decision is not None:
            return decision
    texts = book.safety.texts
    if not situation.reading.unsure:
        return Ask("builtin.fallback", "no policy fits: offering a colleague", texts.human_offer, form="human_offer")
    if situation.tried.unsure:
        return Ask(UNSURE, "unsure again: offering a colleague", texts.human_offer, form="human_offer")
    return Ask(UNSURE, "the reading is unsure: asking back", texts.unclear, form="human_offer")


def _held(situation: Situation, book: PolicyBook) -> Decision | None:
    """A human has the conversation: the bot is silent, but for danger, where seconds count more than roles."""
    case = situation.case
    if case is None or case.status is not CaseStatus.HELD or situation.reading.alarms & DANGERS:
        return None
    silence = Silence("builtin.held", f"{case.holder_name or 'a colleague'} holds case {case.number}")
    return _own_choice(situation, book) or silence


def _own_choice(situation: Situation, book: PolicyBook) -> Decision | None:
    """Privacy, language and form of address stay the customer's to choose, whoever talks to them."""
    incoming, pending = situation.incoming, situation.pending
    press = incoming.press
    if incoming.command in _OWN_COMMANDS:
        return _command(situation, book)
    if press and (press.action in _OWN_PRESSES or (press.action is Action.MENU and press.value in _OWN_COMMANDS)):
        return _press(situation, book)
    if pending and pending.form == "forget" and assent(incoming.text) is not None:
        return _form(situation, book)
    return None


def _press(situation: Situation, book: PolicyBook) -> Decision | None:
    press = situation.incoming.press
    if press is None:
        return None
    skill = "form" if situation.pending and press.action in (Action.CHOOSE, Action.CONFIRM) else "press"
    return Reply(f"builtin.{skill}", f"the button {press.action} was pressed", skill=skill)


def _command(situation: Situation, book: PolicyBook) -> Decision | None:
    command = situation.incoming.command
    if command is None:
        return None
    return Reply("builtin.command", f"the customer asked for {command}", skill="command")


def _wordless(situation: Situation, book: PolicyBook) -> Decision | None:
    """A shared contact links orders; what can not be read offers a human; a bare sticker is a greeting or nothing."""
    incoming = situation.incoming
    kinds = {attachment.kind for attachment in incoming.attachments}
    if AttachmentKind.CONTACT in kinds:
        return Reply("builtin.contact", "the customer shared a contact", skill="find_order")
    said_something = any(attachment.emoji for attachment in incoming.attachments) and not situation.reading.unsure
    if only_a_sign(situation) and not (situation.pending and assent(incoming.text) is not None):
        return Silence("builtin.nothing", "a sign, while a colleague is called")
    if incoming.text.strip() or said_something:
        return None
    if kinds - {AttachmentKind.STICKER}:
        return Reply(UNREADABLE, f"{', '.join(sorted(kinds))} without text", skill="unreadable")
    if kinds and not situation.tried.greeted and not case_open(situation):
        return Reply("builtin.sticker", "a sticker before any word", skill="greeting")
    return Silence("builtin.nothing", "nothing was said")


def _form(situation: Situation, book: PolicyBook) -> Decision | None:
    pending = situation.pending
    if pending is None or not belongs_to_form(situation, pending, book.safety.leave_form_confidence):
        return None
    return Reply("builtin.form", f"an answer to the question for {pending.asks}", skill="form")


def _lookup(situation: Situation, book: PolicyBook) -> Decision | None:
    """An order number with its phone digits, given without being asked."""
    if situation.found_order is None and not situation.lookup_refused:
        return None
    return Reply("builtin.lookup", "an order number and phone digits were given", skill="find_order")


def _policies(situation: Situation, book: PolicyBook) -> Decision | None:
    evidence = evidence_of(situation)
    for policy in book.by_priority:
        because = reasons(policy.when, evidence)
        if because is not None and fits_waiting(policy, situation):
            decision = outcome(policy, ", ".join(because) or "always", situation)
            if decision is not None:
                return decision
    return None


def _waiting(situation: Situation, book: PolicyBook) -> Decision | None:
    """Nothing to answer while a colleague is on the way."""
    if not case_open(situation):
        return None
    return waiting(situation, book, "a colleague is called already")


def _small_talk(situation: Situation, book: PolicyBook) -> Decision | None:
    """A goodbye, or a bare yes, no or "let me think" that answers nothing; thanks with it says more."""
    said_more = situation.feeling is Mood.GRATEFUL
    if said_more or case_open(situation):
        return None
    if farewell(situation.incoming.text):
        return Reply("builtin.farewell", "the customer says goodbye", text=book.safety.texts.farewell)
    if assent(situation.incoming.text) is None:
        return None
    return Reply("builtin.small_talk", "yes or no to nothing in particular", text=book.safety.texts.small_talk)


_OWN_COMMANDS = frozenset(
    {Command.PRIVACY, Command.MYDATA, Command.FORGET, Command.STOP, Command.LANGUAGE, Command.ADDRESS}
)
_OWN_PRESSES = frozenset(
    {Action.LEVEL, Action.IMPROVE, Action.FORGET, Action.LANGUAGE, Action.ADDRESS, Action.NOT_INTERESTED}
)
_RULES: tuple[Rule, ...] = (
    _held,
    alarm,
    human_wish,
    angry,
    failing,
    worsening,
    _press,
    _command,
    voice,
    _wordless,
    _form,
    _lookup,
    _small_talk,
    not_understood,
    _policies,
    _waiting,
)
