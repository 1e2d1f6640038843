"""Dialogues as data: what a file of this folder may say, and how it is played and checked.

A file is a list of dialogues: `title`, `who` (a demo customer's id, or any name for a stranger), optionally `hour`
(of the local day, 10 by default) and `steps`. A step does one thing and names what must hold after it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from ruamel.yaml import YAML

from nlp.language import language_of
from nlp.types import Alarm, Intent, Mood
from tests.doubles.house import BRAND, STAFF, House, Said, words_of

HERE = Path(__file__).parent
_BY_NAME = {member.name: member for member in STAFF}
_APOLOGIES = ("xin lỗi", "sorry", "apolog")
# The mood is for staff to see; nobody is told to their face how they feel.
_MOOD_WORDS = (
    *("tức giận", "nóng giận", "giận dữ", "bực", "bức xúc", "thất vọng", "lo lắng", "bối rối", "cáu"),
    *("angry", "anger", "upset", "frustrat", "disappoint", "anxious", "worried", "confused", "furious"),
)


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Send(_Written):
    """An attachment, such as a voice message; a sticker has its emoji."""

    kind: str
    emoji: str = ""
    text: str = ""


class Settle(_Written):
    """Staff accept, do or refuse a request."""

    number: str
    status: str
    note: str = ""


class Staff(_Written):
    """Something a member of staff does with the customer's case."""

    by: str = "Mai"
    claims: bool = False
    says: str = ""
    closes: bool = False
    passes_on: str = ""
    settles: Settle | None = None


class Step(_Written):
    """One act, and what must hold after it."""

    says: str | None = None
    presses: str | None = None
    sends: Send | None = None
    shares_phone: str | None = None
    edits: str | None = None
    waits_hours: float | None = None
    staff: Staff | None = None
    # -- what must hold --
    mood: Mood | list[Mood] | None = None
    intent: Intent | list[Intent] | None = None
    alarms: list[Alarm] | None = None
    unsure: bool | None = None
    kind: str | None = None
    policy: str | None = None
    stage: str | None = None
    has: list[str] = []
    lacks: list[str] = []
    in_language: str | None = None
    effects: list[str] | None = None
    suggests: bool | None = None
    gate: str | None = None
    silent: bool = False
    buttons: list[str] = []
    asks_phone: bool | None = None
    case: str | None = None  # waiting, held, closed, none
    reason: str | None = None
    urgency: str | None = None
    card_has: list[str] = []
    topic_has: list[str] = []
    requests: dict[str, str] | None = None  # number -> "kind order status"
    level: str | None = None

    @model_validator(mode="after")
    def _one_act(self) -> "Step":
        acts = ("says", "presses", "sends", "shares_phone", "edits", "waits_hours", "staff")
        if sum(getattr(self, act) is not None for act in acts) != 1:
            raise ValueError(f"a step does exactly one of {', '.join(acts)}")
        return self


class Dialogue(_Written):
    title: str
    who: str
    hour: int = 10
    steps: list[Step]


def dialogues() -> list[Dialogue]:
    """Every dialogue of this folder. A mistake in a file names itself."""
    yaml = YAML(typ="safe", pure=True)
    return [
        Dialogue.model_validate(written) for file in sorted(HERE.glob("*.yaml")) for written in yaml.load(file) or []
    ]


async def play(house: House, dialogue: Dialogue) -> None:
    """Play a dialogue and check every step, then what must hold over all of it."""
    for number, step in enumerate(dialogue.steps, start=1):
        said = await _act(house, dialogue.who, step)
        try:
            await _check(house, dialogue.who, step, said)
        except AssertionError as error:
            shown = f"{said.decided.kind} {said.decided.policy} ({said.decided.why})\n{said.reply}" if said else ""
            raise AssertionError(f"step {number} {_act_of(step)}: {error}\n{shown}") from error
    _check_manners(house, dialogue.who)


def _act_of(step: Step) -> str:
    return str(step.model_dump(exclude_unset=True, mode="json"))


async def _act(house: House, who: str, step: Step) -> Said | None:
    if step.staff is not None:
        await _staff_act(house, who, step.staff)
        return None
    if step.waits_hours is not None:
        house.clock.pass_by(timedelta(hours=step.waits_hours))
        return None
    if step.edits is not None:
        await house.edits(who, step.edits)
        return None
    if step.presses is not None:
        return await house.presses(who, step.presses)
    if step.sends is not None:
        return await house.sends(who, step.sends.kind, step.sends.emoji, step.sends.text)
    if step.shares_phone is not None:
        return await house.shares_phone(who, step.shares_phone)
    return await house.says(who, step.says or "")


async def _staff_act(house: House, who: str, act: Staff) -> None:
    by = _BY_NAME[act.by]
    if act.claims:
        await house.claims(by, who)
    if act.says:
        await house.staff_says(by, who, act.says)
    if act.passes_on:
        await house.passes_on(by, who, act.passes_on)
    if act.closes:
        await house.closes(by, who)
    if act.settles:
        await house.settles(by, act.settles.number, act.settles.status, act.settles.note)


async def _check(house: House, who: str, step: Step, said: Said | None) -> None:
    _check_reading(step, said.reading if said else {})
    if said is not None:
        _check_decision(step, said)
    _check_words(step, said.posts if said else house.news(who))
    await _check_case(house, who, step)
    if step.requests is not None:
        found = await house.requests_of(who)
        shown = {r.number: f"{r.kind} {r.order_code} {e[-1].kind if e else 'open'}" for r, e in found}
        assert shown == step.requests, shown
    if step.level is not None:
        async with house.core.database.work() as work:
            identity = await work.customers.by_identity(BRAND, "web", who)
        assert (identity[0].level if identity else "off") == step.level


def _check_reading(step: Step, reading: dict[str, Any]) -> None:
    for name in ("mood", "intent"):
        wanted = getattr(step, name)
        if wanted is not None:
            allowed = wanted if isinstance(wanted, list) else [wanted]
            assert reading[name] in [one.value for one in allowed], f"{name} {reading[name]}"
    if step.alarms is not None:
        assert sorted(reading["alarms"]) == sorted(step.alarms), f"alarms {reading['alarms']}"
    if step.unsure is not None:
        assert reading["unsure"] is step.unsure, f"unsure {reading['unsure']}"


def _check_decision(step: Step, said: Said) -> None:
    for name in ("kind", "policy", "stage"):
        wanted = getattr(step, name)
        assert wanted in (None, getattr(said.decided, name)), f"{name} {getattr(said.decided, name)}"
    if step.effects is not None:
        assert said.answer["effects"] == step.effects, f"effects {said.answer['effects']}"
    if step.suggests is not None:
        assert bool(said.suggested) is step.suggests, f"suggested {said.suggested}, gate {said.answer.get('gate')!r}"
    if step.gate is not None:
        assert said.answer["gate"] == step.gate, f"gate {said.answer['gate']!r}"
    for label in step.buttons:
        assert label in said.buttons, f"buttons {said.buttons}"
    if step.asks_phone is not None:
        assert any(post.payload.get("ask_phone") for post in said.posts) is step.asks_phone


def _check_words(step: Step, posts: Any) -> None:
    reply = "\n\n".join(words_of(post) for post in posts)
    for words in step.has:
        assert words in reply, f"{words!r} is not in {reply!r}"
    for words in step.lacks:
        assert words not in reply, f"{words!r} is in {reply!r}"
    if step.silent:
        assert not posts, f"said {reply!r}"
    if step.in_language is not None:
        assert language_of(reply)[0] == step.in_language, f"{language_of(reply)} in {reply!r}"


async def _check_case(house: House, who: str, step: Step) -> None:
    case = await house.case_of(who)
    if step.case is not None:
        assert (case.status.value if case else "none") == step.case, f"case {case}"
    if step.reason is not None:
        assert case is not None
        assert case.reason == step.reason, f"reason {case.reason}"
    if step.urgency is not None:
        assert case is not None
        assert case.urgency.name.lower() == step.urgency, f"urgency {case.urgency.name}"
    cards = [words_of(post) for post in house.topic(who, "card", "edit_card")]
    for words in step.card_has:
        assert cards, "no card was posted"
        assert words in cards[-1], f"{words!r} is not on the card {cards[-1]!r}"
    notes = "\n".join(words_of(post) for post in house.topic(who, "note"))
    for words in step.topic_has:
        assert words in notes, f"{words!r} is not in the topic {notes!r}"


def _check_manners(house: House, who: str) -> None:
    """Over a whole dialogue: at most one apology of the bot's, no mood named, nothing unfinished or too long."""
    spoken = [words_of(post) for post in house.screen(who) if post.author != "staff"]
    apologies = [words for words in spoken if any(sorry in words.lower() for sorry in _APOLOGIES)]
    assert len(apologies) <= 1, f"apologised {len(apologies)} times: {apologies}"
    for words in spoken:
        assert len(words) <= 4096
        assert not any(sign in words for sign in ("{{", "}}", "\x00", "None")), words
        named = [mood for mood in _MOOD_WORDS if mood in words.lower()]
        assert not named, f"names the mood {named} in {words!r}"
