"""A person's data comes out whole, is erased whole, and expires by itself."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from storage.database import Database
from storage.people import BY_ADDRESS, BY_CONVERSATION, BY_CUSTOMER
from storage.privacy import RetentionSettings, export, forget, sweep
from storage.repository import table
from storage.tables import TABLES, Case, Correction, DecisionRow, Order, OrderLine, Outbox, ReadingRow, Token, Turn
from storage.work import Work

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "bí mật"
# Tables that hold nothing about customers, and those that hang on a customer's row.
IMPERSONAL = {"product", "staff", "staff_group", "token", "policy_version", "number_series"}
CHILDREN = {"order_line", "case_event", "request_event"}


def test_every_table_is_known_to_the_eraser() -> None:
    """A new table must carry customer_id, conversation_id or conversation, or be listed here with thought."""
    covered = {found.name for found in (*BY_CUSTOMER, *BY_CONVERSATION, *BY_ADDRESS)} | {"customer"}
    assert covered | IMPERSONAL | CHILDREN == {found.name for found in TABLES}


async def live_a_life(work: Work, number: str, level: str = "full", at: datetime = NOW) -> str:
    """A customer with rows in every table there is; each free text holds SECRET and the number."""
    mark, address = f"{SECRET} {number}", f"telegram:1:{number}"
    customer = await work.customers.create(BRAND, "telegram", number, mark)
    await work.customers.set(BRAND, customer.id, phone=f"+8490000000{number}", notes=mark)
    await work.customers.record_consent(BRAND, customer.id, "level", level, "telegram", mark, mark, at)
    place = await work.turns.open(BRAND, "telegram", address, customer.id)
    common: dict[str, Any] = {"brand": BRAND, "conversation_id": place.id or 0}
    turn = Turn(**common, customer_id=customer.id, author="customer", text=mark, incoming={"text": mark}, at=at)
    heard = ReadingRow(
        **common, turn_id=0, language="vi", mood="angry", intent="x", source="lexicon", body={"said": mark}, at=at
    )
    decided = DecisionRow(
        **common, turn_id=0, kind="reply", policy="p", policy_version=1, stage="s", situation={"said": mark}, at=at
    )
    decided.why, decided.body = f"angry: {mark}", {"why": f"angry: {mark}"}
    said = await work.turns.add_customer_turn(turn, heard, decided)
    other = {"read": "angry", "mood": "anxious", "heard": {"said": mark}, "source": "lexicon", "staff_name": "Minh"}
    await work.corrections.put(Correction(brand=BRAND, turn_id=said, customer_id=customer.id, **other, at=at))
    person: dict[str, Any] = {**common, "customer_id": customer.id}
    opened = await work.cases.open(
        Case(
            **person,
            number="",
            turn_id=said,
            reason="angry",
            policy="p",
            urgency=1,
            opened_at=at,
            why=f"angry: {mark}",
            card={"said": mark, "moods": ["angry"], "trend": "falling", "why": f"angry: {mark}", "unsure": False},
        )
    )
    await work.cases.append(opened.id or 0, 2, "noted", "minh", "Minh", f"a note, {mark}")
    await work.cases.append(opened.id or 0, 3, "passed_on", "minh", "Minh", f"a note, {mark}")
    await work.cases.append(opened.id or 0, 4, "closed", "minh", "Minh", mark)
    request = await work.cases.create_request(BRAND, "cancel", customer.id, place.id or 0, "TH", {"why": mark})
    await work.cases.request_event(BRAND, request.id or 0, "accepted", "minh", mark)
    await work.cases.voucher(BRAND, customer.id, 50_000, mark, None)
    order = Order(brand=BRAND, code=f"TH-{number}", customer_id=customer.id, phone=f"+8490000000{number}")
    await work.catalog.put_order(order, [OrderLine(brand=BRAND, order_id=0, sku="A")])
    await work.events.add(BRAND, customer.id, "viewed", "A", {"said": mark}, at)
    handled = await work.mailbox.receive(BRAND, "1", number, "telegram", address, {"text": mark}, at) or 0
    dead = await work.mailbox.receive(BRAND, "1", f"d{number}", "telegram", address, {"text": mark}, at) or 0
    await work.mailbox.settle([handled], said)
    await work.mailbox.fail(dead, mark, dead=True)
    words = {"brand": BRAND, "channel": "telegram", "lane": address, "conversation": address, "kind": "say"}
    await work.mailbox.post([Outbox(**words, payload={"text": mark}, created_at=at) for _ in range(2)])
    await work.staff.link(BRAND, address, number, "1", "-100", "2")
    await work.staff.put_topic(BRAND, address, "-100", number)
    return customer.id


async def dump(work: Work) -> str:
    """The whole database as text."""
    rows = [list((await work.session.execute(select(found))).mappings()) for found in TABLES]
    return json.dumps([[dict(row) for row in found] for found in rows], ensure_ascii=False, default=str)


async def count(work: Work, name: str) -> int:
    (found,) = (found for found in TABLES if found.name == name)
    return int((await work.session.execute(select(func.count()).select_from(found))).scalar_one())


async def test_export_holds_everything_about_the_person_and_nobody_else(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await live_a_life(work, "1")
        await live_a_life(work, "2")
        found = await export(work, BRAND, lan)
    text = json.dumps(found, ensure_ascii=False)
    assert f"{SECRET} 1" in text
    assert f"{SECRET} 2" not in text
    assert "Minh" not in text
    assert "a note" not in text
    assert [event["kind"] for event in found["case_event"]] == ["opened", "noted", "passed_on", "closed"]
    filled = {name for name, rows in found.items() if rows}
    assert filled == {found.name for found in TABLES} - IMPERSONAL - {"outbox", "message_link", "staff_topic"}
    assert found["order_line"][0]["sku"] == "A"
    assert found["reading"][0]["body"] == {"said": f"{SECRET} 1"}
    assert (found["correction"][0]["read"], found["correction"][0]["mood"]) == ("angry", "anxious")


async def test_forget_leaves_no_trace_but_orders_without_a_person(database: Database) -> None:
    async with database.work(write=True) as work:
        lan, mai = await live_a_life(work, "1"), await live_a_life(work, "2")
        await forget(work, BRAND, lan)
        await work.commit()
    async with database.work() as work:
        left = await dump(work)
        assert f"{SECRET} 1" not in left
        assert "+84900000001" not in left
        assert lan not in left
        assert "telegram:1:1" not in left
        order = await work.catalog.order(BRAND, "TH-1")
        assert order is not None
        assert (order.customer_id, order.phone) == (None, "")
        assert len(await work.catalog.lines_of(order.id or 0)) == 1
        assert (await export(work, BRAND, mai))["turn"][0]["text"] == f"{SECRET} 2"
        assert await work.mailbox.waiting(10) == []


async def test_a_forgotten_person_who_writes_again_is_new_and_repeats_are_still_known(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await live_a_life(work, "1")
        next_words = await work.mailbox.receive(BRAND, "1", "next", "telegram", "telegram:1:1", {"text": "hi"}, NOW)
        await forget(work, BRAND, lan)
        again = await work.customers.create(BRAND, "telegram", "1", "Lan")
        await work.turns.open(BRAND, "telegram", "telegram:1:1", again.id)
        assert await work.mailbox.receive(BRAND, "1", "1", "telegram", "telegram:1:1", {}, NOW) is None
        assert [row.id for row in await work.mailbox.waiting(10)] == [next_words]


async def test_forgetting_stays_within_the_brand(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await live_a_life(work, "1")
        await forget(work, "other", lan)
        assert await work.customers.get(BRAND, lan) is not None
        assert await count(work, "turn") == 1


KEPT = RetentionSettings()
MOODS = {"readings", "situations", "corrections", "card moods"}


@pytest.mark.parametrize(
    ("age", "level", "expired"),
    [
        (timedelta(hours=71), "off", set()),
        (timedelta(hours=73), "off", MOODS),
        (timedelta(days=4), "full", set()),
        (timedelta(days=31), "basic", MOODS | {"inbox"}),
        (timedelta(days=91), "full", MOODS | {"inbox"}),
        (timedelta(days=366), "full", MOODS | {"inbox", "texts", "cards"}),
        (timedelta(days=731), "full", MOODS | {"inbox", "texts", "cards", "events"}),
    ],
)
async def test_what_has_expired_goes(database: Database, age: timedelta, level: str, expired: set[str]) -> None:
    async with database.work(write=True) as work:
        await live_a_life(work, "1", level, at=NOW - age)
        done = await sweep(work, BRAND, NOW, KEPT)
        assert {name for name, number in done.items() if number} == expired
        assert not any((await sweep(work, BRAND, NOW, KEPT)).values())
        assert await count(work, "decision") == 1
        (turn,) = await work.turns.recent((await work.turns.latest(BRAND, 1))[0].conversation_id)
        assert bool(turn.text) is ("texts" not in expired)
        assert bool(turn.mood) is ("readings" not in expired)
        assert ("angry:" in await dump(work)) is ("card moods" not in expired)
        assert ("falling" in await dump(work)) is ("card moods" not in expired)


async def test_mail_tokens_and_links_expire(database: Database) -> None:
    long_ago = NOW - timedelta(days=99)
    async with database.work(write=True) as work:
        await live_a_life(work, "1")
        sent, dead = await work.mailbox.unsent_of("telegram:1:1")
        await work.mailbox.mark_sending([sent.id or 0])
        await work.mailbox.mark_sent(sent.id or 0, [])
        await work.mailbox.kill(dead.id or 0, "no")
        await work.staff.issue(BRAND, "login", "minh", NOW - timedelta(days=2))
        await work.staff.issue(BRAND, "login", "minh", NOW + timedelta(days=2))
        for name, column in (("outbox", "created_at"), ("inbox", "received_at"), ("message_link", "at")):
            (found,) = (found for found in TABLES if found.name == name)
            await work.session.execute(update(found).values({column: long_ago}))
        done = await sweep(work, BRAND, NOW, KEPT)
        assert {name: number for name, number in done.items() if number} == {
            "inbox": 2,
            "outbox": 2,
            "links": 1,
            "tokens": 1,
        }
        assert (await work.session.execute(select(func.count()).select_from(table(Token)))).scalar_one() == 1
        assert not any((await sweep(work, "other", NOW, KEPT)).values())
