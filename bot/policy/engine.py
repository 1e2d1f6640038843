"""What to do with a turn: safety first, then what was pressed or is being asked, then the shop's policies.

The order below is the order of importance; the first rule with an answer decides.
An `Escalate` while a case is already waiting raises that case: a second one is never opened.
"""

from collections.abc import Callable

from bot.domain.assent import assent, farewell
from bot.domain.decision import Ask, Decision, Escalate, Reply, Silence
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Action, AttachmentKind, Command
from bot.domain.situation import Situation
from bot.domain.tact import case_open
from bot.policy.forms import belongs_to_form
from bot.policy.matching import evidence_of, reasons
from bot.policy.model import PolicyBook
from bot.policy.mood import NEGATIVE
from bot.policy.outcome import outcome
from bot.policy.voice import voice
from bot.policy.waiting import danger_text, fits_waiting, only_a_sign, waiting
from nlp.types import Alarm, Intent, Mood

Rule = Callable[[Situation, PolicyBook], Decision | None]
UNREADABLE = "builtin.unreadable"  # the policy of whatever only a human can hear or see


def decide(situation: Situation, book: PolicyBook) -> Decision:
    """The one decision for this situation, with the policy that made it and why."""
    for rule in _RULES:
        decision = rule(situation, book)
        if decision is not None:
            return decision
    why = "the reading is unsure" if situation.reading.unsure else "no policy fits"
    policy = "builtin.unsure" if situation.reading.unsure else "builtin.fallback"
    return Ask(policy, f"{why}: offering a colleague", book.safety.texts.human_offer, form="human_offer")


def _held(situation: Situation, book: PolicyBook) -> Decision | None:
    """A human has the conversation: the bot is silent, but for danger, where seconds count more than roles."""
    case = situation.case
    if case is None or case.status is not CaseStatus.HELD or situation.reading.alarms & _DANGERS:
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


def _alarms(situation: Situation, book: PolicyBook) -> Decision | None:
    alarms = situation.reading.alarms
    if Alarm.SELF_HARM in alarms:
        return _call(situation, book, "self_harm", Urgency.CRITICAL, "the message speaks of self-harm")
    if alarms & _DANGERS:
        return _call(situation, book, "danger", Urgency.CRITICAL, "the message speaks of danger to a person")
    if Alarm.FRAUD in alarms:
        return _call(situation, book, "fraud", Urgency.CRITICAL, "the message speaks of fraud or a break-in")
    if Alarm.LEGAL_THREAT in alarms:
        return _call(situation, book, "legal_threat", Urgency.HIGH, "the message threatens legal steps")
    return None


def _human_wish(situation: Situation, book: PolicyBook) -> Decision | None:
    why = _wish(situation)
    if not why or (_furious(situation, book) and not case_open(situation)):
        return None  # who is furious is heard as such, whether or not they ask for somebody
    urgency = Urgency.HIGH if situation.reading.mood in NEGATIVE else Urgency.NORMAL
    return _call(situation, book, "human_wish", urgency, why)


def _wish(situation: Situation) -> str:
    incoming, reading, press = situation.incoming, situation.reading, situation.incoming.press
    if incoming.command is Command.HUMAN:
        return "the customer asked for a human by command"
    if press and (press.action is Action.HUMAN or (press.action is Action.MENU and press.value == Command.HUMAN)):
        return "the customer pressed the button for a human"
    if situation.pending and situation.pending.form == "human_offer" and _says_yes(situation):
        return "the customer accepted the offer of a human"
    if Alarm.HUMAN_WISH in reading.alarms or (reading.intent is Intent.HUMAN_AGENT and not reading.unsure):
        return "the customer asked for a human"
    return ""


def _says_yes(situation: Situation) -> bool:
    press = situation.incoming.press
    if press:
        return press.action in (Action.CONFIRM, Action.CHOOSE) and press.value == "yes"
    return assent(situation.incoming.text) is True


def _angry(situation: Situation, book: PolicyBook) -> Decision | None:
    reading = situation.reading
    if situation.incoming.command is not None:
        return None  # a clear step, however loudly it is asked for
    if _furious(situation, book):
        why = f"the customer is angry (confidence {reading.confidence:.2f})"
        return _call(situation, book, "angry", Urgency.HIGH, why)
    if reading.escalate:
        why = f"the reading says a human is needed ({reading.escalate_score:.2f})"
        return _call(situation, book, "needs_human", Urgency.HIGH, why)
    return None


def _furious(situation: Situation, book: PolicyBook) -> bool:
    reading = situation.reading
    sure = not reading.unsure and reading.confidence >= book.safety.angry_confidence
    by_command = situation.incoming.command is not None
    return reading.mood is Mood.ANGRY and (sure or reading.escalate) and not by_command


def _failing(situation: Situation, book: PolicyBook) -> Decision | None:
    """Answers that do not help, or the same question over and over. A press or command is a clear step: not counted."""
    tried, safety = situation.tried, book.safety
    if not _worded(situation):
        return None
    if tried.failed >= safety.failed_limit:
        why = f"{tried.failed} answers in a row did not help"
    elif tried.same_intent >= safety.same_intent_limit and situation.reading.mood in NEGATIVE:
        why = f"asked for the same thing {tried.same_intent} times, and not content"
    else:
        return None
    return _call(situation, book, "repeated_failure", Urgency.NORMAL, why)


def _worsening(situation: Situation, book: PolicyBook) -> Decision | None:
    run = situation.mood.negative_run
    if not _worded(situation) or run < book.safety.negative_run_limit:
        return None
    return _call(situation, book, "trend", Urgency.NORMAL, f"the last {run} messages in a row were negative")


def _worded(situation: Situation) -> bool:
    incoming = situation.incoming
    content = situation.reading.mood in (Mood.HAPPY, Mood.GRATEFUL)
    return bool(incoming.text.strip()) and incoming.press is None and incoming.command is None and not content


def _call(situation: Situation, book: PolicyBook, reason: str, urgency: Urgency, why: str) -> Decision | None:
    """Bring in a human, or raise the waiting case. Danger is told again each time."""
    case = situation.case if case_open(situation) else None
    texts = book.safety.texts
    if case and reason not in _TOLD_AGAIN and case.urgency >= urgency:
        if reason not in _SAID_OUT_LOUD:
            return None  # the human is called already: what can be answered meanwhile is answered
        return waiting(situation, book, f"{why}; case {case.number} is already waiting")
    return Escalate(
        f"builtin.{reason}",
        why,
        reason,
        urgency,
        text=danger_text(situation, texts) if reason in _TOLD_AGAIN else getattr(texts, reason),
        team=getattr(book.safety.teams, reason),
        skill=_facts_meanwhile(situation),
    )


def _facts_meanwhile(situation: Situation) -> str:
    """An angry customer who asks for a parcel is told where it is, too."""
    about_parcel = situation.reading.intent in (Intent.TRACK_ORDER, Intent.DELIVERY_PROBLEM)
    alarmed = bool(situation.reading.alarms - {Alarm.HUMAN_WISH})
    return "order_status" if about_parcel and situation.orders and not alarmed else ""


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
    said_more = situation.reading.mood is Mood.GRATEFUL
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
_DANGERS = frozenset({Alarm.DANGER, Alarm.INJURY, Alarm.SELF_HARM})
_TOLD_AGAIN = frozenset({"danger", "self_harm"})
_SAID_OUT_LOUD = frozenset({"fraud", "legal_threat", "human_wish"})
_RULES: tuple[Rule, ...] = (
    _held,
    _alarms,
    _human_wish,
    _angry,
    _failing,
    _worsening,
    _press,
    _command,
    voice,
    _wordless,
    _form,
    _lookup,
    _small_talk,
    _policies,
    _waiting,
)
