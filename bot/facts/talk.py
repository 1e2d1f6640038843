"""What the stored turns of a conversation say: its moods, what was tried, which question still stands."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.situation import Pending, Tried
from bot.facts.codec import from_json
from nlp.language import language_of
from nlp.types import Intent, Language, Mood
from storage.turns import Heard

# A chat on a messenger never ends; talk older than this is another conversation.
SESSION = timedelta(hours=24)
PENDING_LASTS = timedelta(hours=2)
RECENT = 3  # messages back to what "that one" can mean
TELLING = 0.5  # certainty of the language
_NOT_WORDS = frozenset({"builtin.press", "builtin.command"})


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


def moods_of(session: Sequence[Heard]) -> tuple[Mood, ...]:
    """The moods heard so far, oldest first; presses and commands carry none."""
    return tuple(Mood(heard.mood) for heard in reversed(session) if heard.mood and spoke(heard))


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


def _run(session: Sequence[Heard], holds: Callable[[Heard], bool]) -> int:
    count = 0
    for heard in session:
        if not holds(heard):
            break
        count += 1
    return count
