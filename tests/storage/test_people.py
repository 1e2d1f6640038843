"""Customers and staff: identities, consent, merging; keys that work once; the group and its topics."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.tables import Order, Staff, Turn

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)


async def test_a_customer_is_found_by_identity_within_the_brand(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await work.customers.create(BRAND, "telegram", "77", "Lan")
        await work.customers.create("other", "telegram", "77", "Somebody else")
        await work.customers.set_blocked(BRAND, "telegram", "77", NOW)
        await work.commit()
    async with database.work() as work:
        known = await work.customers.by_identity(BRAND, "telegram", "77")
        assert known is not None
        customer, identity = known
        assert (customer.id, customer.level, identity.name, identity.blocked_at) == (lan.id, "off", "Lan", NOW)
        assert await work.customers.by_identity(BRAND, "web", "77") is None
        assert await work.customers.get("other", lan.id) is None


async def test_pages_of_customers(database: Database) -> None:
    async with database.work(write=True) as work:
        for number in range(5):
            await work.customers.create(BRAND, "web", str(number), "", id=f"c{number}")
        first = await work.customers.all(BRAND, limit=3)
        rest = await work.customers.all(BRAND, after_id=first[-1].id, limit=3)
    assert [customer.id for customer in first + rest] == ["c0", "c1", "c2", "c3", "c4"]


async def test_the_level_and_its_ledger_entry_are_one_thing(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await work.customers.create(BRAND, "web", "1", "Lan")
        await work.customers.record_consent(BRAND, lan.id, "level", "full", "web", "All right?", "button 7", NOW)
        await work.customers.record_consent(BRAND, lan.id, "proactive", "no", "web", "Messages?", "button 8", NOW)
        customer = await work.customers.get(BRAND, lan.id)
        ledger = await work.customers.consents(BRAND, lan.id)
    assert customer is not None
    assert customer.level == "full"
    assert [(entry.purpose, entry.value, entry.evidence) for entry in ledger] == [
        ("level", "full", "button 7"),
        ("proactive", "no", "button 8"),
    ]


async def test_merging_moves_everything_and_keeps_the_last_word(database: Database) -> None:
    async with database.work(write=True) as work:
        shop = await work.customers.create(BRAND, "web", "old", "Nguyễn Lan", id="shop-file")
        await work.customers.set(BRAND, shop.id, phone="+84901234567", suggestions_stopped=True)
        chat = await work.customers.create(BRAND, "telegram", "77", "lanlan", id="chat")
        await work.customers.set(BRAND, chat.id, language="vi")
        await work.customers.record_consent(BRAND, shop.id, "level", "full", "web", "", "", NOW - timedelta(days=9))
        await work.customers.record_consent(BRAND, chat.id, "level", "basic", "telegram", "", "", NOW)
        conversation = await work.turns.open(BRAND, "telegram", "telegram:1:77", chat.id)
        await work.turns.add(
            Turn(brand=BRAND, conversation_id=conversation.id or 0, customer_id=chat.id, author="customer")
        )
        await work.catalog.put_order(Order(brand=BRAND, code="TH-1", customer_id=chat.id), [])
        await work.cases.create_request(BRAND, "cancel", chat.id, conversation.id or 0, "TH-1", {})
        await work.events.add(BRAND, chat.id, "viewed", "A", {}, NOW)

        await work.customers.merge(BRAND, into_id=shop.id, from_id=chat.id)
        await work.commit()
    async with database.work() as work:
        assert await work.customers.get(BRAND, "chat") is None
        known = await work.customers.by_identity(BRAND, "telegram", "77")
        assert known is not None
        kept = known[0]
        assert (kept.id, kept.name, kept.language, kept.level, kept.suggestions_stopped) == (
            "shop-file",
            "Nguyễn Lan",
            "vi",
            "basic",
            True,
        )
        assert len(await work.catalog.orders_of(BRAND, kept.id)) == 1
        assert len(await work.cases.requests(BRAND, kept.id)) == 1
        assert len(await work.events.of(BRAND, kept.id, NOW)) == 1
        assert (await work.turns.conversations_of(BRAND, kept.id))[0].address == "telegram:1:77"


async def test_merging_with_nobody_is_an_error(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await work.customers.create(BRAND, "web", "1", "Lan")
        with pytest.raises(StorageError, match="not two files"):
            await work.customers.merge(BRAND, lan.id, "nobody")


async def test_only_a_known_number_finds_a_customer(database: Database) -> None:
    async with database.work(write=True) as work:
        lan = await work.customers.create(BRAND, "web", "1", "Lan")
        await work.customers.set(BRAND, lan.id, phone="+84901234567")
        await work.customers.create(BRAND, "web", "2", "No number")
        found = await work.customers.by_phone(BRAND, "+84901234567")
        assert found is not None
        assert found.id == lan.id
        assert await work.customers.by_phone(BRAND, "") is None


# ---- staff ----


async def _agent(database: Database, **fields: object) -> Staff:
    async with database.work(write=True) as work:
        staff = await work.staff.add(Staff(brand=BRAND, name="Minh", login="minh", telegram_id="9", **fields))
        await work.commit()
    return staff


async def test_a_one_time_token_works_once_even_at_the_same_time(database: Database) -> None:
    minh = await _agent(database)
    async with database.work(write=True) as work:
        token = await work.staff.issue(BRAND, "login", minh.id, datetime.now(UTC) + timedelta(minutes=5))
        await work.commit()

    async def redeem() -> Staff | None:
        async with database.work(write=True) as work:
            staff = await work.staff.redeem("login", token)
            await work.commit()
        return staff

    winners = [staff.id for staff in await asyncio.gather(*(redeem() for _ in range(5))) if staff]
    assert winners == [minh.id]


async def test_what_is_wrong_about_a_token_keeps_the_door_shut(database: Database) -> None:
    minh = await _agent(database)
    soon, past = datetime.now(UTC) + timedelta(minutes=5), datetime.now(UTC) - timedelta(seconds=1)
    async with database.work(write=True) as work:
        expired = await work.staff.issue(BRAND, "login", minh.id, past)
        login = await work.staff.issue(BRAND, "login", minh.id, soon)
        assert await work.staff.redeem("login", expired) is None
        assert await work.staff.redeem("bind", login) is None
        assert await work.staff.session(login) is None
        assert await work.staff.redeem("login", "guess") is None
        await work.staff.set(BRAND, minh.id, active=False)
        assert await work.staff.redeem("login", login) is None


async def test_sessions_last_until_revoked(database: Database) -> None:
    minh = await _agent(database)
    soon = datetime.now(UTC) + timedelta(hours=8)
    async with database.work(write=True) as work:
        first = await work.staff.issue(BRAND, "session", minh.id, soon)
        second = await work.staff.issue(BRAND, "session", minh.id, soon)
        assert [(await work.staff.session(token)) is not None for token in (first, second)] == [True, True]
        await work.staff.revoke(first)
        assert [(await work.staff.session(token)) is not None for token in (first, second)] == [False, True]
        await work.staff.revoke_all(minh.id)
        assert await work.staff.session(second) is None


async def test_a_binding_code_can_be_typed(database: Database) -> None:
    minh = await _agent(database)
    async with database.work(write=True) as work:
        code = await work.staff.issue(BRAND, "bind", minh.id, datetime.now(UTC) + timedelta(minutes=5))
        assert len(code) == 10
        assert code.isalnum()
        assert not set(code) & set("01IO")
        assert await work.staff.redeem("bind", code) is not None


async def test_staff_are_found_by_login_and_telegram(database: Database) -> None:
    minh = await _agent(database)
    await _agent_without_keys(database)
    async with database.work() as work:
        for found in (await work.staff.by_login(BRAND, "minh"), await work.staff.by_telegram(BRAND, "9")):
            assert found is not None
            assert found.id == minh.id
        assert await work.staff.by_login(BRAND, "") is None
        assert await work.staff.by_telegram(BRAND, "") is None
        assert [staff.name for staff in await work.staff.all(BRAND)] == ["An", "Minh"]


async def _agent_without_keys(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.staff.add(Staff(brand=BRAND, name="An"))
        await work.commit()


async def test_the_group_moves_with_its_topics_and_links(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.staff.bind(BRAND, "1", "-100", "Minh")
        await work.staff.put_topic(BRAND, "telegram:1:77", "-100", "5")
        await work.staff.put_topic(BRAND, "telegram:1:77", "-100", "6")
        await work.staff.link(BRAND, "telegram:1:77", "77", "10", "-100", "20")
        await work.staff.move_group("-100", "-200")
        group, topic = await work.staff.group(BRAND), await work.staff.topic(BRAND, "telegram:1:77")
        assert group is not None
        assert topic is not None
        assert (group.chat, topic.chat, topic.thread) == ("-200", "-200", "6")
        assert await work.staff.topic_by_thread("-200", "5") is None
        assert [link.copy_message for link in await work.staff.links_from(BRAND, "77", "10")] == ["20"]
        assert [link.message for link in await work.staff.links_to(BRAND, "-200", "20")] == ["10"]
        await work.staff.bind(BRAND, "1", "-300", "Minh")
        assert await work.staff.topic(BRAND, "telegram:1:77") is None


async def test_a_dropped_topic_is_gone(database: Database) -> None:
    async with database.work(write=True) as work:
        await work.staff.put_topic(BRAND, "telegram:1:77", "-100", "5")
        await work.staff.drop_topic(BRAND, "telegram:1:77")
        assert await work.staff.topic_by_thread("-100", "5") is None
