"""Staff of the real process in their Telegram group, by long polling and by webhook."""

import pytest

from tests.doubles.telegram import FakeStaff
from tests.process.shop import ANGRY, Shop, name_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_the_claim_to_the_hand_back(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.held(lan, mai)
    assert mai.user.face["first_name"] in lan.heard[-1].text
    await shop.until(lambda: "held by Mai" in shop.card(topic).text)

    told = await shop.after(lan, lambda: mai.writes(topic, "Chào chị, em là Mai, em xem đơn ngay đây ạ."))
    assert told.text == "Chào chị, em là Mai, em xem đơn ngay đây ạ."
    assert "forward_origin" not in told.raw

    heard = len(lan.heard)
    lan.says("Cảm ơn em, phí giao hàng là bao nhiêu?")
    await shop.until(lambda: "Cảm ơn em, phí giao hàng là bao nhiêu?" in topic.texts)
    await shop.settled(lan)
    assert len(lan.heard) == heard  # the bot keeps out of it

    told = await shop.after(lan, lambda: mai.presses(topic, "✅"))
    assert "1★" in told.buttons
    await shop.until(lambda: shop.staff.chat.topics[topic.id].closed)
    assert "25.000" in (await shop.answer(lan, "phí giao hàng là bao nhiêu?")).text


async def test_who_answers_first_has_claimed(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.escalated(lan)
    mai.writes(topic, "Em đây ạ!")
    await shop.until(lambda: [message.text for message in lan.heard][-1] == "Em đây ạ!")
    await shop.until(lambda: "held by Mai" in shop.card(topic).text)


async def test_a_note_stays_with_the_staff(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.held(lan, mai)
    heard = len(lan.heard)
    mai.writes(topic, "// khách quen, cẩn thận")
    await shop.until(lambda: shop.fake.calls("setMessageReaction"))
    await shop.settled(lan)
    assert len(lan.heard) == heard


async def test_a_colleague_can_not_take_what_somebody_holds(shop: Shop) -> None:
    lan, mai, an = shop.customer(), shop.member("Mai"), shop.member("An")
    topic = await shop.escalated(lan)
    card = shop.card(topic)
    claim = card.inline[0]["callback_data"]
    for who in (mai, an):
        answer = await shop.toast(who.forges(card, claim))
    assert "held by Mai" in answer
    heard = len(lan.heard)
    an.writes(topic, "Để em trả lời")
    await shop.until(lambda: any("Kept as a note" in text for text in topic.texts))
    assert len(lan.heard) == heard


async def test_strangers_can_not_act_in_the_group(shop: Shop) -> None:
    lan = shop.customer()
    topic = await shop.escalated(lan)
    stranger = FakeStaff(shop.staff, shop.fake.world.add_user("Stranger"))
    assert "Only members" in await shop.toast(stranger.presses(topic, "✋"))
    assert "waiting" in shop.card(topic).text


async def test_a_card_pressed_with_a_forged_number_is_out_of_date(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.escalated(lan)
    assert "out of date" in await shop.toast(mai.forges(shop.card(topic), "s|claim|999999|AAAAAAAA"))


async def test_what_a_customer_sends_and_changes_reaches_the_topic(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.held(lan, mai)
    album = lan.sends_album(3, "Ảnh đây ạ")
    await shop.until(lambda: sum("photo" in message.raw for message in topic.messages) == 3)
    copies = [message for message in topic.messages if "photo" in message.raw]
    assert len({message.raw["media_group_id"] for message in copies}) == 1
    assert album[0].text == "Ảnh đây ạ" == copies[0].text

    said = lan.says("mã đơn của mình là TH-20001")
    await shop.until(lambda: "mã đơn của mình là TH-20001" in topic.texts)
    lan.edits(said, "mã đơn của mình là TH-20002")
    await shop.until(lambda: any(text.startswith("✏️") and "TH-20002" in text for text in topic.texts))
    assert (await shop.turns(lan))[-1].text == "mã đơn của mình là TH-20002"


async def test_what_staff_send_and_change_reaches_the_customer(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.held(lan, mai)
    written = mai.writes(topic, "Đơn sẽ đến thứ 3")
    await shop.until(lambda: lan.heard[-1].text == "Đơn sẽ đến thứ 3")
    mai.edits(written, "Đơn sẽ đến thứ 4")
    await shop.until(lambda: lan.heard[-1].text == "Đơn sẽ đến thứ 4")
    for number in range(2):
        mai.sends_photo(topic, "Mẫu mới" if number == 0 else "", album="staff-album")
    await shop.until(lambda: sum("photo" in message.raw for message in lan.heard) == 2)
    mai.writes(topic, "x" * 4096)
    await shop.until(lambda: lan.heard[-1].text == "x" * 4096)


async def test_an_oversized_angry_text_still_gets_its_card(shop: Shop) -> None:
    lan = shop.customer()
    words = (ANGRY + " <&> ") * 35
    topic = await shop.escalated(lan, words)
    assert words[:100] in shop.card(topic).text
    await shop.until(lambda: words.strip() in [text.strip() for text in topic.texts])


async def test_a_deleted_topic_is_made_again(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    topic = await shop.held(lan, mai)
    shop.staff.delete_topic(topic)
    lan.says("Alo, còn ai ở đó không?")
    again = await shop.until(
        lambda: next((found for found in shop.staff.topics if found.name.startswith(name_of(lan))), None)
    )
    await shop.until(lambda: "Alo, còn ai ở đó không?" in again.texts)
    told = await shop.after(lan, lambda: mai.writes(again, "Dạ em đây"))
    assert told.text == "Dạ em đây"


async def test_the_group_moves_and_cases_go_with_it(shop: Shop) -> None:
    lan, mai = shop.customer(), shop.member("Mai")
    shop.expected.append("The staff group")
    shop.staff = shop.staff.migrates()
    topic = await shop.escalated(lan)
    assert "is yours now" in await shop.toast(FakeStaff(shop.staff, mai.user).presses(topic, "✋"))
