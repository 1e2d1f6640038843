"""Situations for tests: one calm default, and hypothesis strategies for all the others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseStatus, CaseView, Urgency
from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Incoming, Press, Sender
from bot.domain.journey import Happening, HappeningKind, JourneyStage, StageVerdict
from bot.domain.situation import MoodLine, Pending, Situation, Trend, Tried
from bot.domain.views import (
    Candidate,
    CustomerView,
    FaqHit,
    LineView,
    Offered,
    OrderStatus,
    OrderView,
    ProductView,
    RequestKind,
    RequestView,
)
from nlp.types import Alarm, Emotion, Intent, Language, Mood, Reading, Source

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # a Monday, 10:00 in Vietnam


def make_reading(mood: Mood = Mood.NEUTRAL, intent: Intent = Intent.OTHER, **overrides: Any) -> Reading:
    """A sure, calm Vietnamese reading; scores put 0.8 on the given mood and intent."""
    values: dict[str, Any] = {
        "language": Language.VI,
        "mood": mood,
        "mood_scores": {m: 0.8 if m is mood else 0.2 / (len(Mood) - 1) for m in Mood},
        "emotions": (Emotion.NEUTRAL,),
        "emotion_scores": {e: 0.9 if e is Emotion.NEUTRAL else 0.0 for e in Emotion},
        "intent": intent,
        "intent_scores": {i: 0.8 if i is intent else 0.2 / (len(Intent) - 1) for i in Intent},
        "intensity": 0.3,
        "escalate": False,
        "escalate_score": 0.05,
        "alarms": frozenset(),
        "confidence": 0.8,
        "unsure": False,
        "source": Source.LEXICON,
    }
    return Reading(**values | overrides)


def make_incoming(text: str = "xin chào", **overrides: Any) -> Incoming:
    values: dict[str, Any] = {
        "brand": "demo",
        "channel": "web",
        "conversation": "web:test",
        "sender": Sender("test", "Lan"),
        "at": NOW,
        "text": text,
        "messages": ("1",),
    }
    return Incoming(**values | overrides)


def make_product(sku: str = "TEE-01", **overrides: Any) -> ProductView:
    values: dict[str, Any] = {
        "sku": sku,
        "name": f"Sản phẩm {sku}",
        "category": "fashion",
        "price": 190_000,
        "stock": 5,
    }
    return ProductView(**values | overrides)


def make_order(code: str = "DH1001", sku: str = "TEE-01", days_ago: int = 3, **overrides: Any) -> OrderView:
    at = NOW - timedelta(days=days_ago)
    values: dict[str, Any] = {
        "code": code,
        "status": OrderStatus.SHIPPED,
        "placed_at": at,
        "status_at": at,
        "total": 190_000,
        "paid": True,
        "lines": (LineView(sku, f"Sản phẩm {sku}", 1, 190_000),),
    }
    return OrderView(**values | overrides)


def make_case(status: CaseStatus = CaseStatus.WAITING, urgency: Urgency = Urgency.HIGH, **overrides: Any) -> CaseView:
    values: dict[str, Any] = {
        "id": 1,
        "number": "C-1001",
        "status": status,
        "reason": "angry",
        "urgency": urgency,
        "opened_at": NOW,
    }
    if status is CaseStatus.HELD:
        values |= {"holder": "s1", "holder_name": "Mai"}
    return CaseView(**values | overrides)


def make_situation(
    text: str = "xin chào",
    mood: Mood = Mood.NEUTRAL,
    intent: Intent = Intent.OTHER,
    level: PersonalisationLevel = PersonalisationLevel.OFF,
    stage: JourneyStage = JourneyStage.AWARENESS,
    line: MoodLine | None = None,
    **overrides: Any,
) -> Situation:
    """A calm newcomer's message in open hours; every other field of Situation can be overridden by name.

    `mood` is the message's; `line` the conversation's, by default this one message.
    """
    values: dict[str, Any] = {
        "now": NOW,
        "language": Language.VI,
        "incoming": make_incoming(text),
        "reading": make_reading(mood, intent),
        "customer": CustomerView("c1", "Lan", level=level),
        "stage": StageVerdict(stage, "as the test says"),
        "mood": line or MoodLine((mood,), Trend.STEADY, 1 if mood in _NEGATIVE else 0),
        "local_hour": 10,
        "open_hours": True,
    }
    return Situation(**values | overrides)


_NEGATIVE = (Mood.ANGRY, Mood.FRUSTRATED, Mood.DISAPPOINTED, Mood.ANXIOUS)
_SKUS = ("TEE-01", "MUG-02", "CAM-03", "BAG-04")
_share = st.floats(0, 1, allow_nan=False)
_moods = st.sampled_from(list(Mood))
times = st.integers(-400 * 24, 300 * 24).map(lambda hours: NOW + timedelta(hours=hours))
happenings = st.builds(Happening, st.sampled_from(list(HappeningKind)), times, st.sampled_from(["DH1", "DH2", *_SKUS]))
levels = st.sampled_from(list(PersonalisationLevel))
texts = st.sampled_from(["", "xin chào", "có", "không", "DH1001", "đơn của tôi đâu?", "help me", "👍", "…"]) | st.text(
    max_size=40
)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    return make_reading(
        draw(_moods),
        draw(st.sampled_from(list(Intent))),
        language=draw(st.sampled_from(list(Language))),
        intensity=draw(_share),
        escalate=draw(st.booleans()),
        alarms=draw(st.frozensets(st.sampled_from(list(Alarm)), max_size=2)),
        confidence=draw(_share),
        unsure=draw(st.booleans()),
        source=draw(st.sampled_from(list(Source))),
    )


presses = st.builds(Press, st.sampled_from(list(Action)), st.sampled_from(["", "yes", "no", "vi", "human", "TEE-01"]))
attachments = st.builds(Attachment, st.sampled_from(list(AttachmentKind)), emoji=st.sampled_from(["", "😊", "😡"]))
incomings = st.builds(
    make_incoming,
    texts,
    attachments=st.lists(attachments, max_size=2).map(tuple),
    press=st.none() | presses,
    command=st.none() | st.sampled_from(list(Command)),
)
products = st.builds(
    make_product,
    st.sampled_from(_SKUS),
    stock=st.integers(0, 3),
    category=st.sampled_from(["fashion", "food"]),
    score=_share,
)
orders = st.builds(
    make_order,
    st.sampled_from(["DH1", "DH2"]),
    st.sampled_from(_SKUS),
    st.integers(0, 200),
    status=st.sampled_from(list(OrderStatus)),
)
candidates = st.builds(
    Candidate,
    products,
    st.integers(0, 5),
    st.integers(0, 4),
    st.none() | times,
    st.sampled_from(["", "Áo thun"]),
    st.integers(0, 9),
)
customers = st.builds(
    CustomerView,
    st.just("c1"),
    known=st.booleans(),
    level=levels,
    suggestions_stopped=st.booleans(),
    segments=st.frozensets(st.sampled_from(["new", "regular", "vip"])),
)
mood_lines = st.builds(
    MoodLine, st.lists(_moods, min_size=1, max_size=6).map(tuple), st.sampled_from(list(Trend)), st.integers(0, 6)
)
cases = st.builds(make_case, st.sampled_from(list(CaseStatus)), st.sampled_from(list(Urgency)))
requests = st.builds(
    RequestView,
    st.just("R-1001"),
    st.sampled_from(list(RequestKind)),
    st.sampled_from(["DH1", "DH2"]),
    st.sampled_from(["open", "accepted", "done", "refused"]),
    times,
)
pendings = st.builds(
    Pending,
    st.sampled_from([*RequestKind, "link", "human_offer", "address", "forget"]),
    st.sampled_from(["order", "reason", "confirm"]),
    options=st.lists(st.sampled_from(["DH1", "có", "yes"]), max_size=2).map(tuple),
)
trieds = st.builds(
    Tried,
    st.integers(0, 9),
    st.integers(0, 4),
    st.integers(0, 4),
    st.booleans(),
    st.lists(st.sampled_from(["complaint_calm", "greeting"]), max_size=2).map(tuple),
    st.lists(st.sampled_from(["sorry_wait", "human_offer"]), max_size=2).map(tuple),
    st.booleans(),
)
offereds = st.builds(Offered, st.sampled_from(_SKUS), times, st.just("bestseller"), st.booleans())
faq_hits = st.builds(FaqHit, st.just("ship"), st.just("Bao lâu?"), st.just("2–4 ngày"), _share)


def _few(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


@st.composite
def situations(draw: st.DrawFn, /, **fixed: Any) -> Situation:
    """Any situation at all, believable or not; `fixed` fields keep the given value."""
    situation = Situation(
        now=NOW,
        language=draw(st.sampled_from([Language.VI, Language.EN])),
        incoming=draw(incomings),
        reading=draw(readings()),
        customer=draw(customers),
        stage=StageVerdict(draw(st.sampled_from(list(JourneyStage))), "drawn"),
        mood=draw(mood_lines),
        local_hour=draw(st.integers(0, 23)),
        open_hours=draw(st.booleans()),
        orders=draw(_few(orders)),
        happenings=draw(_few(happenings)),
        requests=draw(_few(requests)),
        products=draw(_few(products)),
        faq=draw(_few(faq_hits)),
        candidates=draw(_few(candidates)),
        offered=draw(_few(offereds)),
        pending=draw(st.none() | pendings),
        case=draw(st.none() | cases),
        tried=draw(trieds),
    )
    return replace(situation, **fixed)
