"""Customers of the real process on Telegram, by long polling and by webhook."""

import pytest

from tests.process.shop import ANGRY, Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_newcomer_is_greeted_and_has_a_menu(shop: Shop) -> None:
    lan = shop.customer()
    hello = await shop.answer(lan, "/start")
    assert "trợ lý tự động" in hello.text
    assert "🙋 Gặp nhân viên" in [key["text"] for key in lan.keyboard]
    emma = shop.customer("Emma", "en")
    assert "automatic assistant" in (await shop.answer(emma, "/start")).text


async def test_an_order_is_told_to_who_knows_its_number_and_phone(shop: Shop) -> None:
    minh = shop.customer("Minh")
    asked = await shop.answer(minh, "Đơn hàng của mình đến đâu rồi?")
    assert "📱 Chia sẻ số điện thoại" in [key["text"] for key in minh.keyboard]
    assert "TH-20001" not in asked.text
    told = await shop.answer(minh, "TH-20001 2001")
    assert "TH-20001" in told.text
    assert [turn.author for turn in await shop.turns(minh)] == ["customer"] * 2


async def test_a_wrong_phone_end_tells_nothing(shop: Shop) -> None:
    minh = shop.customer("Minh")
    await shop.answer(minh, "Đơn hàng của mình đến đâu rồi?")
    told = await shop.answer(minh, "TH-20001 9999")
    assert "GHN" not in told.text


async def test_a_shared_phone_links_the_orders(shop: Shop) -> None:
    hoa = shop.customer("Hoa", phone="+84900002002")
    await shop.answer(hoa, "Kiểm tra đơn hàng giúp mình với")
    told = await shop.after(hoa, lambda: hoa.presses("📱 Chia sẻ số điện thoại"))
    assert "TH-20002" in told.text


async def test_somebody_elses_phone_links_nothing(shop: Shop) -> None:
    thief = shop.customer("Tom")
    await shop.answer(thief, "Kiểm tra đơn hàng giúp mình với")
    told = await shop.after(thief, lambda: thief.shares_phone("+84900002003", own=False))
    assert "TH-20003" not in told.text


async def test_forged_presses_are_answered_as_out_of_date(shop: Shop) -> None:
    lan = shop.customer()
    await shop.answer(lan, "/privacy")
    for data in ("p|v|full|AAAAAAAA", "p|?|x|", "s|claim|1|AAAAAAAA", "nonsense", "x" * 64):
        assert "nút này đã cũ" in await shop.toast(lan.forges(data)), data
    await shop.settled(lan)
    assert len(lan.heard) == 1
    assert {row.state for row in await shop.inbox(lan)} == {"done"}


async def test_a_real_press_is_answered_at_once_and_acted_on(shop: Shop) -> None:
    lan = shop.customer()
    await shop.answer(lan, "/privacy")
    told = await shop.after(lan, lambda: lan.presses("Đầy đủ"))
    assert "Đầy đủ" in told.text
    assert all(press.answer is not None for press in shop.fake.world.presses.values() if press.user is lan.user)


async def test_an_oversized_text_is_one_turn_and_is_answered(shop: Shop) -> None:
    lan = shop.customer()
    await shop.answer(lan, "Xin chào shop! " + "<&> ạ 👋 " * 400)
    assert len(await shop.turns(lan)) == 1


async def test_an_album_is_one_turn(shop: Shop) -> None:
    lan = shop.customer()
    album = lan.sends_album(3, "Áo mới nhận bị rách, shop xem giúp mình với")
    await shop.until(lambda: lan.heard)
    await shop.settled(lan)
    (turn,) = await shop.turns(lan)
    assert turn.messages == [str(photo.id) for photo in album]
    assert len(lan.heard) == 1


async def test_fragments_are_one_turn(shop: Shop) -> None:
    lan = shop.customer()
    for words in ("shop ơi", "cho mình hỏi", "phí giao hàng là bao nhiêu?"):
        lan.says(words)
    answer = await shop.until(lambda: lan.heard)
    await shop.settled(lan)
    assert len(await shop.turns(lan)) == 1
    assert "25.000" in answer[-1].text


async def test_a_voice_message_offers_a_human(shop: Shop) -> None:
    lan = shop.customer()
    offer = await shop.after(lan, lan.sends_voice)
    assert "Có, gọi nhân viên" in offer.buttons
    lan.presses("Có, gọi nhân viên")
    await shop.until(lambda: shop.topic_of(lan))


async def test_who_blocks_the_bot_is_left_alone_until_they_are_back(shop: Shop) -> None:
    lan = shop.customer()
    shop.expected.append("is dead after 1 attempts")
    lan.says("Phí giao hàng là bao nhiêu?")
    lan.blocks_bot()
    await shop.until(lambda: not shop.fake.bot.mailroom.pending)
    await shop.settled(lan)
    assert lan.heard == []
    if rows := [row for row in await shop.outbox(lan) if row.state == "dead"]:
        assert "blocked" in rows[0].error
        assert (await shop.identity(lan)).blocked_at is not None
    lan.unblocks_bot()
    await shop.answer(lan, "Phí giao hàng là bao nhiêu?")
    await shop.settled(lan)
    assert (await shop.identity(lan)).blocked_at is None


async def test_an_angry_customer_gets_a_human_with_all_they_need_to_know(shop: Shop) -> None:
    lan = shop.customer()
    topic = await shop.escalated(lan)
    (case,) = await shop.cases(lan)
    assert topic.name.endswith(case.number)
    card = shop.card(topic)
    assert ANGRY in card.text
    assert [label.split()[-1] for label in card.buttons] == ["Claim", "Close", "mood?"]
    assert "nhân viên" in lan.heard[-1].text
