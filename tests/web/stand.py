"""A small stand for the pages: real storage and desk, and a scripted agent instead of reading and policy.

Run it to look at the pages: `python -m tests.web.stand` (http://127.0.0.1:8099, login admin / letmein).
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute

from bot.desk.desk import Desk
from bot.desk.staff import StaffRoom
from bot.domain.incoming import Incoming
from bot.errors import Busy
from bot.facts.codec import to_json
from bot.intake.update import Update
from bot.policy.model import PolicyBook
from bot.studio.library import Library
from bot.web.app import make_app
from bot.web.door import Persona, WebDoor
from bot.web.feed import Feed
from bot.web.translate import incoming_from
from nlp.types import Emotion, Intent, Mood
from storage.database import Database, StorageSettings
from storage.tables import Case, Customer, DecisionRow, Outbox, ReadingRow, Turn
from storage.work import Work

BRAND = "demo"
PASSWORD = "letmein"

HOSTILE = "<b>Bobby</b> <script>window.hit = 1</script>"
PEOPLE = (
    Persona("demo-1", "Nguyễn Thị Lan", "Her parcel is two days late.", "vi", "basic", "post_purchase"),
    Persona("demo-2", "Trần Văn Minh", "Compares headphones since Monday.", "vi", "full", "consideration"),
    Persona("demo-3", "Sarah Connolly", "Regular; buys coffee every four weeks.", "en", "full", "retention"),
    Persona("demo-4", "Lê Hoàng Phúc", "Returned a jacket and never heard back.", "vi", "off", "at_risk"),
    Persona("demo-5", HOSTILE, "A name with <i>HTML</i> in it.", "en", "off", "awareness"),
    Persona("demo-6", "Phạm Ngọc Ánh", "Cart is full, asks what delivery costs.", "vi", "basic", "decision"),
    Persona("demo-7", "Vũ Đức Anh", "Came by once and looked at bags.", "vi", "off", "awareness"),
    Persona("demo-8", "Tom Becker", "Came by once and looked at tea.", "en", "off", "awareness"),
)

BOOK = PolicyBook.model_validate(
    {
        "rules": [
            {
                "id": "furious_customer",
                "priority": 90,
                "note": "A human answers; nobody argues with a machine when angry.",
                "when": {"mood": ["angry"], "intensity": 0.5},
                "then": {"escalate": {"reason": "angry", "text": "escalated_angry", "urgency": "critical"}},
            },
            {
                "id": "order_status",
                "priority": 60,
                "when": {"intent": ["track_order", "delivery_problem"], "known": True},
                "then": {"skill": "order_status", "lead": "sorry_once"},
            },
            {
                "id": "happy_offer",
                "priority": 40,
                "when": {"mood": ["happy", "grateful"], "stage": ["retention", "post_purchase"]},
                "then": {"offer": "thanks_offer", "suggest": {"kinds": ["together"], "count": 1}},
            },
            {"id": "fallback", "priority": 0, "then": {"text": "anything_else"}},
        ]
    }
)


class PlainWords:
    """What the desk tells a customer, in one language."""

    async def joined(self, work: Work, where: object, staff: str) -> dict[str, Any]:
        return {"text": f"{staff} is with you now."}

    async def passed_on(self, work: Work, where: object) -> dict[str, Any]:
        return {"text": "A colleague takes over."}

    async def left(self, work: Work, where: object) -> dict[str, Any]:
        return {"text": "Our colleague has finished."}

    async def closed(self, work: Work, where: object) -> dict[str, Any]:
        stars = [{"label": f"{n}★", "action": "rate", "value": str(n)} for n in range(1, 6)]
        return {"text": "Was this helpful?", "buttons": [stars]}

    async def request(self, work: Work, where: object, request: Any, status: str, note: str) -> dict[str, Any]:
        return {"text": f"Your request {request.number} is {status}. {note}".strip()}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the scripted agent makes of a message."""

    mood: Mood
    intent: Intent
    kind: str
    policy: str
    why: str
    answer: dict[str, Any]
    emotions: tuple[Emotion, ...] = ()
    intensity: float = 0.4
    gate: str = ""
    suggestions: tuple[dict[str, Any], ...] = ()


_MENU = [["Đơn hàng", "Gặp nhân viên"], ["Ngôn ngữ", "Quyền riêng tư"]]
_OFFER = {"sku": "LY-02", "name": "Ly giữ nhiệt 500 ml", "price": 289000, "reason": "bought_together",
          "why": "Nhiều khách mua áo này cũng chọn ly giữ nhiệt."}  # fmt: skip


def understand(text: str) -> Heard:
    """A script, not a reader: enough to see every kind of answer."""
    low = text.lower()
    if any(word in low for word in ("ridiculous", "kiểu gì", "kieu gi")):
        return Heard(Mood.ANGRY, Intent.COMPLAINT, "escalate", "furious_customer", "Mood angry, intensity 0.92 ≥ 0.50",
                     {"text": "Tôi đã mời một <b>đồng nghiệp</b> vào ngay. Quý khách không cần kể lại từ đầu."},
                     (Emotion.ANGER, Emotion.ANNOYANCE), 0.92)  # fmt: skip
    if any(word in low for word in ("dent", "móp")):
        return Heard(Mood.DISAPPOINTED, Intent.RETURN_REFUND, "reply", "return_window",
                     "Intent return_refund, order TH-10234 is within 14 days",
                     {"text": "Còn hạn đổi trả đến <b>28.11.2026</b>. Quý khách muốn đổi mới hay hoàn tiền?",
                      "buttons": [[{"label": "Đổi mới", "action": "choose", "value": "exchange"},
                                   {"label": "Hoàn tiền", "action": "choose", "value": "refund"}],
                                  [{"label": "Gặp nhân viên", "action": "human", "value": ""}]]},
                     (Emotion.DISAPPOINTMENT,), 0.35)  # fmt: skip
    if any(word in low for word in ("lovely", "đẹp", "thank")):
        return Heard(Mood.HAPPY, Intent.PRAISE, "offer", "happy_offer", "Mood happy, stage post_purchase",
                     {"text": "Cảm ơn quý khách! Nhiều khách chọn thêm <b>Ly giữ nhiệt 500 ml</b>, 289.000 ₫.",
                      "buttons": [[{"label": "Vì sao gợi ý này?", "action": "why", "value": "LY-02"},
                                   {"label": "Không quan tâm", "action": "not_interested", "value": "LY-02"}]]},
                     (Emotion.JOY, Emotion.GRATITUDE), 0.7, suggestions=(_OFFER,))  # fmt: skip
    if any(word in low for word in ("order", "đơn")):
        return Heard(Mood.ANXIOUS, Intent.TRACK_ORDER, "reply", "order_status", "Intent track_order, one open order",
                     {"text": "Đơn <code>TH-10234</code> đang trên đường, dự kiến đến <b>ngày mai</b>.", "menu": _MENU},
                     (Emotion.NERVOUSNESS,), 0.3)  # fmt: skip
    if "/mydata" in low:
        return Heard(Mood.NEUTRAL, Intent.PRIVACY, "reply", "builtin.command", "Command mydata",
                     {"text": "Your data.", "document": "mydata.json", "document_text": '{"name": "…"}'})  # fmt: skip
    if "phone" in low:
        return Heard(Mood.NEUTRAL, Intent.TRACK_ORDER, "ask", "find_order", "Orders are not linked",
                     {"text": "May I look by phone number?", "ask_phone": "Share my number"})  # fmt: skip
    return Heard(Mood.CURIOUS, Intent.RECOMMENDATION, "offer", "recommend", "The customer asked for a suggestion",
                 {"text": f"I am not sure about “{text[:40]}”. Shall I bring a colleague?".replace("<", "&lt;")},
                 (Emotion.CURIOSITY,), 0.2, gate="level is off")  # fmt: skip


def _scores(labels: Any, best: Any, share: float = 0.74) -> dict[str, float]:
    rest = (1 - share) / (len(labels) - 1)
    return {label.value: share if label is best else rest for label in labels}


@dataclass
class Stand:
    """The house around the pages. `publish` answers after `delay` seconds, as a burst window would."""

    database: Database
    feed: Feed
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    delay: float = 0.3
    full: bool = False
    working: dict[str, bool] = field(default_factory=lambda: {"database": True, "bus": True, "reader": True})
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    published: list[Update] = field(default_factory=list)

    async def publish(self, update: Update) -> None:
        if self.full:
            raise Busy("full")
        self.published.append(update)
        task = asyncio.create_task(self._answer(incoming_from(update.payload)))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, incoming: Incoming) -> None:
        await asyncio.sleep(self.delay)
        await self.turn(incoming)

    async def turn(self, incoming: Incoming, opened_at: datetime | None = None) -> None:
        """One turn, written down the way the agent does."""
        at = opened_at or self.now()
        async with self.database.work(write=True) as work:
            customer = await self._customer(work, incoming)
            where = await work.turns.conversation(BRAND, incoming.conversation)
            where = where or await work.turns.open(BRAND, incoming.channel, incoming.conversation, customer.id)
            assert where.id is not None
            latest = await work.cases.latest_of(where.id)
            held = latest is not None and latest[1][-1].kind in ("claimed", "replied", "noted")
            heard = understand(incoming.text)
            turn_id = await self._write(work, incoming, heard, where.id, customer.id, held, at)
            if not held:
                post = self._post(incoming, "bot", heard.answer, turn_id)
                await work.turns.add(Turn(brand=BRAND, conversation_id=where.id, customer_id=customer.id, author="bot",
                                          answers=turn_id, text=heard.answer["text"], at=self.now()))  # fmt: skip
                await work.mailbox.post([post])
                await work.mailbox.mark_sending([post.id or 0])
                await work.mailbox.mark_sent(post.id or 0, ["1"])
            if heard.kind == "escalate" and (latest is None or latest[1][-1].kind == "closed"):
                await work.cases.open(self._case(incoming, heard, where.id, customer, turn_id, at))
            await work.commit()
        self.feed.notify(incoming.conversation)

    async def _customer(self, work: Work, incoming: Incoming) -> Customer:
        found = await work.customers.by_identity(BRAND, "web", incoming.sender.external_id)
        if found:
            return found[0]
        return await work.customers.create(BRAND, "web", incoming.sender.external_id, incoming.sender.name)

    async def _write(self, work: Work, incoming: Incoming, heard: Heard, conversation: int, customer: str, held: bool,
                     at: datetime) -> int:  # fmt: skip
        reading = {
            "language": "vi" if any(ord(sign) > 127 for sign in incoming.text) else "en",
            "mood": heard.mood.value,
            "mood_scores": _scores(Mood, heard.mood),
            "emotions": [emotion.value for emotion in heard.emotions],
            "emotion_scores": {},
            "intent": heard.intent.value,
            "intent_scores": _scores(Intent, heard.intent),
            "intensity": heard.intensity,
            "escalate": heard.kind == "escalate",
            "escalate_score": 0.9,
            "alarms": ["human_wish"] if heard.kind == "escalate" else [],
            "confidence": 0.74,
            "unsure": heard.intent is Intent.RECOMMENDATION,
            "source": "lexicon",
        }
        kind, policy, why = ("silence", "builtin.held", "A human holds the case") if held else (
            heard.kind, heard.policy, heard.why)  # fmt: skip
        shared = {"turn_id": 0, "brand": BRAND, "conversation_id": conversation}
        turn = Turn(brand=BRAND, conversation_id=conversation, customer_id=customer, author="customer", at=at,
                    text=incoming.text, incoming=to_json(incoming), messages=list(incoming.messages))  # fmt: skip
        stage = {"stage": "post_purchase", "why": "Order TH-10234 was shipped 2 days ago and is not delivered yet"}
        answer = {"suggestions": list(heard.suggestions), "gate": heard.gate}
        return await work.turns.add_customer_turn(
            turn,
            ReadingRow(**shared, language=reading["language"], mood=heard.mood, intent=heard.intent, source="lexicon",
                       body=reading),
            DecisionRow(**shared, kind=kind, policy=policy, policy_version=1, why=why, stage="post_purchase", body={},
                        answer=answer, situation={"stage": stage}),
        )  # fmt: skip

    def _case(self, incoming: Incoming, heard: Heard, conversation: int, customer: Customer, turn_id: int,
              at: datetime) -> Case:  # fmt: skip
        card = {
            "customer": customer.name, "level": customer.level, "language": "vi", "moods": [heard.mood.value],
            "trend": "falling", "stage": "post_purchase", "stage_why": "TH-10234 was shipped and is not delivered yet",
            "message": incoming.text, "tried": ["order_status"], "suggested": "",
            "orders": [{"code": "TH-10234", "status": "shipped", "total": 398000, "items": ["2× Áo thun cotton"]}],
        }  # fmt: skip
        return Case(brand=BRAND, number="", conversation_id=conversation, customer_id=customer.id, turn_id=turn_id,
                    reason="angry", why=heard.why, policy=heard.policy, urgency=3, card=card, opened_at=at)  # fmt: skip

    def _post(self, incoming: Incoming, author: str, payload: dict[str, Any], turn_id: int) -> Outbox:
        return Outbox(brand=BRAND, channel="web", lane=incoming.conversation, conversation=incoming.conversation,
                      author=author, kind="say", payload=payload, turn_id=turn_id)  # fmt: skip

    async def deliver(self) -> None:
        """Deliver what the desk posted, as the outbox sender would."""
        async with self.database.work(write=True) as work:
            rows = await work.mailbox.due(self.now() + timedelta(seconds=1), 100)
            for row in rows:
                await work.mailbox.mark_sending([row.id or 0])
                await work.mailbox.mark_sent(row.id or 0, ["1"])
            await work.commit()
        for row in rows:
            self.feed.notify(row.conversation)

    async def is_working(self, part: str) -> bool:
        return self.working[part]


async def build(folder: Path, routes: Sequence[BaseRoute] = ()) -> tuple[Stand, FastAPI, WebDoor]:
    """A stand on an empty database in `folder`."""
    database = Database(StorageSettings(url=f"sqlite+aiosqlite:///{folder}/stand.sqlite"))
    await database.migrate()
    stand = Stand(database, Feed())
    loop = asyncio.get_running_loop()

    def posted() -> None:
        task = loop.create_task(stand.deliver())
        stand.tasks.add(task)
        task.add_done_callback(stand.tasks.discard)

    library = Library(database, BRAND, BOOK)
    await library.open()
    door = WebDoor(
        brand=BRAND,
        shop="Thấu Demo Shop",
        secret="a secret of the tests",
        publish=stand.publish,
        database=database,
        desk=Desk(database, PlainWords(), stand.now, posted),  # type: ignore[arg-type]
        staff=StaffRoom(database, BRAND, stand.now, PASSWORD),
        feed=stand.feed,
        library=library,
        configured=BOOK,
        registry=CollectorRegistry(),
        checks={name: lambda name=name: stand.is_working(name) for name in stand.working},  # type: ignore[misc]
        timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
        demo=True,
        people=PEOPLE,
    )
    return stand, make_app(door, routes), door


async def main(port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, app, _ = await build(Path(folder))
        await uvicorn.Server(uvicorn.Config(app, port=port, log_level="info")).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8099))
