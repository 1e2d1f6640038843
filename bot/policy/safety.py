"""Calling a human: the rules that come before every policy and that no policy can switch off."""

from bot.domain.assent import assent
from bot.domain.decision import Ask, Decision, Escalate
from bot.domain.escalation import Urgency
from bot.domain.incoming import Action, Command
from bot.domain.situation import Situation
from bot.domain.tact import case_open
from bot.policy.matching import found_in
from bot.policy.model import Found, PolicyBook
from bot.policy.mood import NEGATIVE
from bot.policy.waiting import danger_text, waiting
from nlp.types import Alarm, Intent, Mood

UNSURE = "builtin.unsure"  # the policy of asking back and of offering a colleague after it
DANGERS = frozenset({Alarm.DANGER, Alarm.INJURY, Alarm.SELF_HARM})
_UNSURE_AND_NEGATIVE, _UNSURE_AT_ALL = 2, 3  # unsure messages in a row
_NAMED = frozenset({Found.FAQ_NAMED, Found.PRODUCTS, Found.ORDER})
_TOLD_AGAIN = frozenset({"danger", "self_harm"})
_SAID_OUT_LOUD = frozenset({"fraud", "legal_threat", "human_wish"})


def alarm(situation: Situation, book: PolicyBook) -> Decision | None:
    alarms = situation.reading.alarms
    if Alarm.SELF_HARM in alarms:
        return _call(situation, book, "self_harm", Urgency.CRITICAL, "the message speaks of self-harm")
    if alarms & DANGERS:
        return _call(situation, book, "danger", Urgency.CRITICAL, "the message speaks of danger to a person")
    if Alarm.FRAUD in alarms:
        return _call(situation, book, "fraud", Urgency.CRITICAL, "the message speaks of fraud or a break-in")
    if Alarm.LEGAL_THREAT in alarms:
        return _call(situation, book, "legal_threat", Urgency.HIGH, "the message threatens legal steps")
    return None


def human_wish(situation: Situation, book: PolicyBook) -> Decision | None:
    why = _wish(situation)
    if not why or (_furious(situation, book) and not case_open(situation)):
        return None  # who is furious is heard as such, whether or not they ask for somebody
    urgency = Urgency.HIGH if situation.feeling in NEGATIVE else Urgency.NORMAL
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


def angry(situation: Situation, book: PolicyBook) -> Decision | None:
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


def failing(situation: Situation, book: PolicyBook) -> Decision | None:
    """Answers that do not help, or the same question over and over. A press or command is a clear step: not counted."""
    tried, safety = situation.tried, book.safety
    if not _worded(situation):
        return None
    if tried.failed >= safety.failed_limit:
        why = f"{tried.failed} answers in a row did not help"
    elif tried.same_intent >= safety.same_intent_limit and situation.feeling in NEGATIVE:
        why = f"asked for the same thing {tried.same_intent} times, and not content"
    else:
        return None
    return _call(situation, book, "repeated_failure", Urgency.NORMAL, why)


def worsening(situation: Situation, book: PolicyBook) -> Decision | None:
    run = situation.mood.negative_run
    if not _worded(situation) or run < book.safety.negative_run_limit:
        return None
    return _call(situation, book, "trend", Urgency.NORMAL, f"the last {run} messages in a row were negative")


def _worded(situation: Situation) -> bool:
    incoming = situation.incoming
    content = situation.feeling in (Mood.HAPPY, Mood.GRATEFUL)
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


def not_understood(situation: Situation, book: PolicyBook) -> Decision | None:
    """One question back is fair, guessing on is not: who is not content gets a human, everybody else the offer of one.

    What the message names itself, such as an order's code, needs no guess.
    """
    before = situation.tried.unsure
    if not situation.reading.unsure or not _worded(situation) or case_open(situation):
        return None
    if before >= _UNSURE_AND_NEGATIVE - 1 and _displeased(situation):
        why = f"{before + 1} messages in a row could not be read for sure, and the customer is not content"
        return _call(situation, book, "repeated_failure", Urgency.NORMAL, why)
    if before < _UNSURE_AT_ALL - 1 or found_in(situation) & _NAMED:
        return None
    why = f"{before + 1} messages in a row could not be read for sure: offering a colleague"
    return Ask(UNSURE, why, book.safety.texts.human_offer, form="human_offer")


def _displeased(situation: Situation) -> bool:
    """Whether the message is a negative one of its own, and no short word after one."""
    carried = situation.felt is not None and situation.felt.carried
    return situation.feeling in NEGATIVE and not carried
