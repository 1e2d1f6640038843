"""A message that the bot fails on is not lost: the customer is told, a human gets the words."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.escalation import CaseStatus
from bot.domain.incoming import Incoming
from bot.intake.settings import BackoffSettings
from tests.doubles.house import BRAND, MAI, House, words_of


def fail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every turn fails; there is no waiting between the tries."""

    async def broken(incoming: Incoming, settles: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(house.core.agent, "turn", broken)
    tries = house.service.turns._tries
    quick = BackoffSettings(first=0.001, cap=0.001)
    monkeypatch.setattr(tries, "_settings", tries._settings.model_copy(update={"backoff": quick}))


async def given_up(house: House, said: Incoming, posts: int) -> None:
    """Have a message heard, and wait until so many posts reached the customer in all."""
    await house.service.turns.hear(said, await received(house, said))
    for _ in range(2_000):
        if len(house.screen(said.sender.external_id)) >= posts and not house.service.turns.talking:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("nobody was told")


async def received(house: House, said: Incoming) -> int:
    async with house.core.database.work(write=True) as work:
        number = await work.mailbox.receive(
            BRAND, "web", said.messages[0], "web", said.conversation, {}, house.clock.now()
        )
        await work.commit()
    return number or 0


async def test_a_message_that_fails_reaches_a_human(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(house, monkeypatch)
    await given_up(house, house.message("Lan", "cứu tôi với"), 1)
    (post,) = house.screen("Lan")
    assert "trục trặc kỹ thuật" in words_of(post)
    case = await house.case_of("Lan")
    assert case is not None
    assert (case.status, case.reason) == (CaseStatus.WAITING, "failed")
    (item,) = [item for item in await house.desk.queue(BRAND) if item.case.id == case.id]
    assert (item.last_words, item.card["message"]) == ("cứu tôi với", "cứu tôi với")
    async with house.core.database.work() as work:
        (dead,) = await work.mailbox.unheard(BRAND)
        assert dead.error == "ValueError: a bug"
        where = await work.turns.conversation(BRAND, "web:Lan")
        assert where is not None
    for _ in range(400):
        if house.topic("Lan", "card"):
            break
        await asyncio.sleep(0.005)
    assert "cứu tôi với" in words_of(house.topic("Lan", "card")[0])


async def test_it_is_said_in_the_language_of_the_message(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(house, monkeypatch)
    await given_up(house, house.message("Ann", "Please help me, where is my parcel?"), 1)
    assert "went wrong" in words_of(house.screen("Ann")[0])


async def test_words_that_no_database_takes_are_told_without_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(house, monkeypatch)
    await given_up(house, house.message("Lan", "cứu\x00 tôi \ud800"), 1)
    (item,) = await house.desk.queue(BRAND)
    assert item.card["message"] == "cứu tôi ?"


async def test_in_an_open_case_the_words_are_shown_and_a_holder_answers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.says("demo-1", "cho tôi gặp nhân viên")
    case = await house.claims(MAI, "demo-1")
    seen = len(house.screen("demo-1"))
    fail(house, monkeypatch)
    await given_up(house, replace(house.message("demo-1", "alo")), seen)
    async with house.core.database.work() as work:
        where = await work.turns.conversation(BRAND, "web:demo-1")
        assert where is not None
        assert (await work.turns.recent(where.id or 0, 1))[0].text == "alo"
    for _ in range(400):
        if "alo" in [words_of(post) for post in house.topic("demo-1", "note")]:
            break
        await asyncio.sleep(0.005)
    assert "alo" in [words_of(post) for post in house.topic("demo-1", "note")]
    assert len(house.screen("demo-1")) == seen
    latest = await house.case_of("demo-1")
    assert latest is not None
    assert latest.id == case.id


async def test_a_group_that_is_bound_sees_what_waits(house: House) -> None:
    await house.says("demo-1", "cho tôi gặp nhân viên")
    cards = len(house.topic("demo-1", "card"))
    member = (await house.core.staff.issue_login_link()) or ""
    admin, _ = await house.core.staff.redeem_login(member)
    code = await house.core.staff.issue_bind_code(admin)
    await house.core.staff.bind_group("777", code, "-1001", "Hà")
    house.core.posted()
    await house.calm("demo-1")
    assert len(house.topic("demo-1", "card")) == cards + 1
