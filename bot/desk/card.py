"""The escalation card: everything an agent needs before the first word, as facts and as Telegram HTML."""

import html
from datetime import datetime
from functools import partial
from typing import Any

from bot.domain.decision import Escalate
from bot.domain.escalation import CaseStatus, CaseView
from bot.domain.incoming import Incoming
from bot.domain.situation import Situation
from bot.domain.views import OrderView, RequestView
from bot.domain.voice import marked, transcripts_in
from nlp.types import Mood

_ON_THE_WAY = ("placed", "packed", "shipped")
ORDERS_SHOWN = 3
REQUESTS_SHOWN = 3
TEXT_SHOWN = 500
LINE_SHOWN = 200  # characters of a name or a reason: with them all, a card fits into one message

escape = partial(html.escape, quote=False)  # between tags quotes are only quotes

ASK, BACK = "ask", "back"  # beside the moods, what a button about the mood can mean
MOODS_IN_A_ROW = 3
MOOD_DOTS = {
    Mood.ANGRY: "🔴",
    Mood.FRUSTRATED: "🟠",
    Mood.DISAPPOINTED: "🟠",
    Mood.ANXIOUS: "🟡",
    Mood.CONFUSED: "🟡",
    Mood.NEUTRAL: "⚪",
    Mood.CURIOUS: "🔵",
    Mood.HAPPY: "🟢",
    Mood.GRATEFUL: "🟢",
}
_URGENCY = {1: "", 2: "❗", 3: "🚨"}
_STATUS = {CaseStatus.WAITING: "waiting", CaseStatus.HELD: "held by", CaseStatus.CLOSED: "closed"}


def card_facts(situation: Situation, decision: Escalate) -> dict[str, Any]:
    """The card's facts as JSON data, frozen when the case opens."""
    return {
        "customer": situation.customer.name or situation.incoming.sender.name,
        "known": situation.customer.known,
        "level": situation.customer.level.value,
        "language": situation.language.value,
        "reason": decision.reason,
        "why": decision.why,
        "policy": decision.policy,
        "urgency": int(decision.urgency),
        "stage": situation.stage.stage.value,
        "stage_why": situation.stage.why,
        "message": words_of(situation.incoming),
        "moods": [mood.value for mood in situation.mood.moods],
        "trend": situation.mood.trend.value,
        "orders": [_order(order) for order in situation.orders[:ORDERS_SHOWN]],
        "requests": [_request(request) for request in situation.requests[:REQUESTS_SHOWN]],
        "tried": list(situation.tried.policies[-5:]),
        "source": situation.reading.source.value,
        "unsure": situation.reading.unsure,
    }


def card_html(case: CaseView, card: dict[str, Any]) -> str:
    """The card as one Telegram message, in English with the customer's own words untouched.

    `corrected` and `corrected_by` among its facts: the mood that staff heard in the message instead.
    """
    if "customer" not in card:
        return _bare(case, card)
    name = _line(card["customer"]) or "Unnamed customer"
    reason = escape(card["reason"].replace("_", " "))
    lines = [
        f"{_URGENCY[card['urgency']]} <b>{case.number}</b> · {reason} · {name}".strip(),
        f"<i>{_state(case)}</i>",
        "",
        f"<blockquote>{escape(card['message'][:TEXT_SHOWN].strip()) or '(no text)'}</blockquote>",
        f"<b>Why:</b> {_line(card.get('why', ''))} <code>{escape(card['policy'])}</code>",
        *_moods(card),
        f"<b>Stage:</b> {escape(card['stage'])} – {_line(card['stage_why'])}",
        f"<b>Writes:</b> {card['language']} · <b>level:</b> {card['level']}",
    ]
    if card.get("phone"):
        lines.append(f"📞 {escape(card['phone'])}")
    lines += [_order_line(order, case.opened_at) for order in card["orders"]]
    lines += [f"📝 {_line(request)}" for request in card["requests"]]
    if card["tried"]:
        lines.append(f"<b>Bot tried:</b> {_line(', '.join(card['tried']))}")
    return "\n".join(lines)


def _bare(case: CaseView, card: dict[str, Any]) -> str:
    """The card of a customer who was forgotten, or whose words have expired."""
    reason = escape(case.reason.replace("_", " "))
    who = "the customer deleted their data" if card.get("forgotten") else "the words have expired"
    head = f"{_URGENCY[int(case.urgency)]} <b>{case.number}</b> · {reason} · {who}".strip()
    return f"{head}\n<i>{_state(case)}</i>"


def card_buttons(case: CaseView, card: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The buttons an agent has in this state of the case; one asks about the mood, while it is known."""
    labels = {"claim": "✋ Claim", "pass": "↪️ Pass on", "close": "✅ Close"}
    shown = {
        CaseStatus.WAITING: ("claim", "close"),
        CaseStatus.HELD: ("pass", "close"),
        CaseStatus.CLOSED: (),
    }[case.status]
    rows: list[list[dict[str, Any]]] = [[{"label": labels[do], "do": do, "case": case.id} for do in shown]]
    if card.get("turn") and card.get("moods"):
        rows.append([_mood_button("🎭 Wrong mood?", case.id, card["turn"], ASK)])
    return rows if shown else []


def mood_buttons(case_id: int, turn_id: int) -> list[list[dict[str, Any]]]:
    """The nine moods to choose from, and the way back to the card's own buttons."""
    moods = [_mood_button(f"{MOOD_DOTS[mood]} {mood.value}", case_id, turn_id, mood.value) for mood in Mood]
    rows = [moods[at : at + MOODS_IN_A_ROW] for at in range(0, len(moods), MOODS_IN_A_ROW)]
    return [*rows, [_mood_button("↩️ Back", case_id, turn_id, BACK)]]


def _mood_button(label: str, case_id: int, turn_id: int, choice: str) -> dict[str, Any]:
    return {"label": label, "mood": choice, "case": case_id, "turn": turn_id}


def words_of(incoming: Incoming) -> str:
    """A customer message in words for staff: its text, what was attached, which button was pressed."""
    wordless = (item for item in incoming.attachments if not item.transcript)
    attached = " ".join(f"[{item.kind.value}{' ' + item.emoji if item.emoji else ''}]" for item in wordless)
    press = incoming.press
    pressed = f"[button: {press.action.value} {press.value}".strip() + "]" if press else ""
    text = marked(incoming.text, transcripts_in(incoming))
    return " ".join(part for part in (text, attached, pressed) if part)


def _order_line(order: dict[str, Any], at: datetime) -> str:
    """An order as it stood when the case opened: how late it was, and how to trace it."""
    facts = [escape(order["code"]), order["status"], f"{order['total']:,} ₫"]
    if order.get("expected_at") and order["status"] in _ON_THE_WAY:
        due = datetime.fromisoformat(order["expected_at"])
        late = (at - due).days
        facts.append(f"due {due:%d.%m.}" + (f", <b>{late} days late</b>" if late > 0 else ""))
    if order.get("tracking"):
        facts.append(f"<code>{escape(order['tracking'])}</code>")
    return f"📦 {' · '.join(facts)}"


def _moods(card: dict[str, Any]) -> list[str]:
    """The moods as a line, unless they have expired."""
    moods = card.get("moods")
    if not moods:
        return []
    right = card.get("corrected")
    shown = [*moods[:-1], right] if right else moods
    dots = "".join(MOOD_DOTS[Mood(mood)] for mood in shown[-12:])
    if right:
        return [f"<b>Mood:</b> {dots} {right} (read as {moods[-1]}, corrected by {_line(card['corrected_by'])})"]
    return [f"<b>Mood:</b> {dots} {moods[-1]}, {card['trend']}{' (unsure)' if card['unsure'] else ''}"]


def _line(text: str) -> str:
    """Somebody's words as HTML on one line, not too long."""
    words = " ".join(text.split())
    return escape(words if len(words) <= LINE_SHOWN else f"{words[: LINE_SHOWN - 1]}…")


def _state(case: CaseView) -> str:
    held_by = f" {_line(case.holder_name)}" if case.status is CaseStatus.HELD else ""
    return f"{_STATUS[case.status]}{held_by} · opened {case.opened_at:%H:%M} UTC"


def _order(order: OrderView) -> dict[str, Any]:
    return {
        "code": order.code,
        "status": order.status.value,
        "total": order.total,
        "placed_at": order.placed_at.isoformat(),
        "tracking": " ".join(filter(None, (order.carrier, order.tracking))),
        "expected_at": order.expected_at.isoformat() if order.expected_at else "",
        "delivered_at": order.delivered_at.isoformat() if order.delivered_at else "",
        "items": [f"{line.quantity}× {line.name}" for line in order.lines],
    }


def _request(request: RequestView) -> str:
    return f"{request.number} {request.kind.value}: {request.status}"
