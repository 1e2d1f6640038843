"""The inbox takes every update once; the outbox keeps each lane's order and loses nothing silently."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.tables import Inbox, Outbox
from storage.work import Work

BRAND = "shop"
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)


async def receive(work: Work, update_id: str, bot: str = "1") -> int | None:
    return await work.mailbox.receive(BRAND, bot, update_id, "telegram", "telegram:1:77", {"text": "hi"}, NOW)


def post(lane: str, text: str = "", urgent: int = 0, author: str = "bot", due_at: datetime = NOW) -> Outbox:
    return Outbox(
        brand=BRAND,
        channel="telegram",
        lane=lane,
        conversation=lane,
        author=author,
        kind="say",
        payload={"text": text},
        urgent=urgent,
        due_at=due_at,
    )


async def posted(work: Work, *rows: Outbox) -> list[int]:
    await work.mailbox.post(rows)
    return [row.id or 0 for row in rows]


async def due(work: Work, now: datetime = NOW, limit: int = 100, excluded: tuple[str, ...] = ()) -> list[int | None]:
    return [row.id for row in await work.mailbox.due(now, limit, excluded)]


# ---- in ----


async def test_an_update_is_taken_once_per_bot(database: Database) -> None:
    async with database.work(write=True) as work:
        first, again, other_bot = await receive(work, "5"), await receive(work, "5"), await receive(work, "5", bot="2")
        assert first is not None
        assert again is None
        assert other_bot not in (None, first)


async def test_the_same_update_twice_at_the_same_time(database: Database) -> None:
    async def publish() -> int | None:
        async with database.work(write=True) as work:
            number = await receive(work, "5")
            await work.commit()
        return number

    numbers = await asyncio.gather(*(publish() for _ in range(6)))
    assert len([number for number in numbers if number is not None]) == 1


async def test_many_at_once_with_duplicates_among_them(database: Database) -> None:
    def update(number: str) -> Inbox:
        return Inbox(brand=BRAND, bot="1", update_id=number, channel="web", conversation="web:1", payload={"n": number})

    async with database.work(write=True) as work:
        known = await receive(work, "b")
        assert known is not None
        numbers = await work.mailbox.receive_many([update(sign) for sign in "abcac"])
        assert [number is None for number in numbers] == [False, True, False, True, True]
        stored = {row.id: row.update_id for row in await work.mailbox.waiting(10)}
        assert [stored[number] for number in numbers if number] == ["a", "c"]
        assert await work.mailbox.receive_many([]) == []


async def test_what_is_handled_waits_no_longer_and_its_words_are_gone(database: Database) -> None:
    async with database.work(write=True) as work:
        numbers = [await receive(work, str(number)) or 0 for number in range(4)]
        await work.mailbox.settle(numbers[:2], 7)
        await work.mailbox.fail(numbers[2], "no idea", dead=True)
        await work.mailbox.fail(numbers[3], "try again", dead=False)
        (waiting,) = await work.mailbox.waiting(10)
        assert (waiting.id, waiting.attempts, waiting.error, waiting.payload) == (
            numbers[3],
            1,
            "try again",
            {"text": "hi"},
        )
        assert await work.mailbox.waiting(10, after_id=numbers[3]) == []
        assert await work.mailbox.counts() == {"inbox.done": 2, "inbox.dead": 1, "inbox.waiting": 1}
        assert await receive(work, "0") is None
        await work.mailbox.settle([], None)


# ---- out ----


async def test_a_lane_gives_its_rows_one_by_one_in_order(database: Database) -> None:
    async with database.work(write=True) as work:
        first, second = await posted(work, post("a"), post("a"))
        assert await due(work) == [first]
        assert await work.mailbox.mark_sending([first]) == [first]
        assert await due(work) == []
        await work.mailbox.mark_sent(first, ["m1", "m2"])
        assert await due(work) == [second]
        sent = await work.session.get(Outbox, first)
        assert sent is not None
        assert (sent.state, sent.remote, sent.attempts) == ("sent", ["m1", "m2"], 1)


async def test_a_retry_holds_its_lane_and_no_other(database: Database) -> None:
    async with database.work(write=True) as work:
        first, _, other = await posted(work, post("a"), post("a"), post("b"))
        await work.mailbox.mark_sending([first])
        later = NOW + timedelta(seconds=30)
        await work.mailbox.retry(first, later, "429")
        assert await due(work) == [other]
        assert await due(work, later) == [first, other]


async def test_dead_and_ambiguous_rows_hold_nobody_up(database: Database) -> None:
    async with database.work(write=True) as work:
        first, second, third = await posted(work, post("a"), post("a"), post("a"))
        await work.mailbox.kill(first, "blocked")
        await work.mailbox.ambiguous(second, "answer lost")
        assert await due(work) == [third]
        problems = await work.mailbox.problems(BRAND)
        assert [(row.id, row.state, row.error) for row in problems] == [
            (second, "ambiguous", "answer lost"),
            (first, "dead", "blocked"),
        ]
        assert await work.mailbox.problems("other") == []


async def test_urgent_lanes_go_first_then_the_oldest(database: Database) -> None:
    async with database.work(write=True) as work:
        plain, urgent, behind, _ = await posted(work, post("a"), post("b", urgent=2), post("c"), post("c", urgent=9))
        assert await due(work) == [behind, urgent, plain]
        assert await due(work, limit=1) == [behind]
        assert await due(work, excluded=("c", "a")) == [urgent]


async def test_only_waiting_rows_can_be_claimed(database: Database) -> None:
    async with database.work(write=True) as work:
        first, second = await posted(work, post("a"), post("b"))
        await work.mailbox.withdraw("a", reason="superseded")
        assert await work.mailbox.mark_sending([first, second]) == [second]
        assert await work.mailbox.mark_sending([first, second]) == []
        assert await work.mailbox.mark_sending([]) == []


async def test_a_new_message_takes_back_what_the_bot_has_not_said(database: Database) -> None:
    async with database.work(write=True) as work:
        sending, unsaid, staff, elsewhere = await posted(
            work, post("a"), post("a"), post("a", author="staff"), post("b")
        )
        await work.mailbox.mark_sending([sending])
        assert await work.mailbox.withdraw("a", reason="the customer wrote again") == [unsaid]
        assert [row.id for row in await work.mailbox.unsent_of("a")] == [staff]
        assert await due(work) == [elsewhere]
        assert await work.mailbox.withdraw_row(sending, "a human holds the case")
        assert not await work.mailbox.withdraw_row(sending, "again")
        assert await work.mailbox.withdraw("a", ("bot", "staff")) == [staff]


async def test_an_answer_is_taken_back_whole_or_not_at_all(database: Database) -> None:
    async with database.work(write=True) as work:
        rows = [post("a"), post("a"), post("b")]
        for row, turn in zip(rows, (7, 7, 8), strict=True):
            row.turn_id = turn
        first, *_ = await posted(work, *rows)
        assert await work.mailbox.withdraw_answers([8], "overtaken")
        await work.mailbox.mark_sending([first])
        assert not await work.mailbox.withdraw_answers([7], "overtaken")


async def test_updates_that_nobody_could_handle_are_shown(database: Database) -> None:
    async with database.work(write=True) as work:
        first, second, _ = [await receive(work, number) or 0 for number in "123"]
        for number in (first, second):
            await work.mailbox.fail(number, "ValueError: no", dead=True)
        assert [(row.id, row.error) for row in await work.mailbox.unheard(BRAND)] == [
            (second, "ValueError: no"),
            (first, "ValueError: no"),
        ]
        assert await work.mailbox.unheard("other") == []


async def test_after_a_crash_what_was_on_its_way_is_ambiguous(database: Database) -> None:
    async with database.work(write=True) as work:
        first, second = await posted(work, post("a"), post("a"))
        await work.mailbox.mark_sending([first])
        assert await work.mailbox.recover() == 1
        assert await work.mailbox.recover() == 0
        assert await due(work) == [second]
        assert [row.id for row in await work.mailbox.problems(BRAND)] == [first]


async def test_posting_many_keeps_their_order(database: Database) -> None:
    async with database.work(write=True) as work:
        numbers = await posted(work, *(post("a", str(number)) for number in range(50)))
        assert numbers == sorted(numbers)
        texts = [row.payload["text"] for row in await work.mailbox.unsent_of("a")]
        assert texts == [str(number) for number in range(50)]
        await work.mailbox.post([])


async def test_erased_numbers_are_not_given_out_again(database: Database) -> None:
    async with database.work(write=True) as work:
        (first,) = await posted(work, post("a"))
        await work.session.delete(await work.session.get_one(Outbox, first))
        await work.session.flush()
        (second,) = await posted(work, post("a"))
        assert second > first


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["sent", "retry", "kill", "ambiguous", "leave"])), max_size=25
)


@given(posts=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=12), steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_order_within_a_lane_holds_whatever_happens(
    sqlite_database: Database, posts: list[tuple[str, int]], steps: list[tuple[str, str]]
) -> None:
    now, handed_out = NOW, list[Outbox]()
    async with sqlite_database.work(write=True) as work:
        await posted(work, *(post(lane, urgent=urgent) for lane, urgent in posts))
        for lane, outcome in steps:
            ready = [row for row in await work.mailbox.due(now, 10) if row.lane == lane]
            assert len(ready) <= 1
            if not ready or outcome == "leave":
                continue
            number = ready[0].id or 0
            await work.mailbox.mark_sending([number])
            handed_out.append(ready[0])
            now += timedelta(seconds=1)
            match outcome:
                case "sent":
                    await work.mailbox.mark_sent(number, [])
                case "retry":
                    await work.mailbox.retry(number, now, "again")
                case "kill":
                    await work.mailbox.kill(number, "no")
                case "ambiguous":
                    await work.mailbox.ambiguous(number, "?")
    for lane in "abc":
        order = [row.id for row in handed_out if row.lane == lane]
        assert order == sorted(order, key=lambda number: number or 0)
