"""What the channel says, and what it makes of everything that goes wrong on the way."""

import socket
from typing import Any

import pytest

from bot.errors import Ambiguous, Refused, RetryLater
from bot.telegram.channel import TelegramChannel
from bot.telegram.session import make_bot
from bot.telegram.settings import TelegramSettings
from storage.errors import StorageError
from tests.doubles.telegram import FakeForum, FakeUser
from tests.telegram.conftest import BRAND, SEAL, Room, close, post


@pytest.fixture
async def lan(room: Room) -> FakeUser:
    customer = room.fake.customer("Lan Anh")
    customer.says("hi")
    await room.pump()
    await room.converse(customer)
    return customer


def where(room: Room, customer: FakeUser) -> str:
    return f"telegram:{room.bot.id}:{customer.id}"


async def say(room: Room, lan: FakeUser, **payload: Any) -> tuple[str, ...]:
    return await room.send("say", {"text": "Xin <b>chào</b>", **payload}, where(room, lan))


async def test_say_returns_the_message_id(room: Room, lan: FakeUser) -> None:
    assert await say(room, lan) == (str(lan.heard[-1].id),)
    assert lan.heard[-1].text == "Xin chào"


async def test_the_menu_and_the_phone_button_share_the_keyboard(room: Room, lan: FakeUser) -> None:
    await say(room, lan, ask_phone="📱 Chia sẻ số", menu=[["Trợ giúp", "Gặp nhân viên"]])
    keyboard = lan.keyboard
    assert [key["text"] for key in keyboard] == ["📱 Chia sẻ số", "Trợ giúp", "Gặp nhân viên"]
    assert keyboard[0]["request_contact"] is True


async def test_a_document_carries_the_text_as_caption(room: Room, lan: FakeUser) -> None:
    await say(room, lan, document="mydata.json", document_text='{"name": "Lan"}')
    assert lan.heard[-1].raw["document"]["file_name"] == "mydata.json"
    assert lan.heard[-1].text == "Xin chào"
    ids = await say(room, lan, text="dài " * 400, document="mydata.json", document_text="{}")
    assert len(ids) == 2
    assert "document" in lan.heard[-1].raw


async def test_over_long_text_is_split_and_the_buttons_go_last(room: Room, lan: FakeUser) -> None:
    button = {"label": "Có", "action": "confirm", "value": "yes"}
    ids = await say(room, lan, text="Một câu dài. " * 500, buttons=[[button]])
    assert len(ids) == 2
    assert [message.buttons for message in lan.heard[-2:]] == [[], ["Có"]]


async def test_half_sent_is_ambiguous(room: Room, lan: FakeUser) -> None:
    room.fake.faults.refuse("sendMessage", 429, retry_after=3, when=lambda call: call["text"].startswith("b"))
    with pytest.raises(Ambiguous, match="1 of 2 parts"):
        await say(room, lan, text="a" * 4000 + ". " + "b" * 300)


async def test_broken_html_is_sent_as_plain_text(room: Room, lan: FakeUser) -> None:
    await say(room, lan, text="Giá < 5 &amp; <b>rẻ")
    assert lan.heard[-1].text == "Giá < 5 & rẻ"
    assert await say(room, lan, text="<b>rẻ</i> " * 1000)


async def test_nothing_to_say_is_refused(room: Room, lan: FakeUser) -> None:
    with pytest.raises(Refused):
        await say(room, lan, text=" ")


async def test_a_button_that_does_not_fit_is_refused_by_name(room: Room, lan: FakeUser) -> None:
    with pytest.raises(Refused, match="too long"):
        await say(room, lan, buttons=[[{"label": "x", "action": "choose", "value": "v" * 60}]])


async def test_unknown_kinds_are_refused(room: Room, lan: FakeUser) -> None:
    with pytest.raises(Refused, match="sing"):
        await room.send("sing", {}, where(room, lan))


async def test_429_says_when_to_come_back(room: Room, lan: FakeUser) -> None:
    room.fake.faults.refuse("sendMessage", 429, retry_after=7)
    with pytest.raises(RetryLater) as caught:
        await say(room, lan)
    assert caught.value.after == 7


@pytest.mark.parametrize("status", [500, 503])
async def test_telegrams_own_refusal_to_work_is_tried_again(room: Room, lan: FakeUser, status: int) -> None:
    room.fake.faults.refuse("sendMessage", status)
    with pytest.raises(RetryLater):
        await say(room, lan)
    assert len(lan.heard) == 0


@pytest.mark.parametrize("status", [0, 500, 502, 504])
async def test_carried_out_but_answer_lost_is_ambiguous(room: Room, lan: FakeUser, status: int) -> None:
    room.fake.faults.lose_answer("sendMessage", status=status)
    with pytest.raises(Ambiguous):
        await say(room, lan)
    assert len(lan.heard) == 1  # it is there: a blind retry would say it twice


@pytest.mark.parametrize("html", [True, False])
async def test_a_gateway_does_not_know_what_became_of_a_call(room: Room, lan: FakeUser, html: bool) -> None:
    room.fake.faults.refuse("sendMessage", 502, html=html)
    with pytest.raises(Ambiguous):
        await say(room, lan)


async def test_edits_may_be_repeated(room: Room, lan: FakeUser) -> None:
    (message,) = await say(room, lan)
    room.fake.faults.lose_answer("editMessageText")
    edit = {"message": message, "text": "Khác"}
    with pytest.raises(RetryLater):
        await room.send("edit", edit, where(room, lan))
    assert await room.send("edit", edit, where(room, lan)) == (message,)  # "not modified" is as good as done
    assert lan.heard[-1].text == "Khác"


async def test_an_edit_of_a_picture_changes_its_caption_and_of_nothing_is_refused(room: Room, lan: FakeUser) -> None:
    (message,) = await say(room, lan, document="a.txt", document_text="a")
    await room.send("edit", {"message": message, "text": "Khác"}, where(room, lan))
    assert lan.heard[-1].text == "Khác"
    with pytest.raises(Refused, match="gone"):
        await room.send("edit", {"message": "999", "text": "x"}, where(room, lan))


async def test_a_blocked_bot_is_refused_and_remembered(room: Room, lan: FakeUser) -> None:
    lan.blocks_bot()
    with pytest.raises(Refused, match="blocked"):
        await say(room, lan)
    async with room.database.work() as work:
        found = await work.customers.by_identity(BRAND, "telegram", str(lan.id))
    assert found is not None
    assert found[1].blocked_at is not None


async def test_a_wrong_token_waits_for_the_operator(
    room: Room, lan: FakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    bot = make_bot(TelegramSettings(token="1:wrong", api_url=room.fake.url))  # type: ignore[arg-type]
    channel = TelegramChannel(bot, room.database, SEAL)
    for _ in range(2):
        with pytest.raises(RetryLater):
            await channel.deliver(post("say", {"text": "x"}, where(room, lan)))
    await close([bot])
    assert caplog.text.count("check TELEGRAM_BOT_TOKEN") == 1


async def test_nobody_listens(room: Room, lan: FakeUser, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for fields in ({"api_url": f"http://127.0.0.1:{port}"}, {"proxy": f"socks5://127.0.0.1:{port}"}):
        bot = make_bot(TelegramSettings(token="1:x", **fields))  # type: ignore[arg-type]
        channel = TelegramChannel(bot, room.database, SEAL)
        with pytest.raises(RetryLater):
            await channel.deliver(post("say", {"text": "x"}, where(room, lan)))
        await close([bot])
    assert caplog.text.count("Telegram is unreachable") == 2
    assert "TELEGRAM_PROXY" in caplog.text


async def test_a_silent_server_is_ambiguous(room: Room, lan: FakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.session.REQUEST_SECONDS", 0.05)
    room.fake.faults.slow("sendMessage", seconds=0.3)
    with pytest.raises(Ambiguous):
        await say(room, lan)


# ---- the staff group ----


@pytest.fixture
async def forum(room: Room) -> FakeForum:
    group = room.fake.staff_group()
    await room.bind(group)
    return group


async def test_without_a_group_a_card_waits(room: Room, lan: FakeUser) -> None:
    with pytest.raises(RetryLater, match="STAFF_CHAT_ID"):
        await room.send("card", {"text": "x", "buttons": []}, where(room, lan))


async def test_one_topic_per_customer(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    for text in ("one", "two"):
        await room.send("note", {"text": text}, where(room, lan))
    (topic,) = forum.topics
    assert topic.name == "Lan Anh"
    assert topic.texts == ["one", "two"]


async def test_a_plain_note_is_no_html(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("note", {"text": "1 < 2 & <b>", "plain": True}, where(room, lan))
    assert forum.topics[0].texts == ["1 < 2 & <b>"]


async def test_a_deleted_topic_is_made_again(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("note", {"text": "one"}, where(room, lan))
    forum.delete_topic(forum.topics[0])
    await room.send("note", {"text": "two"}, where(room, lan))
    (topic,) = forum.topics
    assert topic.texts == ["two"]
    async with room.database.work() as work:
        stored = await work.staff.topic_by_thread(str(forum.id), str(topic.id))
    assert stored is not None
    assert stored.conversation == where(room, lan)


async def test_another_group_gets_its_own_topics(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("note", {"text": "one"}, where(room, lan))
    other = room.fake.staff_group("Other")
    await room.bind(other)
    await room.send("note", {"text": "two"}, where(room, lan))
    assert other.topics[0].texts == ["two"]


async def test_a_moved_group_is_followed(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    moved = forum.migrates()
    lane = f"telegram:{room.bot.id}:{forum.id}"
    from dataclasses import replace

    note = replace(post("note", {"text": "one"}, where(room, lan)), lane=lane)
    with pytest.raises(RetryLater, match="new id"):
        await room.channel.deliver(note)
    await room.channel.deliver(note)
    assert moved.topics[0].texts == ["one"]


@pytest.mark.parametrize("trouble", ["rights", "kicked", "lost"])
async def test_a_card_waits_until_a_topic_can_be_made(
    room: Room, lan: FakeUser, forum: FakeForum, trouble: str
) -> None:
    match trouble:
        case "rights":
            forum.bot_rights("can_pin_messages")
        case "kicked":
            forum.bot_rights(status="kicked")
        case "lost":
            room.fake.faults.lose_answer("createForumTopic")
    with pytest.raises(RetryLater):
        await room.send("card", {"text": "x", "buttons": []}, where(room, lan))


async def test_a_card_is_rather_shown_twice_than_never(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("note", {"text": "one"}, where(room, lan))
    room.fake.faults.lose_answer("sendMessage", times=2)
    with pytest.raises(RetryLater):
        await room.send("card", {"text": "x", "buttons": []}, where(room, lan))
    with pytest.raises(Ambiguous):
        await room.send("note", {"text": "two"}, where(room, lan))


async def test_a_card_waits_for_a_bot_that_was_thrown_out(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("note", {"text": "one"}, where(room, lan))
    forum.bot_rights(status="kicked")
    with pytest.raises(RetryLater):
        await room.send("card", {"text": "x", "buttons": []}, where(room, lan))
    async with room.database.work() as work:
        found = await work.customers.by_identity(BRAND, "telegram", str(lan.id))
    assert found is not None
    assert found[1].blocked_at is None  # it was not the customer who threw it out


async def test_a_new_case_renames_and_reopens_the_old_topic(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("note", {"text": "one"}, where(room, lan))
    await room.send("close_topic", {}, where(room, lan))
    assert forum.topics[0].closed
    await room.send("close_topic", {}, where(room, lan))  # twice does no harm
    case = await room.open_case(where(room, lan))
    await room.send("card", {"text": "two", "buttons": []}, where(room, lan), case)
    assert not forum.topics[0].closed
    assert forum.topics[0].name == f"Lan Anh · {case.number}"


async def test_closing_a_topic_that_is_gone_is_done(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    await room.send("close_topic", {}, where(room, lan))
    await room.send("note", {"text": "one"}, where(room, lan))
    forum.delete_topic(forum.topics[0])
    assert await room.send("close_topic", {}, where(room, lan)) == ()


async def test_a_card_that_is_gone_is_shown_anew_while_the_case_is_open(
    room: Room, lan: FakeUser, forum: FakeForum
) -> None:
    case = await room.open_case(where(room, lan))
    card = {"text": "card", "buttons": [[{"label": "Claim", "do": "claim", "case": case.id}]], "case": case.id}
    await room.send("card", card, where(room, lan), case)
    await room.send("edit_card", {**card, "text": "held"}, where(room, lan), case)
    assert forum.topics[0].texts == ["held"]
    forum.delete_topic(forum.topics[0])
    assert await room.send("edit_card", {"text": "closed", "buttons": []}, where(room, lan), case) == ()
    await room.send("edit_card", {**card, "text": "again"}, where(room, lan), case)
    assert forum.topics[0].texts == ["again"]


async def test_albums_are_copied_whole_and_linked(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    messages = [str(message.id) for message in lan.sends_album(3)]
    payload = {"from_chat": str(lan.id), "messages": messages[::-1], "to": "topic"}
    ids = await room.send("copy", payload, where(room, lan))
    assert len(ids) == 3
    assert len({message.raw.get("media_group_id") for message in forum.topics[0].messages}) == 1
    async with room.database.work() as work:
        links = await work.staff.links_from(BRAND, str(lan.id), messages[0])
    assert [(link.copy_chat, link.copy_message) for link in links] == [(str(forum.id), ids[0])]


async def test_copies_of_what_is_gone(room: Room, lan: FakeUser, forum: FakeForum) -> None:
    gone = {"from_chat": str(lan.id), "messages": ["998"], "to": "topic"}
    with pytest.raises(Refused):
        await room.send("copy", gone, where(room, lan))
    with pytest.raises(Refused, match="no messages to copy"):
        await room.send("copy", {**gone, "messages": ["998", "999"]}, where(room, lan))
    message = lan.says("còn đây")
    assert len(await room.send("copy", {**gone, "messages": [str(message.id), "999"]}, where(room, lan))) == 1


async def test_a_database_that_is_away_before_sending_means_later(
    room: Room, lan: FakeUser, forum: FakeForum, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> object:
        raise StorageError("locked")

    monkeypatch.setattr(room.database, "work", away)
    with pytest.raises(RetryLater, match="locked"):
        await room.send("note", {"text": "one"}, where(room, lan))


async def test_what_was_sent_stays_sent_when_it_can_not_be_linked(
    room: Room, lan: FakeUser, forum: FakeForum, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await room.send("note", {"text": "one"}, where(room, lan))
    message = lan.says("hi")
    work = room.database.work

    def readable(*, write: bool = False) -> object:
        if write:
            raise StorageError("locked")
        return work()

    monkeypatch.setattr(room.database, "work", readable)
    payload = {"from_chat": str(lan.id), "messages": [str(message.id)], "to": "topic"}
    assert len(await room.send("copy", payload, where(room, lan))) == 1
    assert "not linked" in caplog.text
