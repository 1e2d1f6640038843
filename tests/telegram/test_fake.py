"""The fake Bot API holds what a real aiogram Bot is told about Telegram."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    ChatMemberAdministrator,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)
from aiohttp import ClientSession, web

from tests.doubles.telegram import NO_LIMITS, FakeForum, FakeTelegram, FakeUser, Limits, Press
from tests.doubles.telegram.kinds import CONTENT, Kinds


class QuickSession(AiohttpSession):
    """aiogram sleeps 250 ms at closing for the sake of TLS, which is not spoken here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def bot_on(fake: FakeTelegram, token: str = "") -> Bot:
    return Bot(token or fake.token, session=QuickSession(api=TelegramAPIServer.from_base(fake.url)))


def buttons(*pairs: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data) for text, data in pairs]]
    )


class Hand:
    """A clock that tests turn."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=NO_LIMITS, webhook_patience=0.01) as running:
        yield running


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_on(fake).context() as ready:
        yield ready


@pytest.fixture
def lan(fake: FakeTelegram) -> FakeUser:
    """A customer who has said hello, so that the bot may write."""
    user = fake.customer("Lan Nguyễn", "vi", phone="+84900000001")
    user.says("/start")
    return user


@pytest.fixture
def staff(fake: FakeTelegram) -> FakeForum:
    return fake.staff_group("Staff")


# -- validation


async def test_a_message_goes_both_ways(bot: Bot, lan: FakeUser) -> None:
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start"
    sent = await bot.send_message(lan.id, "<b>Chào</b> chị &amp; em 🌸", parse_mode="HTML")
    assert (sent.text, sent.html_text) == ("Chào chị & em 🌸", "<b>Chào</b> chị &amp; em 🌸")
    assert [(line.author, line.text) for line in lan.transcript()] == [
        ("customer", "/start"),
        ("bot", "Chào chị & em 🌸"),
    ]


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("a < b", 'Unsupported start tag ""'),
        ("<p>x</p>", 'Unsupported start tag "p"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag"),
        ("<b><i>x</b></i>", 'expected "</i>"'),
        ("<b", "Unclosed start tag"),
        ("<a href='x>", "Unclosed start tag"),
        ('<span class="x">y</span>', 'must have class "tg-spoiler"'),
    ],
)
async def test_broken_html_is_refused(bot: Bot, lan: FakeUser, html: str, complaint: str) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities") as refused:
        await bot.send_message(lan.id, html, parse_mode="HTML")
    assert complaint in refused.value.message
    assert lan.heard == []


async def test_entities_are_counted_in_utf16(bot: Bot, lan: FakeUser) -> None:
    html = '🌸 <a href="https://x.vn/?a=1&amp;b=>2">x</a> <pre><code class="language-py">1</code></pre>'
    sent = await bot.send_message(lan.id, html, parse_mode="HTML")
    assert sent.entities is not None
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("text_link", 3, 1),
        ("pre", 5, 1),
    ]
    assert sent.entities[1].language == "py"
    assert sent.entities[0].url == "https://x.vn/?a=1&b=>2"


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "🌸" * 2049}, "message is too long"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "x", "parse_mode": "Best"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": buttons(("A", "ạ" * 22))}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": buttons((" ", "a"))}, "must be non-empty"),
        ({"text": "x", "reply_markup": buttons(*[("A", "a")] * 101)}, "reply markup is too long"),
        ({"text": "x", "reply_parameters": ReplyParameters(message_id=999)}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
    ],
)
async def test_limits_of_a_message(bot: Bot, lan: FakeUser, parameters: dict[str, object], complaint: str) -> None:
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.send_message(lan.id, **parameters)  # type: ignore[arg-type]
    assert await bot.send_message(lan.id, "<b>" + "ạ" * 4096 + "</b>", parse_mode="HTML")


@pytest.mark.parametrize(
    ("method", "body", "status", "complaint"),
    [
        ("sendMessage", {"chat_id": 1, "text": "x", "tekst": "y"}, 400, "unknown parameter tekst"),
        ("sendMessage", {"chat_id": 1}, 400, "text: Field required"),
        ("sendMessage", {"chat_id": 1, "text": ["x"]}, 400, "text: Input should be a valid string"),
        ("sendMessage", {"chat_id": 1, "text": "x", "disable_notification": "maybe"}, 400, "can't parse"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "A", "data": "a"}]]}},
            400,
            "unknown field reply_markup.inline_keyboard[0][0].data",
        ),
        ("sendMesage", {"chat_id": 1, "text": "x"}, 404, "method not found"),
        ("sendInvoice", {"chat_id": 1}, 400, "Field required"),
        ("sendDice", {"chat_id": 1}, 400, "the fake does not play sendDice"),
        ("SENDMESSAGE", {"chat_id": 1, "text": "x"}, 400, "chat not found"),
    ],
)
async def test_strict_requests(
    fake: FakeTelegram, method: str, body: dict[str, object], status: int, complaint: str
) -> None:
    async with ClientSession() as http, http.post(f"{fake.url}/bot{fake.token}/{method}", json=body) as answer:
        said = await answer.json()
    assert (answer.status, said["ok"], said["error_code"]) == (status, False, status)
    assert complaint in said["description"]


async def test_wrong_token_is_unauthorized(fake: FakeTelegram) -> None:
    async with bot_on(fake, "123:wrong").context() as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


async def test_all_encodings(fake: FakeTelegram, lan: FakeUser) -> None:
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    async with ClientSession() as http:
        for given in ({"params": {"chat_id": lan.id, "text": "q"}}, {"json": {"chat_id": lan.id, "text": "j"}}):
            async with http.post(url, **given) as answer:  # type: ignore[arg-type]
                assert answer.status == 200
        async with http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400
        async with http.post(url, data=b"x", headers={"Content-Type": "text/plain"}) as answer:
            assert answer.status == 400
        async with http.get(f"{fake.url}/elsewhere") as answer:
            assert answer.status == 404
    assert [message.text for message in lan.heard] == ["q", "j"]


# -- media and files


async def test_files_go_up_and_down(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    sent = await bot.send_document(lan.id, BufferedInputFile(b"{}" * 10**6, "mydata.json"), caption="<i>Của chị</i>",
                                   parse_mode="HTML")  # fmt: skip
    assert sent.document is not None
    assert (sent.document.file_name, sent.html_text) == ("mydata.json", "<i>Của chị</i>")
    file = await bot.get_file(sent.document.file_id)
    assert file.file_path is not None
    content = await bot.download_file(file.file_path)
    assert content is not None
    assert content.read() == b"{}" * 10**6
    again = await bot.send_document(lan.id, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id


async def test_file_limits(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    big = lan.sends_document("film.mp4", b"x", size=21 * 2**20)
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.raw["document"]["file_id"])
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_photo(lan.id, "https://example.com/x.jpg")
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_photo(lan.id, BufferedInputFile(b"x", "x.jpg"), caption="a" * 1025)
    async with ClientSession() as http, http.get(f"{fake.url}/file/bot{fake.token}/documents/FILE1") as answer:
        assert answer.status == 404


async def test_albums(bot: Bot, lan: FakeUser) -> None:
    pictures = lan.sends_album(3, "xem giúp em")
    updates = await bot.get_updates()
    albums = {update.message.media_group_id for update in updates[1:] if update.message}
    assert len(albums) == 1
    assert [picture.text for picture in pictures] == ["xem giúp em", "", ""]
    photo = BufferedInputFile(b"x", "x.jpg")
    sent = await bot.send_media_group(lan.id, [InputMediaPhoto(media=photo, caption="a"), InputMediaPhoto(media=photo)])
    assert sent[0].media_group_id == sent[1].media_group_id
    with pytest.raises(TelegramBadRequest, match="2-10 items"):
        await bot.send_media_group(lan.id, [InputMediaPhoto(media=photo)])


async def test_everything_a_customer_can_send(bot: Bot, lan: FakeUser) -> None:
    lan.sends_voice(7)
    lan.sends_sticker("😡")
    lan.sends_location()
    lan.shares_phone("+84900000001")
    lan.shares_phone("+84900000002", own=False)
    lan.sends(dice={"emoji": "🎲", "value": 3})
    first = lan.says("cho hỏi")
    lan.says("ạ?", reply_to=first)
    got = [update.message for update in await bot.get_updates(offset=0) if update.message][1:]
    assert [message.content_type for message in got] == [
        "voice", "sticker", "location", "contact", "contact", "dice", "text", "text",
    ]  # fmt: skip
    assert got[1].sticker is not None
    assert got[1].sticker.emoji == "😡"
    owners = [message.contact.user_id for message in got[3:5] if message.contact]
    assert owners[0] == lan.id != owners[1]
    assert got[7].reply_to_message is not None
    assert got[7].reply_to_message.text == "cho hỏi"


# -- buttons


async def test_buttons_are_pressed_and_answered(bot: Bot, lan: FakeUser) -> None:
    await bot.send_message(lan.id, "?", reply_markup=buttons(("Có", "yes"), ("Không", "no")))
    press = lan.presses("Không")
    assert isinstance(press, Press)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("no", lan.id)
    assert await bot.answer_callback_query(query.id, "Dạ vâng")
    assert press.answer == {"text": "Dạ vâng"}
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query.id, "a" * 201)
    with pytest.raises(AssertionError, match="no button 'Maybe'; on screen: \\['Có', 'Không'\\]"):
        lan.presses("Maybe")
    lan.forges("nonsense")
    assert (await bot.get_updates())[-1].callback_query.data == "nonsense"  # type: ignore[union-attr]


async def test_the_reply_keyboard(bot: Bot, lan: FakeUser) -> None:
    keys = [[KeyboardButton(text="Trợ giúp"), KeyboardButton(text="Gửi số", request_contact=True)]]
    await bot.send_message(lan.id, "Menu", reply_markup=ReplyKeyboardMarkup(keyboard=keys))
    await bot.send_message(lan.id, "Dạ", reply_markup=ForceReply(force_reply=True))
    lan.presses("Trợ giúp")
    lan.presses("Gửi số")
    assert [key["text"] for key in lan.keyboard] == ["Trợ giúp", "Gửi số"]
    said, shared = [update.message for update in (await bot.get_updates())[-2:]]
    assert said is not None
    assert said.text == "Trợ giúp"
    assert shared is not None
    assert shared.contact is not None
    assert (shared.contact.phone_number, shared.contact.user_id) == ("+84900000001", lan.id)
    await bot.send_message(lan.id, "Xong", reply_markup=ReplyKeyboardRemove())
    assert lan.keyboard == []


async def test_presses_grow_old() -> None:
    clock = Hand()
    async with FakeTelegram(clock=clock) as fake, bot_on(fake).context() as bot:
        lan = fake.customer("Lan")
        lan.says("hi")
        await bot.send_message(lan.id, "?", reply_markup=buttons(("A", "a")))
        press = lan.presses("A")
        assert len(await bot.get_updates()) == 2
        clock.now += 151
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(str(press.id))
        assert [update.event_type for update in await bot.get_updates()] == ["message"]
        clock.now += 24 * 3600
        assert await bot.get_updates() == []


# -- editing and copying


async def test_edits_and_deletions(bot: Bot, lan: FakeUser) -> None:
    sent = await bot.send_message(lan.id, "a", reply_markup=buttons(("A", "a")))
    edited = await bot.edit_message_text("<b>b</b>", chat_id=lan.id, message_id=sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert (edited.html_text, edited.reply_markup, lan.heard[-1].buttons) == ("<b>b</b>", None, [])
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("<b>b</b>", chat_id=lan.id, message_id=sent.message_id, parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=lan.id, message_id=999)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=lan.id, message_id=1)
    await bot.edit_message_reply_markup(chat_id=lan.id, message_id=sent.message_id, reply_markup=buttons(("B", "b")))
    assert lan.heard[-1].buttons == ["B"]
    assert await bot.delete_message(lan.id, sent.message_id)
    assert lan.heard == []


async def test_customers_edits_are_updates(bot: Bot, lan: FakeUser) -> None:
    message = lan.says("đơn hàng 1001")
    lan.edits(message, "đơn hàng 1002")
    first, edit = (await bot.get_updates())[-2:]
    assert first.message is not None
    assert first.message.text == "đơn hàng 1001"
    assert edit.edited_message is not None
    assert edit.edited_message.text == "đơn hàng 1002"
    assert edit.edited_message.message_id == message.id


async def test_copies(bot: Bot, lan: FakeUser, staff: FakeForum) -> None:
    album = lan.sends_album(2, "hàng bị vỡ")
    topic = await bot.create_forum_topic(staff.id, "Lan")
    there: dict[str, Any] = {"message_thread_id": topic.message_thread_id}
    ids = [picture.id for picture in album]
    copies = await bot.copy_messages(staff.id, lan.id, [*ids, 900], **there)
    assert len(copies) == 2
    shown = staff.topics[0].messages
    assert shown[0].text == "hàng bị vỡ"
    groups = {message.raw["media_group_id"] for message in shown}
    assert len(groups) == 1
    assert groups != {album[0].raw["media_group_id"]}
    with pytest.raises(TelegramBadRequest, match="strictly increasing"):
        await bot.copy_messages(staff.id, lan.id, list(reversed(ids)), **there)
    with pytest.raises(TelegramBadRequest, match="no messages to copy"):
        await bot.copy_messages(staff.id, lan.id, [900, 901], **there)
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(staff.id, lan.id, 900, **there)
    copy = await bot.copy_message(staff.id, lan.id, ids[0], caption="xem", **there)
    assert staff.topics[0].messages[-1].id == copy.message_id
    assert staff.topics[0].texts[-1] == "xem"
    forwarded = await bot.forward_message(staff.id, lan.id, ids[0], **there)
    assert forwarded.forward_origin is not None


# -- the staff forum


async def test_topics_live_and_die(bot: Bot, staff: FakeForum) -> None:
    made = await bot.create_forum_topic(staff.id, "Lan · C-1001")
    thread = made.message_thread_id
    await bot.send_message(staff.id, "thẻ", message_thread_id=thread)
    assert staff.topic("C-1001").texts == ["thẻ"]
    await bot.edit_forum_topic(staff.id, thread, name="Lan · xong")
    await bot.close_forum_topic(staff.id, thread)
    assert (staff.topics[0].name, staff.topics[0].closed) == ("Lan · xong", True)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(staff.id, thread)
    await bot.send_message(staff.id, "an administrator may still write", message_thread_id=thread)
    await bot.reopen_forum_topic(staff.id, thread)
    staff.delete_topic(staff.topics[0])
    for attempt in (
        bot.send_message(staff.id, "x", message_thread_id=thread),
        bot.send_chat_action(staff.id, "typing", message_thread_id=thread),
    ):
        with pytest.raises(TelegramBadRequest, match="message thread not found"):
            await attempt
    with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
        await bot.reopen_forum_topic(staff.id, thread)
    with pytest.raises(TelegramBadRequest, match="1-128"):
        await bot.create_forum_topic(staff.id, "a" * 129)
    assert staff.topics == []


async def test_topics_need_rights(bot: Bot, fake: FakeTelegram, staff: FakeForum) -> None:
    staff.bot_rights("can_manage_chat")
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(staff.id, "x")
    me = await bot.get_chat_member(staff.id, bot.id)
    assert me.status == "administrator"
    assert isinstance(me, ChatMemberAdministrator)
    assert me.can_manage_topics is False
    plain = fake.staff_group("Plain", forum=False)
    with pytest.raises(TelegramBadRequest, match="not a forum"):
        await bot.create_forum_topic(plain.id, "x")
    assert (await bot.get_chat(plain.id)).is_forum is None
    staff.bot_rights(status="kicked")
    with pytest.raises(TelegramForbiddenError, match="kicked"):
        await bot.send_message(staff.id, "x")
    changed = (await bot.get_updates())[-1].my_chat_member
    assert changed is not None
    assert changed.new_chat_member.status == "kicked"


async def test_staff_writes_in_topics(bot: Bot, staff: FakeForum) -> None:
    mai = staff.member("Mai", admin=True)
    boss = staff.member("Boss", anonymous=True)
    thread = (await bot.create_forum_topic(staff.id, "Lan")).message_thread_id
    card = await bot.send_message(staff.id, "thẻ", message_thread_id=thread, reply_markup=buttons(("Nhận", "c:1")))
    topic = staff.topics[0]
    said = mai.writes(topic, "Chào chị Lan")
    mai.presses(topic, "Nhận")
    mai.edits(said, "Chào chị Lan ạ")
    boss.writes(None, "/link ABC")
    mai.sends_photo(topic, "mẫu mới")
    first, press, edit, link, photo = await bot.get_updates()
    assert first.message is not None
    assert (first.message.message_thread_id, first.message.is_topic_message) == (thread, True)
    # Telegram lets every message of a topic reply to the topic's first one.
    assert first.message.reply_to_message is not None
    assert first.message.reply_to_message.forum_topic_created is not None
    assert press.callback_query is not None
    assert press.callback_query.message is not None
    assert press.callback_query.message.message_id == card.message_id
    assert edit.edited_message is not None
    assert link.message is not None
    assert link.message.sender_chat is not None
    assert (link.message.sender_chat.id, link.message.from_user.username) == (staff.id, "GroupAnonymousBot")  # type: ignore[union-attr]
    assert link.message.message_thread_id is None
    assert photo.message is not None
    admins = await bot.get_chat_administrators(staff.id)
    assert {admin.user.first_name for admin in admins} == {"Shop", "Mai", "Boss"}


async def test_privacy_mode_hides_talk_from_a_plain_member(bot: Bot, fake: FakeTelegram) -> None:
    group = fake.staff_group("Staff", bot_is_admin=False)
    mai = group.member("Mai")
    mai.writes(None, "tối nay ăn gì?")
    mai.writes(None, "/link X")
    topic = mai.creates_topic("Việc riêng")
    mai.closes(topic)
    assert [update.message.content_type for update in await bot.get_updates() if update.message] == [
        "text", "forum_topic_created", "forum_topic_closed",
    ]  # fmt: skip
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(group.id, "x", message_thread_id=topic.id)


async def test_a_group_migrates(bot: Bot, staff: FakeForum) -> None:
    moved = staff.migrates()
    with pytest.raises(TelegramMigrateToChat) as told:
        await bot.send_message(staff.id, "x")
    assert told.value.migrate_to_chat_id == moved.id
    assert await bot.send_message(moved.id, "x")
    old, new = await bot.get_updates()
    assert old.message is not None
    assert old.message.migrate_to_chat_id == moved.id
    assert new.message is not None
    assert new.message.migrate_from_chat_id == staff.id


async def test_blocking_the_bot(bot: Bot, fake: FakeTelegram, lan: FakeUser) -> None:
    lan.blocks_bot()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(lan.id, "x")
    changed = (await bot.get_updates())[-1].my_chat_member
    assert changed is not None
    assert (changed.new_chat_member.status, changed.chat.id) == ("kicked", lan.id)
    lan.unblocks_bot()
    assert await bot.send_message(lan.id, "x")
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await bot.send_message(fake.customer("Hà").id, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(12345, "x")


async def test_settings_of_the_bot(bot: Bot) -> None:
    commands = [BotCommand(command="help", description="Trợ giúp")]
    assert await bot.set_my_commands(commands, language_code="vi")
    assert [one.description for one in await bot.get_my_commands(language_code="vi")] == ["Trợ giúp"]
    assert await bot.get_my_commands() == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Help", description="x")])
    assert await bot.set_my_name("Thấu", language_code="vi")
    assert (await bot.get_my_name(language_code="vi")).name == "Thấu"
    assert (await bot.get_my_description()).description == ""
    assert (await bot.get_chat_menu_button()).type == "commands"


# -- limits


async def test_rate_limits_on_a_turned_clock() -> None:
    clock = Hand()
    async with FakeTelegram(clock=clock) as fake, bot_on(fake).context() as bot:
        lan, staff = fake.customer("Lan"), fake.staff_group()
        lan.says("hi")
        for _ in range(3):
            await bot.send_message(lan.id, "x")
        with pytest.raises(TelegramRetryAfter) as told:
            await bot.send_message(lan.id, "x")
        assert told.value.retry_after == 3
        await bot.send_chat_action(lan.id, "typing")
        for number in range(4):
            clock.now += 5
            thread = (await bot.create_forum_topic(staff.id, f"{number}")).message_thread_id
            for _ in range(4):
                await bot.send_message(staff.id, "x", message_thread_id=thread)
        with pytest.raises(TelegramRetryAfter) as told:
            await bot.send_message(staff.id, "x")
        assert told.value.retry_after == 45
        clock.now += 45
        await bot.send_message(staff.id, "x")


async def test_overall_limit_and_scale() -> None:
    clock = Hand()
    async with FakeTelegram(clock=clock, limits=Limits(scale=10)) as fake, bot_on(fake).context() as bot:
        people = [fake.customer(f"K{number}") for number in range(31)]
        for person in people:
            person.says("hi")
        for person in people[:30]:
            await bot.send_message(person.id, "x")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(people[30].id, "x")
        clock.now += 0.11
        await bot.send_message(people[30].id, "x")
        fake.limits.on = False
        for _ in range(40):
            await bot.send_message(people[0].id, "x")


# -- faults


async def test_faults_before_and_after_the_work(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    fake.faults.refuse("sendMessage", 429, retry_after=7)
    with pytest.raises(TelegramRetryAfter, match="7"):
        await bot.send_message(lan.id, "x")
    fake.faults.refuse("sendMessage", 500)
    with pytest.raises(TelegramServerError):
        await bot.send_message(lan.id, "x")
    fake.faults.refuse("sendMessage", 502, html=True)
    with pytest.raises(ClientDecodeError):
        await bot.send_message(lan.id, "x")
    fake.faults.drop("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(lan.id, "x")
    assert lan.heard == []
    fake.faults.lose_answer("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(lan.id, "cut")
    fake.faults.lose_answer("sendMessage", status=502, when=lambda call: call["text"] == "html")
    await bot.send_message(lan.id, "spared")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(lan.id, "html")
    assert [message.text for message in lan.heard] == ["cut", "spared", "html"]
    fake.faults.slow("sendMessage", 0.05)
    started = time.monotonic()
    await bot.send_message(lan.id, "late")
    assert time.monotonic() - started >= 0.05
    assert [entry.error for entry in fake.calls("sendMessage")][:2] == ["fault 429", "fault 500"]


# -- getUpdates


async def test_offsets_acknowledge(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    for number in range(120):
        lan.says(str(number))
    first = await bot.get_updates()
    assert len(first) == 100
    assert await bot.get_updates() == first
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert len(rest) == 21
    assert fake.bot.mailroom.pending == 21
    assert len(await bot.get_updates(offset=-1)) == 1
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == []


async def test_long_polls_wait_and_exclude_each_other(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    (start,) = await bot.get_updates()
    first = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first
    lan.says("hi")
    assert len(await second) == 1
    lan.says("again")
    assert await bot.get_updates(offset=start.update_id + 3, timeout=0) == []


async def test_allowed_updates(bot: Bot, lan: FakeUser) -> None:
    message = lan.says("x")
    lan.reacts(message, "👍")
    assert [update.event_type for update in await bot.get_updates()] == ["message", "message"]
    await bot.get_updates(offset=-1, allowed_updates=["message_reaction"])
    lan.reacts(message, "👎")
    lan.says("unwanted")
    assert (await bot.get_updates())[-1].message_reaction is not None
    await bot.get_updates(allowed_updates=[])


async def test_duplicate_updates(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    (update,) = await bot.get_updates()
    fake.faults.duplicate_updates(1)
    again = await bot.get_updates(offset=update.update_id + 1)
    assert [one.update_id for one in again] == [update.update_id]
    assert await bot.get_updates(offset=update.update_id + 1) == []


# -- webhook


class Door:
    """A webhook door that notes what comes and answers as told."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.secrets: set[str | None] = set()
        self.statuses: list[int] = []
        self.reply: dict[str, object] | None = None

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        update = Update.model_validate(await request.json())
        self.got.append(update.message.text if update.message and update.message.text else update.event_type)
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.reply, status=status) if self.reply else web.Response(status=status)


@pytest.fixture
async def door() -> AsyncIterator[tuple[Door, str]]:
    door = Door()
    runner = web.ServerRunner(web.Server(door))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield door, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_webhook_keeps_order_and_tries_again(
    fake: FakeTelegram, bot: Bot, lan: FakeUser, door: tuple[Door, str]
) -> None:
    hook, url = door
    await bot.set_webhook(url, secret_token="s3cret_-")
    await fake.until(lambda: hook.got == ["/start"])
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    hook.statuses = [500, 503, 200]
    lan.says("một")
    lan.says("hai")
    await fake.until(lambda: hook.got == ["/start", "một", "một", "một", "hai"])
    assert hook.secrets == {"s3cret_-"}
    assert "503" in str((await bot.get_webhook_info()).last_error_message)
    fake.faults.lose_webhook_acks(1)
    fake.faults.duplicate_updates(1)
    lan.says("ba")
    await fake.until(lambda: hook.got[-3:] == ["ba", "ba", "ba"])
    await fake.until(lambda: fake.bot.mailroom.pending == 0)
    await bot.delete_webhook()
    lan.says("bốn")
    assert [update.message.text for update in await bot.get_updates() if update.message] == ["bốn"]


async def test_webhook_may_answer_with_a_call(
    fake: FakeTelegram, bot: Bot, lan: FakeUser, door: tuple[Door, str]
) -> None:
    hook, url = door
    hook.reply = {"method": "sendMessage", "chat_id": lan.id, "text": "Dạ"}
    await bot.set_webhook(url)
    await fake.until(lambda: lan.heard)
    assert lan.heard[0].text == "Dạ"


async def test_webhook_settings_are_checked(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="HTTPS"):
        await bot.set_webhook("http://shop.example/hook")
    with pytest.raises(TelegramBadRequest, match="unallowed characters"):
        await bot.set_webhook("https://shop.example/hook", secret_token="no spaces")
    with pytest.raises(TelegramBadRequest, match="max_connections"):
        await bot.set_webhook("https://shop.example/hook", max_connections=101)


# -- from other processes, and in quantity


async def test_control_api(fake: FakeTelegram, bot: Bot, lan: FakeUser) -> None:
    async with ClientSession() as http:

        async def control(what: str, **given: object) -> dict[str, object]:
            async with http.post(f"{fake.url}/control/{what}", json=given) as answer:
                return dict(await answer.json())

        user = (await control("customer", name="Hà"))["result"]["id"]  # type: ignore[index]
        await control("says", user=user, text="chào")
        group = (await control("staff_group"))["result"]["id"]  # type: ignore[index]
        mai = (await control("member", group=group, name="Mai"))["result"]["id"]  # type: ignore[index]
        topic = (await bot.create_forum_topic(group, "Hà")).message_thread_id
        await bot.send_message(user, "?", reply_markup=buttons(("A", "a")))
        assert (await control("presses", user=user, button="A"))["result"]["data"] == "a"  # type: ignore[index]
        await control("writes", group=group, user=mai, topic=topic, text="Chào chị")
        assert (await control("topics", group=group))["result"] == [{"id": topic, "name": "Hà", "closed": False}]
        await control("fault", kind="refuse", method="sendMessage", status=500)
        with pytest.raises(TelegramAPIError):
            await bot.send_message(user, "x")
        log = (await control("log", method="sendMessage"))["result"]
        assert [entry["error"] for entry in log] == ["", "fault 500"]  # type: ignore[attr-defined]
        lines = (await control("transcript", user=user))["result"]
        assert [line["text"] for line in lines] == ["chào", "?"]  # type: ignore[attr-defined]
        assert "no such control" in str(await control("nothing"))
        assert "KeyError" in str(await control("says", user=1, text="x"))


async def test_every_kind_of_update_is_delivered(fake: FakeTelegram, bot: Bot) -> None:
    fake.bot.mailroom.allow(["message", "message_reaction", "message_reaction_count", "chat_member"])
    fake.bot.mailroom.allowed = None
    made = dict(Kinds(7).every())
    assert len(made) == len(CONTENT) + 27
    for update in made.values():
        fake.deliver(update)
    got = [*await bot.get_updates(), *await bot.get_updates(offset=100_000_101)]
    assert {update.message.content_type for update in got if update.message} >= {
        "text",
        "voice",
        "story",
        "poll",
        "gift",
    }
    assert Kinds(3).update() == Kinds(3).update()


async def test_it_is_fast(bot: Bot, lan: FakeUser) -> None:
    """A slow fake would be what benchmarks measure; the figure allows for a busy machine."""
    await bot.send_message(lan.id, "warm")
    started = time.perf_counter()
    for _ in range(10):
        await asyncio.gather(*(bot.send_message(lan.id, "x") for _ in range(50)))
    assert 500 / (time.perf_counter() - started) > 300
