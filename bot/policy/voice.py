"""A voice message that nobody here could put into words: in a tense conversation a human listens to it."""

from bot.domain.decision import Decision, Escalate, Reply
from bot.domain.escalation import Urgency
from bot.domain.journey import HappeningKind, JourneyStage
from bot.domain.situation import Situation, Trend
from bot.domain.tact import CROSS, case_open
from bot.domain.voice import unheard_in
from bot.policy.model import PolicyBook
from bot.policy.mood import NEGATIVE
from bot.policy.waiting import waiting
from nlp.types import Mood

POLICY = "builtin.voice"
_LATELY = 3  # moods back that anger is remembered
_CONTENT = frozenset({Mood.HAPPY, Mood.GRATEFUL})
_SAID_UNHEARD = frozenset({"unreadable_voice", "voice_unclear", "voice_too_long"})
_URGENT_REASONS = frozenset({"danger", "self_harm"})


def voice(situation: Situation, book: PolicyBook) -> Decision | None:
    """Relay what can not be heard: to the colleague who is called already, or to one called for it when it is tense."""
    incoming = situation.incoming
    if not unheard_in(incoming) or incoming.press is not None or incoming.command is not None:
        return None
    texts = book.safety.texts
    if case_open(situation):
        return None if incoming.text.strip() else _to_who_is_called(situation, book)
    why = tension(situation)
    if not why:
        return None
    urgency = Urgency.HIGH if _cross(situation) else Urgency.NORMAL
    return Escalate(POLICY, f"a voice message, and {why}", "voice", urgency, texts.voice, team=book.safety.teams.voice)


def tension(situation: Situation) -> str:
    """Why words that can not be heard here must not wait, or the empty string."""
    moods = situation.mood.moods
    if moods and moods[-1] in NEGATIVE:
        return f"the last words were {moods[-1]}"
    if situation.mood.trend is Trend.FALLING:
        return "the mood is falling"
    if _cross(situation):
        return "there was anger a moment ago"
    if _complaint_open(situation) or situation.tried.texts[-1:] == ("complaint_what",):
        return "a complaint is not settled"
    if len(unheard_in(situation.incoming)) > 1 or _SAID_UNHEARD & set(situation.tried.texts):
        return "it is not the first one"
    return ""


def _to_who_is_called(situation: Situation, book: PolicyBook) -> Decision:
    case, text = situation.case, book.safety.texts.voice
    why = "a voice message for the colleague who is called already"
    if (case is not None and case.reason in _URGENT_REASONS) or situation.tried.texts[-1:] == (text,):
        return waiting(situation, book, why)
    return Reply(POLICY, why, text=text)


def _cross(situation: Situation) -> bool:
    moods = situation.mood.moods
    return bool(CROSS & set(moods[-_LATELY:])) and moods[-1] not in _CONTENT


def _complaint_open(situation: Situation) -> bool:
    """Whether a complaint that puts the customer at risk came after the last case was closed."""
    if situation.stage.stage is not JourneyStage.AT_RISK:
        return False
    kinds = [one.kind for one in situation.happenings if one.kind in _COMPLAINTS]
    return kinds[-1:] == [HappeningKind.COMPLAINED]


_COMPLAINTS = frozenset({HappeningKind.COMPLAINED, HappeningKind.CASE_CLOSED})
