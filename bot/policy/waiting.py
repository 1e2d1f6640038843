"""What is said while a colleague is on the way: facts, what helps meanwhile, and nothing twice in a row."""

from bot.domain.decision import Decision, Reply, Silence
from bot.domain.situation import Situation
from bot.domain.tact import CROSS, case_open
from bot.policy.model import Found, Policy, PolicyBook, SafetyTexts
from nlp.types import Alarm, Intent, Mood

# Where things stand may always be told; whoever is cross, hurt or in despair gets nothing but that.
_FACTS = frozenset({"order_status", "find_order", "request_status"})
_IN_DANGER = frozenset({"danger", "self_harm"})
_SMALL_TALK = frozenset({Intent.GREETING, Intent.COMPLAINT, Intent.PRAISE})


def waiting(situation: Situation, book: PolicyBook, why: str) -> Decision:
    """Say that somebody is coming, in other words than just now; who just goes on has heard it twice at most."""
    texts = _texts(situation, book.safety.texts)
    lately = situation.tried.texts[-2:]
    text = next((key for key in texts if key not in lately[-1:]), texts[0])
    if set(texts) <= set(lately) and not _asks(situation) and not _in_danger(situation):
        return Silence("builtin.waiting", f"{why}, and the customer knows")
    return Reply("builtin.waiting", why, text=text)


def fits_waiting(policy: Policy, situation: Situation) -> bool:
    """Whether a policy may speak in this situation: beside a waiting case only what is sure and to the point."""
    if not case_open(situation):
        return True
    reading, skill = situation.reading, policy.then.skill
    if reading.unsure:
        return Found.ORDER in policy.when.found
    if situation.feeling in CROSS or _in_danger(situation):
        return skill in _FACTS
    return situation.feeling is Mood.GRATEFUL or reading.intent not in _SMALL_TALK


def only_a_sign(situation: Situation) -> bool:
    """Whether the text is a thumb or a heart to a waiting case: there is nothing to answer."""
    text = situation.incoming.text.strip() or _emoji(situation)
    speaks = any(letter.isalnum() or letter in "?!" for letter in text)
    return case_open(situation) and bool(text) and not speaks and situation.feeling not in CROSS


def danger_text(situation: Situation, texts: SafetyTexts) -> str:
    """The words for this kind of danger; said once already, those that go on from there."""
    alarms = situation.reading.alarms
    if Alarm.SELF_HARM in alarms:
        first, then = texts.self_harm, texts.self_harm_again
    else:
        first, then = texts.injury if Alarm.INJURY in alarms else texts.danger, texts.danger_again
    return then if first in situation.tried.texts else first


def _texts(situation: Situation, texts: SafetyTexts) -> tuple[str, ...]:
    reason = situation.case.reason if situation.case else ""
    if reason == "self_harm":
        return (texts.self_harm_again,)
    first = (texts.danger_again,) if reason == "danger" else ()
    return (*first, texts.waiting, texts.waiting_again)


def _in_danger(situation: Situation) -> bool:
    return situation.case is not None and situation.case.reason in _IN_DANGER


def _asks(situation: Situation) -> bool:
    wish = situation.reading.intent is Intent.HUMAN_AGENT or Alarm.HUMAN_WISH in situation.reading.alarms
    return wish or situation.incoming.text.rstrip().endswith("?")


def _emoji(situation: Situation) -> str:
    return "".join(attachment.emoji for attachment in situation.incoming.attachments)
