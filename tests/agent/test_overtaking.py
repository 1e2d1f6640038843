"""A message that overtakes an answer, and words that are corrected later."""

from bot.domain.incoming import Incoming
from bot.intake.burst import join
from storage.tables import Event, Turn
from tests.agent.conftest import Shop


async def test_an_answer_that_has_begun_to_leave_stands(shop: Shop) -> None:
    """It left between recalling and writing down: the turn is thought through again, alone."""
    await shop.says("phí ship bao nhiêu")
    (first,) = await shop.outbox(state="waiting")
    read = shop.core.reader.read
    seen: list[str] = []

    async def left_meanwhile(text: str):  # type: ignore[no-untyped-def]
        if not seen:
            await shop.delivered()
        seen.append(text)
        return await read(text)

    shop.core.reader.read = left_meanwhile  # type: ignore[method-assign]
    await shop.says("có đổi trả được không")
    assert seen == ["phí ship bao nhiêu\ncó đổi trả được không", "có đổi trả được không"]
    assert [row.id for row in await shop.outbox(state="sent")] == [first.id]
    assert await shop.outbox(state="withdrawn") == []


async def test_an_answer_of_which_a_part_is_out_is_not_overtaken(shop: Shop) -> None:
    await shop.says("phí ship bao nhiêu")
    (row,) = await shop.outbox(state="waiting")
    async with shop.core.database.work(write=True) as work:
        row.id = None
        await work.mailbox.post([row])
        (head,) = await work.mailbox.due(shop.clock.now(), 1)
        await work.mailbox.mark_sending([head.id or 0])
        await work.commit()
    await shop.says("có đổi trả được không")
    assert await shop.outbox(state="withdrawn") == []


async def test_an_unseen_answer_takes_its_suggestions_along(shop: Shop) -> None:
    await shop.says("gợi ý giúp mình vài món với", "demo-5")
    assert await shop.rows(Event, kind="suggested", customer_id="demo-5")
    before = {event.id for event in await shop.rows(Event, kind="suggested", customer_id="demo-5")}
    await shop.says("à mà phí ship bao nhiêu", "demo-5")
    assert await shop.outbox(state="withdrawn")
    now = {event.id for event in await shop.rows(Event, kind="suggested", customer_id="demo-5")}
    newest = max(number or 0 for number in before)
    assert newest not in now


async def test_an_edit_corrects_its_own_line_of_a_burst(shop: Shop) -> None:
    first, second = shop.incoming("cho hỏi"), shop.incoming("đơn TH-10231 đâu")
    burst: Incoming = join([first, second])
    await shop.core.agent.turn(burst)
    await shop.core.agent.turn(shop.incoming("đơn TH-10102 đâu", edits=second.messages[0]))
    (turn,) = await shop.rows(Turn, author="customer")
    assert turn.text == "cho hỏi\nđơn TH-10102 đâu"
    await shop.core.agent.turn(shop.incoming("em ơi", edits=first.messages[0]))
    (turn,) = await shop.rows(Turn, author="customer")
    assert turn.text == "em ơi\nđơn TH-10102 đâu"
