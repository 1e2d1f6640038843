"""Turns, cases, requests, events and policies."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.database import Database
from storage.privacy import forget
from storage.tables import Case, Conversation, DecisionRow, ReadingRow, Turn
from storage.work import Work

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)


async def conversation(work: Work, number: str = "1") -> Conversation:
    customer = await work.customers.create(BRAND, "web", number, "Lan")
    return await work.turns.open(BRAND, "web", f"web:{number}", customer.id)


def turn(place: Conversation, text: str, author: str = "customer", **fields: object) -> Turn:
    return Turn(
        brand=BRAND,
        conversation_id=place.id or 0,
        customer_id=place.customer_id,
        author=author,
        text=text,
        **fields,
    )


async def say(work: Work, place: Conversation, text: str, **fields: object) -> int:
    common = {"brand": BRAND, "conversation_id": place.id or 0, "turn_id": 0}
    return await work.turns.add_customer_turn(
        turn(place, text, **fields),
        ReadingRow(
            **common, language="vi", mood="angry", intent="complaint", source="lexicon", body={"intensity": 0.9}
        ),
        DecisionRow(
            **common, kind="reply", policy="calm", policy_version=1, stage="at_risk", answer={"text_key": "sorry"}
        ),
    )


async def test_recent_joins_what_was_heard_and_decided(database: Database) -> None:
    async with database.work(write=True) as work:
        place = await conversation(work)
        heard = await say(work, place, "Đơn hàng của tôi đâu?", messages=["5", "6"])
        await work.turns.add(turn(place, "Dạ em xem ngay ạ.", "bot", answers=heard))
        other = await conversation(work, "2")
        await say(work, other, "Somebody else")
        answer, question = await work.turns.recent(place.id or 0)
    assert (question.text, question.mood, question.intent, question.reading) == (
        "Đơn hàng của tôi đâu?",
        "angry",
        "complaint",
        {"intensity": 0.9},
    )
    assert (question.kind, question.policy, question.answer) == ("reply", "calm", {"text_key": "sorry"})
    assert (question.messages, question.at.tzinfo) == (["5", "6"], UTC)
    assert (answer.author, answer.answers, answer.mood, answer.policy, answer.answer) == ("bot", heard, "", "", {})


async def test_a_long_conversation_is_read_page_by_page(database: Database) -> None:
    async with database.work(write=True) as work:
        place = await conversation(work)
        for number in range(7):
            await work.turns.add(turn(place, str(number)))
        first = await work.turns.transcript(place.id or 0, 4)
        second = await work.turns.transcript(place.id or 0, 4, before_id=first[-1].id)
    assert [item.text for item in first + second] == ["6", "5", "4", "3", "2", "1", "0"]


async def test_an_edit_is_found_by_its_message(database: Database) -> None:
    async with database.work(write=True) as work:
        place = await conversation(work)
        number = await say(work, place, "Đôn hàng", messages=["5", "6"])
        found = await work.turns.by_message(BRAND, place.id or 0, "6")
        assert found is not None
        assert found.id == number
        assert await work.turns.by_message(BRAND, place.id or 0, "7") is None
        assert await work.turns.by_message("other", place.id or 0, "6") is None
        await work.turns.edit(number, "Đơn hàng", {"text": "Đơn hàng"}, NOW)
        (edited,) = await work.turns.recent(place.id or 0)
        kept = await work.turns.by_message(BRAND, place.id or 0, "6")
    assert (edited.text, edited.edited_at) == ("Đơn hàng", NOW)
    assert kept is not None
    assert kept.incoming == {"text": "Đơn hàng"}


async def test_latest_turns_of_the_brand(database: Database) -> None:
    async with database.work(write=True) as work:
        place = await conversation(work)
        numbers = [await work.turns.add(turn(place, str(number))) for number in range(4)]
        assert [item.id for item in await work.turns.latest(BRAND, 2)] == numbers[:1:-1]
        assert [item.id for item in await work.turns.latest(BRAND, 9, after_id=numbers[2])] == numbers[3:]
        assert await work.turns.latest("other", 9) == []


async def test_one_conversation_per_address(database: Database) -> None:
    async with database.work(write=True) as work:
        place = await conversation(work)
        found = await work.turns.conversation(BRAND, "web:1")
        assert found is not None
        assert found.id == place.id
        assert await work.turns.conversation("other", "web:1") is None


# ---- cases ----


def case(urgency: int = 1, conversation_id: int = 1, minutes: int = 0, brand: str = BRAND) -> Case:
    return Case(
        brand=brand,
        number="",
        conversation_id=conversation_id,
        customer_id="lan",
        turn_id=1,
        reason="angry",
        policy="safety.angry",
        urgency=urgency,
        opened_at=NOW + timedelta(minutes=minutes),
    )


async def test_cases_are_numbered_per_brand_and_open_with_an_event(database: Database) -> None:
    async with database.work(write=True) as work:
        first, second = await work.cases.open(case()), await work.cases.open(case())
        other = await work.cases.open(case(brand="other"))
        assert [item.number for item in (first, second, other)] == ["C-1001", "C-1002", "C-1001"]
        (opened,) = await work.cases.events(first.id or 0)
        assert (opened.seq, opened.kind, opened.at, opened.brand) == (1, "opened", NOW, BRAND)


async def test_of_two_who_claim_at_once_one_wins(database: Database) -> None:
    async with database.work(write=True) as work:
        opened = await work.cases.open(case())
        await work.commit()

    async def claim(name: str) -> bool:
        async with database.work(write=True) as work:
            won = await work.cases.append(opened.id or 0, 2, "claimed", name, name)
            await work.commit()
        return won

    assert sorted(await asyncio.gather(claim("minh"), claim("an"), claim("ha"))) == [False, False, True]
    async with database.work() as work:
        found = await work.cases.latest_of(1)
        assert found is not None
        assert [event.kind for event in found[1]] == ["opened", "claimed"]
        assert found[1][1].brand == BRAND


async def test_the_queue_holds_open_cases_most_urgent_first(database: Database) -> None:
    async with database.work(write=True) as work:
        old = await work.cases.open(case(urgency=1))
        new = await work.cases.open(case(urgency=1, minutes=5))
        hot = await work.cases.open(case(urgency=3, minutes=9))
        done = await work.cases.open(case(urgency=3))
        await work.cases.append(done.id or 0, 2, "closed")
        await work.cases.open(case(brand="other"))
        queue = await work.cases.queue(BRAND)
        assert [found.id for found, _ in queue] == [hot.id, old.id, new.id]
        assert all(events[0].kind == "opened" for _, events in queue)


async def test_the_newest_case_of_a_conversation(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.cases.open(case())
        newest = await work.cases.open(case())
        await work.cases.open(case(conversation_id=2))
        found = await work.cases.latest_of(1)
        assert found is not None
        assert found[0].id == newest.id
        assert await work.cases.latest_of(3) is None
        assert await work.cases.get("other", newest.id or 0) is None


async def test_requests_are_open_until_done_or_refused(database: Database) -> None:
    async with database.work(write=True) as work:
        create = work.cases.create_request
        first = await create(BRAND, "cancel", "lan", 1, "TH-1", {"reason": "đổi ý"})
        second = await create(BRAND, "return", "lan", 1, "TH-2", {})
        third = await create(BRAND, "change", "mai", 2, "TH-3", {})
        assert [item.number for item in (first, second, third)] == ["R-1001", "R-1002", "R-1003"]
        await work.cases.request_event(BRAND, first.id or 0, "accepted", "minh")
        await work.cases.request_event(BRAND, second.id or 0, "refused", "minh", "too late")
        assert [item.number for item, _ in await work.cases.open_requests(BRAND)] == ["R-1001", "R-1003"]
        own = await work.cases.requests(BRAND, "lan")
        assert [(item.number, [event.kind for event in events]) for item, events in own] == [
            ("R-1002", ["refused"]),
            ("R-1001", ["accepted"]),
        ]
        one = await work.cases.request(BRAND, first.id or 0)
        assert one is not None
        assert one[0].fields == {"reason": "đổi ý"}
        assert await work.cases.request("other", first.id or 0) is None


async def test_numbers_never_repeat_when_given_at_once(database: Database) -> None:
    async def create(number: int) -> str:
        async with database.work(write=True) as work:
            request = await work.cases.create_request(BRAND, "cancel", f"c{number}", 1, "", {})
            await work.commit()
        return request.number

    numbers = await asyncio.gather(*(create(number) for number in range(8)))
    assert sorted(numbers) == [f"R-{1001 + number}" for number in range(8)]


async def test_vouchers_have_codes_of_their_own(database: Database) -> None:
    async with database.work(write=True) as work:
        codes = {(await work.cases.voucher(BRAND, "lan", 50_000, "late parcel", None)).code for _ in range(20)}
    assert len(codes) == 20


# ---- events and policies ----


async def test_events_come_newest_first(database: Database) -> None:
    async with database.work(write=True) as work:
        for days in (3, 1, 2, 90):
            await work.events.add(BRAND, "lan", "viewed", f"{days}", {"from": "web"}, NOW - timedelta(days=days))
        await work.events.add(BRAND, "mai", "viewed", "A", {}, NOW)
        found = await work.events.of(BRAND, "lan", NOW - timedelta(days=30), 2)
    assert [event.subject for event in found] == ["1", "2"]
    assert found[0].data == {"from": "web"}


async def test_the_highest_policy_version_leads(database: Database) -> None:
    async with database.work(write=True) as work:
        assert await work.policies.live(BRAND) is None
        first = await work.policies.publish(BRAND, {"a": [1, "ấm"]}, "config.yaml", "seed")
        second = await work.policies.publish(BRAND, {"b": 1}, "Minh", "warmer")
        again = await work.policies.publish("other", {"a": [1, "ấm"]}, "config.yaml", "seed")
        live = await work.policies.live(BRAND)
        assert live is not None
        assert (live.number, live.body, live.author) == (2, {"b": 1}, "Minh")
        assert [version.number for version in await work.policies.versions(BRAND)] == [2, 1]
        assert (again.number, again.checksum) == (1, first.checksum)
        assert second.checksum != first.checksum


async def test_what_a_customer_refused_outlasts_every_window(database: Database) -> None:
    async with database.work(write=True) as work:
        for kind in ("dismissed", "asked_level", "viewed"):
            await work.events.add(BRAND, "lan", kind, kind, {}, NOW - timedelta(days=400))
        for number in range(150):
            await work.events.add(BRAND, "lan", "viewed", f"{number}", {}, NOW)
        found = await work.events.lasting(BRAND, "lan")
        assert {event.subject for event in found} == {"dismissed", "asked_level"}
        assert await work.events.lasting("other", "lan") == []


async def test_failed_lookups_count_for_the_order_and_outlive_whoever_tried(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await work.customers.create(BRAND, "telegram", "77", "Lan")
        for hours in (1, 2, 30):
            await work.events.lookup_failed(BRAND, " th-1 ", NOW - timedelta(hours=hours))
        await forget(work, BRAND, lan.id)
        day = NOW - timedelta(days=1)
        assert await work.events.failed_lookups(BRAND, "TH-1", day) == 2
        assert await work.events.failed_lookups(BRAND, "TH-2", day) == 0
        assert await work.events.failed_lookups("other", "TH-1", day) == 0


async def test_what_an_unseen_answer_suggested_is_taken_back(database: Database) -> None:
    early = NOW - timedelta(minutes=5)
    common: dict[str, Any] = {"brand": BRAND, "conversation_id": 1}
    async with database.work(write=True) as work:
        for at in (early, NOW):
            turn = await work.turns.add_customer_turn(
                Turn(**common, customer_id="lan", author="customer", text="hi", at=at),
                ReadingRow(**common, turn_id=0, language="vi", mood="happy", intent="praise", source="lexicon"),
                DecisionRow(**common, turn_id=0, kind="offer", policy="p", policy_version=1, stage="s", at=at),
            )
            for kind in ("suggested", "asked_level", "dismissed"):
                await work.events.add(BRAND, "lan", kind, "A", {}, at)
        await work.events.unsay(BRAND, "lan", [turn])
        left = await work.events.of(BRAND, "lan", early)
    assert [(event.kind, event.at) for event in left] == [
        ("dismissed", NOW),
        ("dismissed", early),
        ("asked_level", early),
        ("suggested", early),
    ]
