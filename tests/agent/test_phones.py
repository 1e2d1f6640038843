"""Numbers and codes: what they open, and for whom they open nothing."""

from bot.domain.incoming import Attachment, AttachmentKind, Incoming, Sender
from storage.tables import ChannelIdentity, Customer, DecisionRow, Event, Order, Turn
from tests.agent.conftest import Shop
from tests.doubles.house import BRAND

LINKED = "+84900002001"  # of the demo shop's orders that wait for their customer: TH-20001 and TH-20005


def on_telegram(shop: Shop, who: str, text: str = "", phone: str = "") -> Incoming:
    shop.messages += 1
    contact = (Attachment(AttachmentKind.CONTACT, phone=phone),) if phone else ()
    sender, address = Sender(who, ""), f"telegram:777:{who}"
    message = (f"t{shop.messages}",)
    return Incoming(BRAND, "telegram", address, sender, shop.clock.now(), text, contact, messages=message)


async def says(shop: Shop, who: str, text: str = "", phone: str = "") -> str:
    """One turn on Telegram; the words it is answered with."""
    await shop.core.agent.turn(on_telegram(shop, who, text, phone))
    await shop.delivered()
    return (await shop.rows(Turn, author="bot"))[-1].text


async def owner_of(shop: Shop, who: str) -> str:
    (identity,) = await shop.rows(ChannelIdentity, channel="telegram", external_id=who)
    return identity.customer_id


async def test_a_number_that_another_account_has_linked_opens_nothing(shop: Shop) -> None:
    assert "TH-20001" in await says(shop, "first", phone=LINKED)
    answer = await says(shop, "second", phone=LINKED)
    assert "tài khoản khác" in answer
    assert "TH-" not in answer
    first, second = await owner_of(shop, "first"), await owner_of(shop, "second")
    assert first != second
    assert {order.customer_id for order in await shop.rows(Order, phone=LINKED)} == {first}
    (stranger,) = await shop.rows(Customer, id=second)
    assert stranger.phone == ""
    said = await says(shop, "second", "đơn TH-20001 đâu rồi")
    assert "đã gửi" not in said


async def test_the_first_account_may_share_its_number_again(shop: Shop) -> None:
    await says(shop, "first", phone=LINKED)
    assert "TH-20001" in await says(shop, "first", phone=LINKED)


async def test_a_later_order_of_the_number_is_seen(shop: Shop) -> None:
    await says(shop, "first", phone=LINKED)
    async with shop.core.database.work(write=True) as work:
        await work.catalog.put_order(
            Order(brand=BRAND, code="TH-20999", phone=LINKED, status="packed", placed_at=shop.clock.now()), []
        )
        await work.commit()
    assert "TH-20999" in await says(shop, "first", "đơn TH-20999 tới đâu rồi")


async def test_an_old_order_is_found_when_it_is_named(shop: Shop) -> None:
    async with shop.core.database.work(write=True) as work:
        for number in range(25):
            order = Order(brand=BRAND, code=f"TH-30{number:03}", customer_id="demo-1", placed_at=shop.clock.now())
            await work.catalog.put_order(order, [])
        await work.commit()
    await shop.says("đơn TH-10102 đâu rồi")
    answer = (await shop.rows(Turn, author="bot"))[-1].text
    assert "TH-10102" in answer
    assert "không thấy" not in answer


async def test_after_ten_wrong_guesses_an_order_is_locked_for_everybody_even_the_forgotten(shop: Shop) -> None:
    for number in range(10):
        await says(shop, f"thief-{number}", "tra đơn TH-20001 0000")
    assert len(await shop.rows(Event, kind="lookup_failed", subject="TH-20001")) == 10
    await says(shop, "thief-99", f"tra đơn TH-20001 {LINKED[-4:]}")
    decision = (await shop.rows(DecisionRow))[-1]
    assert decision.answer["text_key"] == "lookup_too_often"
    assert len(await shop.rows(Event, kind="lookup_failed")) == 10
    shop.pass_by(hours=25)
    assert "TH-20001" in await says(shop, "honest", f"tra đơn TH-20001 {LINKED[-4:]}")
