"""What the stored turns of a conversation say: its moods, what was tried, which question still stands."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.situation import Felt, Pending, Tried
from bot.facts.codec import from_json
from bot.policy.felt import Earlier
from nlp.language import language_of
from nlp.types import Intent, Language, Mood, Reading
from storage.turns import Heard

# A chat on a messenger never ends; talk older than this is another conversation.
SESSION = timedelta(hours=24)
PENDING_LASTS = timedelta(hours=2)
RECENT = 3  # messages back to what "that one" can mean
TELLING = 0.5  # certainty of the language
_NOT_WORDS = frozenset({"builtin.press", "builtin.command"})
_UNDERSTOOD = frozenset({"builtin.form", "builtin.lookup", "builtin.small_talk", "builtin.farewell"})
_ANSWERS = frozenset({"reply", "ask", "offer"})
_NO_ANSWER = frozenset({"builtin.waiting"})  # told to wait, once more


def session_of(turns: Sequence[Heard], now: datetime) -> list[Heard]:
    """The customer turns of the running conversation, newest first, without long gaps."""
    running: list[Heard] = []
    last = now
    for heard in turns:
        if heard.author != "customer":
            continue
        if last - heard.at > SESSION:
            break
        running.append(heard)
        last = heard.at
    return running


def earlier_in(session: Sequence[Heard], answered_at: datetime | None) -> tuple[Earlier, ...]:
    """The messages heard so far with their moods as they were felt, oldest first; presses and commands carry none.

    `answered_at`: when a member of staff last wrote; whatever was asked before that has had its answer.
    """
    told = (heard for heard in reversed(session) if heard.mood and spoke(heard))
    return tuple(_earlier(heard, answered_at) for heard in told)


def _earlier(heard: Heard, answered_at: datetime | None) -> Earlier:
    felt = heard.reading.get("felt") or {}
    by_bot = heard.kind in _ANSWERS and heard.policy not in _NO_ANSWER and not heard.answer.get("failed", False)
    return Earlier(
        text=heard.text,
        mood=Mood(felt.get("mood", heard.mood)),
        unsure=bool(heard.reading.get("unsure", False)),
        carried=bool(felt.get("carried", False)),
        helped=by_bot or (answered_at is not None and answered_at > heard.at),
    )


def present(reading: Reading, feels: Felt | None) -> Earlier:
    """The message itself, as the end of its mood line."""
    mood, carried = (feels.mood, feels.carried) if feels else (reading.mood, False)
    return Earlier("", mood, unsure=reading.unsure, carried=carried)


def staff_at(turns: Sequence[Heard]) -> datetime | None:
    """When a member of staff last wrote, if one did."""
    return max((heard.at for heard in turns if heard.author == "staff"), default=None)


def tried_in(session: Sequence[Heard], intent: Intent, helped_at: datetime | None) -> Tried:
    """What this conversation has seen already. Failures before a human closed the last case are forgiven."""
    since = [heard for heard in session if helped_at is None or heard.at > helped_at]
    decided = [heard for heard in reversed(session) if heard.policy]
    answers = [heard.answer for heard in decided]
    return Tried(
        answers=sum(heard.kind in ("reply", "ask", "offer") for heard in decided),
        failed=_run(since, lambda heard: heard.kind in ("reply", "ask") and heard.answer.get("failed", False)),
        same_intent=_run(since, lambda heard: heard.intent == intent.value) if intent is not Intent.OTHER else 0,
        apologised=any(answer.get("apologised") for answer in answers),
        policies=tuple(heard.policy for heard in decided),
        texts=tuple(key for answer in answers for key in (answer.get("lead_key"), answer.get("text_key")) if key),
        greeted=any(heard.intent == Intent.GREETING.value or heard.policy == "greeting" for heard in decided),
        unsure=_run(since, lambda heard: spoke(heard) and _unclear(heard)),
    )


def pending_of(session: Sequence[Heard], now: datetime) -> Pending | None:
    """The question the bot asked last and still waits for."""
    if not session or now - session[0].at > PENDING_LASTS:
        return None
    asked = session[0].answer.get("pending")
    return from_json(Pending, asked) if asked else None


def shown_of(session: Sequence[Heard]) -> tuple[str, ...]:
    """What the newest answer that spoke of any thing spoke of, in order: skus and order codes."""
    told = (tuple(heard.answer.get("about", ())) for heard in session[:RECENT])
    return next(filter(None, told), ())


def talked_order(session: Sequence[Heard], codes: Sequence[str]) -> str:
    """The one order that was spoken of last, by either side; "" when it was none or several."""
    for heard in session[:RECENT]:
        said = heard.text.casefold()
        named = [code for code in codes if code in heard.answer.get("about", ()) or code.casefold() in said]
        if named:
            return named[0] if len(named) == 1 else ""
    return ""


def last_language(session: Sequence[Heard]) -> Language | None:
    """The language of the last words that had one."""
    for heard in session:
        if spoke(heard) and tells_language(heard.text) and heard.reading.get("language") in ("en", "vi"):
            return Language(heard.reading["language"])
    return None


def tells_language(text: str) -> bool:
    """Whether words show their language: "ok" and an order number do not."""
    return language_of(text)[1] >= TELLING


def spoke(heard: Heard) -> bool:
    """Whether a turn was words of the customer's own, not a button or a command."""
    worded = bool(heard.text) and not heard.text.startswith("/")  # a command that staff's presence kept unanswered
    return heard.author == "customer" and worded and heard.policy not in _NOT_WORDS


def _unclear(heard: Heard) -> bool:
    """Whether the words could not be read for sure, and did not just answer a question either."""
    return bool(heard.reading.get("unsure", False)) and heard.policy not in _UNDERSTOOD


def _run(session: Sequence[Heard], holds: Callable[[Heard], bool]) -> int:
    count = 0
    for heard in session:
        if not holds(heard):
            break
        count += 1
    return count
