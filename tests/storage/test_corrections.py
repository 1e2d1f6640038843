"""Moods that staff corrected: the last word counts, figures stay, and the person's trace goes when it must."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.corrections import CorrectedWords
from storage.database import Database
from storage.privacy import RetentionSettings, forget, forget_profile, sweep
from storage.tables import Correction, Turn
from storage.work import Work

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)
KEPT = RetentionSettings()


async def said(work: Work, who: str, *, allowed: bool = False, level: str = "full", text: str = "tệ quá") -> Turn:
    """Something a customer said, with what they allow."""
    customer = await work.customers.create(BRAND, "web", who, f"Name {who}")
    await work.customers.set(BRAND, customer.id, level=level)
    if allowed:
        await work.customers.record_consent(BRAND, customer.id, "improve", "yes", "web", "learn", "1", NOW)
    where = await work.turns.open(BRAND, "web", f"web:{who}", customer.id)
    turn = Turn(brand=BRAND, conversation_id=where.id or 0, customer_id=customer.id, author="customer", text=text)
    await work.turns.add(turn)
    return turn


def correction(turn: Turn, mood: str = "neutral", at: datetime = NOW, **fields: Any) -> Correction:
    values = {"read": "angry", "heard": {"intent": "complaint"}, "source": "encoder", "model": "2025-11-01"}
    staff = {"staff_id": "minh", "staff_name": "Minh"}
    ours = {"brand": BRAND, "turn_id": turn.id, "customer_id": turn.customer_id}
    return Correction(**ours, **values, **staff, mood=mood, at=at, **fields)


async def rows(work: Work, since: datetime | None = None) -> list[CorrectedWords]:
    return await work.corrections.with_words(BRAND, since)


async def test_the_last_word_about_a_turn_counts_and_can_be_taken_back(database: Database) -> None:
    async with database.work(write=True) as work:
        turn = await said(work, "1")
        number = turn.id or 0
        await work.corrections.put(correction(turn))
        await work.corrections.put(correction(turn, "anxious", NOW + timedelta(minutes=1)))
        found = await work.corrections.of_turn(BRAND, number)
        assert found is not None
        assert (found.mood, found.at, found.heard) == ("anxious", NOW + timedelta(minutes=1), {"intent": "complaint"})
        assert len(await rows(work)) == 1
        assert await work.corrections.of_turn("other", number) is None
        assert not await work.corrections.take_back("other", number)
        assert await work.corrections.take_back(BRAND, number)
        assert not await work.corrections.take_back(BRAND, number)
        assert await rows(work) == []


async def test_corrections_come_with_words_consent_and_order(database: Database) -> None:
    async with database.work(write=True) as work:
        yes, no = await said(work, "1", allowed=True), await said(work, "2", text="hmm")
        await work.corrections.put(correction(yes, at=NOW - timedelta(days=2)))
        await work.corrections.put(correction(no))
        await work.turns.edit(no.id or 0, "hmm!", {}, NOW + timedelta(seconds=1))
        first, second = await rows(work)
        assert (first.text, first.allowed, first.edited) == ("tệ quá", True, False)
        assert (second.text, second.allowed, second.edited) == ("hmm!", False, True)
        assert [row.text for row in await rows(work, NOW)] == ["hmm!"]
        assert await work.corrections.with_words("other") == []
        assert await work.corrections.names(BRAND, yes.customer_id) == ["Name 1", "Name 1"]


async def test_how_often_which_mood_was_read_for_which(database: Database) -> None:
    async with database.work(write=True) as work:
        for who in "123":
            await work.corrections.put(correction(await said(work, who), "anxious" if who == "3" else "neutral"))
        await work.corrections.put(correction(await said(work, "4"), at=NOW - timedelta(days=8)))
        counts = await work.corrections.counts(BRAND, NOW - timedelta(days=7))
        assert counts == {("angry", "neutral"): 2, ("angry", "anxious"): 1}


async def test_stripped_rows_are_nobodys_and_still_count(database: Database) -> None:
    async with database.work(write=True) as work:
        first, other = await said(work, "1", allowed=True), await said(work, "2", allowed=True)
        for turn in (first, other):
            await work.corrections.put(correction(turn))
        assert await work.corrections.strip(BRAND, first.customer_id) == 1
        bare, whole = await rows(work)
        kept = bare.correction
        assert (kept.turn_id, kept.customer_id, kept.heard, kept.staff_id, kept.staff_name) == (None, "", {}, "", "")
        assert (bare.text, bare.allowed) == ("", False)
        assert whole.allowed
        await work.corrections.put(correction(first))  # corrected again: the bare row is another one
        assert await work.corrections.counts(BRAND, NOW) == {("angry", "neutral"): 3}


async def test_level_off_strips_and_forgetting_deletes(database: Database) -> None:
    async with database.work(write=True) as work:
        off, gone = await said(work, "1", allowed=True), await said(work, "2", allowed=True)
        for turn in (off, gone):
            await work.corrections.put(correction(turn))
        await forget_profile(work, BRAND, off.customer_id, NOW)
        await forget(work, BRAND, gone.customer_id)
        (left,) = await rows(work)
        assert (left.correction.customer_id, left.correction.turn_id) == ("", None)


@pytest.mark.parametrize(
    ("age", "level", "allowed", "stripped"),
    [
        (timedelta(days=2), "off", False, False),
        (timedelta(days=4), "off", False, True),
        (timedelta(days=4), "off", True, False),
        (timedelta(days=29), "full", False, False),
        (timedelta(days=31), "full", False, True),
        (timedelta(days=31), "full", True, False),
        (timedelta(days=364), "basic", True, False),
        (timedelta(days=366), "basic", True, True),
    ],
)
async def test_corrections_expire_as_moods_or_with_the_words_that_may_teach(
    database: Database, age: timedelta, level: str, allowed: bool, stripped: bool
) -> None:
    async with database.work(write=True) as work:
        await work.corrections.put(correction(await said(work, "1", allowed=allowed, level=level), at=NOW - age))
        assert (await sweep(work, "other", NOW, KEPT))["corrections"] == 0
        assert (await sweep(work, BRAND, NOW, KEPT))["corrections"] == int(stripped)
        assert (await sweep(work, BRAND, NOW, KEPT))["corrections"] == 0
        (row,) = await rows(work)
        assert (row.correction.turn_id is None) is stripped


async def test_a_merge_keeps_the_last_word_about_learning(database: Database) -> None:
    async with database.work(write=True) as work:
        kept, gone = await said(work, "1"), await said(work, "2", allowed=True)
        await work.corrections.put(correction(gone))
        await work.customers.merge(BRAND, kept.customer_id, gone.customer_id)
        merged = await work.customers.get(BRAND, kept.customer_id)
        assert merged is not None
        assert merged.improve_allowed
        (row,) = await rows(work)
        assert (row.allowed, row.correction.customer_id) == (True, kept.customer_id)
        await work.customers.record_consent(BRAND, kept.customer_id, "improve", "no", "web", "", "", NOW)
        (row,) = await rows(work)
        assert not row.allowed
