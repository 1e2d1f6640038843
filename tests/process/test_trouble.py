"""What goes wrong between the real process and Telegram, in both modes: nothing is lost and nothing said twice."""

import httpx
import pytest

from storage.tables import Outbox
from tests.doubles.telegram import FakeUser
from tests.doubles.telegram.wire import Call
from tests.process.house_process import SECRET
from tests.process.shop import Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Phí giao hàng là bao nhiêu?"


class To:
    """Whether a request goes to somebody."""

    def __init__(self, chat: int) -> None:
        self.chat = chat

    def __call__(self, call: Call) -> bool:
        return call.get("chat_id") == self.chat


async def delivered_once(shop: Shop, who: FakeUser) -> Outbox:
    """The one row that answered, after everything has settled."""
    await shop.until(lambda: who.heard)
    await shop.settled(who)
    assert len(who.heard) == 1
    (row,) = await shop.outbox(who)
    return row


async def test_being_asked_to_wait_is_obeyed(shop: Shop) -> None:
    lan = shop.customer()
    shop.fake.faults.refuse("sendMessage", status=429, retry_after=1, when=To(lan.id))
    lan.says(QUESTION)
    row = await delivered_once(shop, lan)
    assert (row.state, row.attempts) == ("sent", 2)
    refused, sent = [entry for entry in shop.fake.calls("sendMessage") if To(lan.id)(entry.call)]
    assert sent.at - refused.at >= 1


async def test_errors_of_telegrams_own_are_waited_out(shop: Shop) -> None:
    shop.expected += ["Telegram answers with errors of its own", "Telegram works again"]
    lan = shop.customer()
    shop.fake.faults.refuse("sendMessage", status=500, times=3, when=To(lan.id))
    lan.says(QUESTION)
    row = await delivered_once(shop, lan)
    assert (row.state, row.attempts) == ("sent", 4)


@pytest.mark.parametrize("status", [0, 502])
async def test_an_answer_that_was_lost_is_reported_and_never_repeated(shop: Shop, status: int) -> None:
    shop.expected.append("sent or not is unknown")
    lan = shop.customer()
    shop.fake.faults.lose_answer("sendMessage", status=status, when=To(lan.id))
    lan.says(QUESTION)
    row = await delivered_once(shop, lan)
    assert row.state == "ambiguous"
    assert QUESTION not in row.error


async def test_a_card_whose_answer_was_lost_comes_again(shop: Shop) -> None:
    lan = shop.customer()
    shop.expected += ["Telegram is unreachable", "Telegram works again"]
    shop.fake.faults.lose_answer("sendMessage", when=To(shop.staff.id))
    topic = await shop.escalated(lan)
    await shop.settled(lan)
    assert sum("Why:" in text for text in topic.texts) == 2  # better than a case that nobody sees


async def test_updates_that_come_twice_are_heard_once(shop: Shop) -> None:
    lan = shop.customer()
    if shop.webhook:
        shop.fake.faults.lose_webhook_acks(2)
    shop.fake.faults.duplicate_updates(2)
    for _ in range(3):
        await shop.answer(lan, QUESTION)
    await shop.settled(lan)
    assert len(await shop.inbox(lan)) == len(await shop.turns(lan)) == len(lan.heard) == 3
    shop.fake.faults.clear()


async def test_the_webhook_takes_nothing_from_strangers(shop: Shop) -> None:
    hook = f"{shop.process.url}/telegram/hook"
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
    header = "X-Telegram-Bot-Api-Secret-Token"
    async with httpx.AsyncClient() as client:
        for headers in ({}, {header: "wrong"}, {header: ""}, {header: SECRET + "x"}):
            assert (await client.post(hook, json=update, headers=headers)).status_code == (401 if shop.webhook else 404)
        if shop.webhook:
            known = {header: SECRET}
            assert (await client.post(hook, content=b"[1]", headers=known)).status_code == 400
            assert (await client.post(hook, content=b"{", headers=known)).status_code == 400
            assert (await client.post(hook, content=b"x" * 1_000_001, headers=known)).status_code == 413
    assert await shop.inbox_row("1") is None


async def test_numbers_tell_what_happened_and_memory_stays_small(shop: Shop) -> None:
    await shop.answer(shop.customer(), QUESTION)
    async with httpx.AsyncClient(base_url=shop.process.url) as client:
        metrics = (await client.get("/metrics")).text
        assert (await client.get("/healthz")).json() == {"status": "alive"}
    assert 'thau_ready{part="outbox"} 1.0' in metrics
    assert 'thau_intake_total{what="sent"}' in metrics
    assert shop.process.resident_mb < 450


async def test_the_log_holds_nothing_personal(shop: Shop) -> None:
    lan = shop.customer("Quỳnh", phone="+84900002004")
    await shop.answer(lan, "Kiểm tra đơn hàng giúp mình với")
    await shop.after(lan, lambda: lan.presses("📱 Chia sẻ số điện thoại"))
    await shop.settled(lan)
    for private in ("Quỳnh", "84900002004", "Kiểm tra", shop.fake.token, str(lan.id)):
        assert private not in shop.process.log
