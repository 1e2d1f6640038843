"""Customers' messages and presses become Incomings; whatever nobody said is settled."""

from dataclasses import fields
from typing import Any

import pytest

from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Press
from tests.telegram.conftest import Room


async def test_text_becomes_an_incoming_with_its_sender_and_address(room: Room) -> None:
    lan = room.fake.customer("Lan Anh", "vi")
    message = lan.says("Đơn của mình đâu rồi?")
    rows = await room.pump()
    (said,) = room.turns.heard
    assert (said.brand, said.channel, said.conversation) == ("demo", "telegram", f"telegram:{room.bot.id}:{lan.id}")
    assert (said.sender.external_id, said.sender.name, said.sender.language_code) == (str(lan.id), "Lan Anh", "vi")
    assert (said.text, said.messages, said.attachments) == ("Đơn của mình đâu rồi?", (str(message.id),), ())
    assert said.at.utcoffset() is not None
    assert room.turns.rows == rows
    assert await room.waiting() == rows  # the agent settles them, in its own commit


async def test_a_photo_keeps_its_caption_and_its_album(room: Room) -> None:
    lan = room.fake.customer("Lan")
    lan.sends_album(2, "vỡ hết rồi")
    await room.pump()
    first, second = room.turns.heard
    assert first.text == "vỡ hết rồi"
    assert first.album == second.album != ""
    assert [item.kind for item in first.attachments] == [AttachmentKind.PHOTO]
    assert first.attachments[0].remote_id


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"voice": {"file_id": "F", "file_unique_id": "u", "duration": 2}},
            Attachment(AttachmentKind.VOICE, "F", seconds=2),
        ),
        (
            {"video": {"file_id": "F", "file_unique_id": "u", "duration": 2, "width": 1, "height": 1}},
            Attachment(AttachmentKind.VIDEO, "F", seconds=2),
        ),
        (
            {"video_note": {"file_id": "F", "file_unique_id": "u", "duration": 2, "length": 1}},
            Attachment(AttachmentKind.VIDEO_NOTE, "F", seconds=2),
        ),
        (
            {"audio": {"file_id": "F", "file_unique_id": "u", "duration": 2}},
            Attachment(AttachmentKind.AUDIO, "F", seconds=2),
        ),
        (
            {"document": {"file_id": "F", "file_unique_id": "u", "file_name": "bill.pdf"}},
            Attachment(AttachmentKind.DOCUMENT, "F", file_name="bill.pdf"),
        ),
        (
            {
                "animation": {"file_id": "F", "file_unique_id": "u", "duration": 2, "width": 1, "height": 1},
                "document": {"file_id": "F", "file_unique_id": "u"},
            },
            Attachment(AttachmentKind.ANIMATION, "F", seconds=2),
        ),
        ({"location": {"latitude": 10.7, "longitude": 106.7}}, Attachment(AttachmentKind.LOCATION)),
        (
            {"venue": {"location": {"latitude": 1, "longitude": 2}, "title": "t", "address": "a"}},
            Attachment(AttachmentKind.OTHER),
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, Attachment(AttachmentKind.OTHER, emoji="🎲")),
        ({"story": {"chat": {"id": 1, "type": "private"}, "id": 1}}, Attachment(AttachmentKind.OTHER)),
        ({"something_new": {"of": "2031"}}, Attachment(AttachmentKind.OTHER)),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_every_kind_of_content_is_an_attachment(
    room: Room, content: dict[str, Any], expected: Attachment
) -> None:
    if "venue" in content:
        content = {**content, "location": content["venue"]["location"]}
        expected = Attachment(AttachmentKind.LOCATION)
    room.fake.customer("Lan").sends(**content)
    await room.pump()
    assert room.turns.heard[0].attachments == (expected,)
    assert room.turns.heard[0].text == ""


async def test_a_sticker_brings_its_emoji(room: Room) -> None:
    room.fake.customer("Lan").sends_sticker("😡")
    await room.pump()
    (sticker,) = room.turns.heard[0].attachments
    assert (sticker.kind, sticker.emoji) == (AttachmentKind.STICKER, "😡")


async def test_only_the_senders_own_phone_number_is_taken(room: Room) -> None:
    lan = room.fake.customer("Lan")
    lan.shares_phone("84 90-123 4567")
    lan.shares_phone("84909999999", own=False)
    await room.pump()
    own, other = (said.attachments[0] for said in room.turns.heard)
    assert (own.kind, own.phone) == (AttachmentKind.CONTACT, "+84901234567")
    assert (other.kind, other.phone) == (AttachmentKind.CONTACT, "")


@pytest.mark.parametrize(
    ("text", "command", "argument", "language"),
    [
        ("/start tok-123", Command.START, "tok-123", ""),
        ("/human@shop_bot", Command.HUMAN, "", ""),
        ("/MyData", Command.MYDATA, "", ""),
        ("/nonsense", None, "", ""),
        ("🙋 Gặp nhân viên", Command.HUMAN, "", "vi"),
        ("🙋 Talk to a person", Command.HUMAN, "", "en"),
        ("cho mình gặp nhân viên với", Command.HUMAN, "", ""),
        ("24/7?", None, "", ""),
    ],
)
async def test_commands_and_menu_labels(
    room: Room, text: str, command: Command | None, argument: str, language: str
) -> None:
    room.fake.customer("Lan").says(text)
    await room.pump()
    (said,) = room.turns.heard
    assert (said.command, said.argument, said.menu_language, said.text) == (command, argument, language, text)


async def test_an_edit_names_the_message_it_replaces(room: Room) -> None:
    lan = room.fake.customer("Lan")
    message = lan.says("Size M")
    lan.edits(message, "/human")
    await room.pump()
    edited = room.turns.heard[1]
    assert (edited.text, edited.edits, edited.messages) == ("/human", str(message.id), (str(message.id),))
    assert edited.command is None  # an edit never does anything by itself


async def test_an_edit_without_words_is_settled(room: Room) -> None:
    lan = room.fake.customer("Lan")
    moving = lan.sends_location()
    room.fake.deliver({"edited_message": {**moving.raw, "edit_date": 1_770_000_000}})
    await room.pump()
    assert len(room.turns.heard) == 1
    assert len(await room.waiting()) == 1


@pytest.mark.parametrize(
    "service",
    [
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {}},
        {"new_chat_title": "x"},
    ],
)
async def test_service_messages_are_nobodys_words(room: Room, service: dict[str, Any]) -> None:
    room.fake.customer("Lan").sends(**service)
    await room.pump()
    assert room.turns.heard == []
    assert await room.waiting() == []


async def test_a_press_is_answered_and_heard(room: Room) -> None:
    lan = room.fake.customer("Lan")
    lan.says("hi")
    where = await room.converse(lan)
    button = {"label": "Chi tiết", "action": "details", "value": "TS-01"}
    await room.send("say", {"text": "Áo này nhé", "buttons": [[button]]}, where)
    press = lan.presses("Chi tiết")
    await room.pump()
    heard = room.turns.heard[-1]
    assert heard.press == Press(Action.DETAILS, "TS-01")
    assert heard.conversation == where
    assert heard.messages == ()
    await room.fake.until(lambda: press.answer is not None)


@pytest.mark.parametrize("data", ["p|d|TS-01|AAAAAAAA", "d:TS-01", "", "p|z|1|x", "s|claim|1|AAAAAAAA", "\ud83d|"])
async def test_forged_and_old_presses_are_answered_as_stale(room: Room, data: str) -> None:
    lan = room.fake.customer("Lan", "vi")
    lan.says("hi")
    await room.send("say", {"text": "hello"}, await room.converse(lan))
    heard_before = len(room.turns.heard)
    press = lan.forges(data)
    await room.pump()
    assert len(room.turns.heard) == heard_before + 1  # only "hi"
    assert press.answer is not None
    assert press.answer["text"] == "stale_button (vi)"
    assert await room.waiting() == room.turns.rows


async def test_a_press_that_telegram_forgot_is_still_heard(room: Room) -> None:
    lan = room.fake.customer("Lan")
    lan.says("hi")
    where = await room.converse(lan)
    await room.send("say", {"text": "?", "buttons": [[{"label": "Ja", "action": "confirm", "value": "yes"}]]}, where)
    lan.presses("Ja")
    room.fake.faults.refuse("answerCallbackQuery", 400, description="Bad Request: query is too old")
    await room.pump()
    assert room.turns.heard[-1].press == Press(Action.CONFIRM, "yes")


async def test_other_groups_are_left_alone(room: Room) -> None:
    group = room.fake.staff_group("Gia đình", forum=False)
    group.member("Bố").writes(None, "Tối nay ăn gì?")
    await room.pump()
    assert room.turns.heard == []
    assert room.fake.calls("sendMessage") == []
    assert await room.waiting() == []


async def test_reactions_and_unknown_kinds_are_settled(room: Room) -> None:
    lan = room.fake.customer("Lan")
    message = lan.says("hi")
    await room.pump()
    await room.take({"update_id": 5, "message_reaction": {
        "chat": lan.chat.face, "message_id": message.id, "user": lan.user.face, "date": 1,
        "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}})  # fmt: skip
    await room.take({"update_id": 6, "telepathy": {"from": {"id": lan.id}}})
    await room.take({"update_id": 7})
    assert await room.waiting() == room.turns.rows


async def test_what_is_no_update_is_dead_with_its_reason(room: Room) -> None:
    row = await room.take({"update_id": 8, "message": {"chat": {"id": 1, "type": "private"}, "text": "secret"}})
    stored = await room.row(row)
    assert stored.state == "dead"
    assert "message.message_id" in stored.error
    assert "secret" not in stored.error


async def test_no_field_of_incoming_is_forgotten() -> None:
    """Whoever adds a field to Incoming should think about Telegram."""
    from bot.domain.incoming import Incoming

    assert {field.name for field in fields(Incoming)} == {
        *("brand", "channel", "conversation", "sender", "at", "text", "attachments", "press", "command", "argument"),
        *("messages", "album", "edits", "menu_language", "lines"),
    }
