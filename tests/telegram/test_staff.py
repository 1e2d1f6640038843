"""The staff group: topics, cards, relay both ways, notes, buttons, strangers, binding."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from aiogram.exceptions import TelegramServerError

from bot.domain.incoming import Incoming, Sender
from bot.intake.settings import BackoffSettings, IntakeSettings
from bot.telegram import albums as albums_module
from bot.telegram.handlers import linking, members, staff
from bot.telegram.membership import REMEMBERED_SECONDS, Membership
from storage.tables import Case
from tests.doubles.clock import FakeClock
from tests.doubles.telegram import FakeForum, FakeTopic, FakeUser
from tests.telegram.conftest import ADMIN, BRAND, Room, now


@dataclass
class Escalated:
    """A customer with an open case and its topic."""

    room: Room
    lan: FakeUser
    forum: FakeForum
    where: str
    case: Case

    @property
    def topic(self) -> FakeTopic:
        return self.forum.topics[-1]

    async def events(self) -> list[str]:
        async with self.room.database.work() as work:
            return [event.kind for event in await work.cases.events(self.case.id or 0)]


@pytest.fixture
async def case(room: Room) -> Escalated:
    lan = room.fake.customer("Lan Anh", "vi")
    message = lan.says("Hàng vỡ rồi!")
    forum = room.fake.staff_group()
    await room.bind(forum)
    await room.pump()
    where = await room.converse(lan)
    said = Incoming(BRAND, "telegram", where, Sender(str(lan.id)), now(), message.text, messages=(str(message.id),))
    opened = await room.open_case(where, said)
    card = {
        "text": "<b>C-1001</b> angry",
        "buttons": [
            [{"label": "Claim", "do": "claim", "case": opened.id}, {"label": "Close", "do": "close", "case": opened.id}]
        ],
    }
    await room.send("card", card, where, opened)
    await room.flush()
    return Escalated(room, lan, forum, where, opened)


async def test_a_case_makes_a_topic_with_card_and_the_customers_message(case: Escalated) -> None:
    assert case.topic.name == f"Lan Anh · {case.case.number}"
    card, copy = case.topic.messages
    assert card.text == "C-1001 angry"
    assert card.buttons == ["Claim", "Close"]
    assert copy.text == "Hàng vỡ rồi!"


async def test_claiming_by_button_tells_the_customer_and_the_card(case: Escalated) -> None:
    mai = case.forum.member("Mai")
    press = mai.presses(case.topic, "Claim")
    await case.room.pump()
    await case.room.flush()
    assert press.answer is not None
    assert press.answer["text"] == f"{case.case.number} is yours now."
    assert await case.events() == ["opened", "claimed"]
    assert case.lan.heard[-1].text == "Mai is here now"
    card = case.topic.messages[0]
    assert "held by Mai" in card.text
    assert "✅ Close" in card.buttons
    assert await case.room.waiting() == case.room.turns.rows


async def test_the_second_who_claims_is_told_who_was_faster(case: Escalated) -> None:
    mai, nam = case.forum.member("Mai"), case.forum.member("Nam")
    mai.presses(case.topic, "Claim")
    late = nam.presses(case.topic, "Claim")
    await case.room.pump()
    assert late.answer is not None
    assert "held by Mai" in late.answer["text"]
    assert await case.room.waiting() == case.room.turns.rows


async def test_words_in_the_topic_reach_the_customer_as_a_copy(case: Escalated) -> None:
    mai = case.forum.member("Mai")
    written = mai.writes(case.topic, "Em chào chị, em là Mai ạ")
    await case.room.pump()
    await case.room.flush()
    assert case.lan.heard[-1].text == "Em chào chị, em là Mai ạ"
    mai.edits(written, "Em chào chị, em tên Mai ạ")
    await case.room.pump()
    assert case.room.posted  # the sender was woken
    await case.room.flush()
    assert case.lan.heard[-1].text == "Em chào chị, em tên Mai ạ"
    assert await case.room.waiting() == case.room.turns.rows


async def test_an_album_from_staff_arrives_in_one_piece(case: Escalated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case.room.dispatcher["albums"], "_quiet", 0.02)
    mai = case.forum.member("Mai")
    mai.sends_photo(case.topic, "Mẫu mới ạ", album="a1")
    mai.sends_photo(case.topic, album="a1")
    await case.room.pump()
    assert len(await case.room.waiting()) == 3  # the customer's own message, and both parts until the album is whole
    for _ in range(200):
        if len(await case.room.waiting()) == 1:
            break
        await asyncio.sleep(0.01)
    await case.room.flush()
    (call,) = case.room.fake.calls("copyMessages")
    assert len(call.call["message_ids"]) == 2
    assert len([message for message in case.lan.heard if "photo" in message.raw]) == 2


async def test_an_album_that_fails_is_dead_with_its_reason(case: Escalated, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("no")

    quick = IntakeSettings(backoff=BackoffSettings(first=0.01))
    albums = albums_module.Albums(case.room.database, quiet=0.01, settings=quick)
    case.room.dispatcher["albums"] = albums
    monkeypatch.setattr(staff, "_say_or_keep", broken)
    case.forum.member("Mai").sends_photo(case.topic, album="a1")
    (row,) = await case.room.pump()
    await asyncio.gather(*albums._tasks)
    assert (await case.room.row(row)).state == "dead"
    assert (await case.room.row(row)).error == "RuntimeError: no"


async def test_an_album_that_fails_once_is_tried_again(case: Escalated, monkeypatch: pytest.MonkeyPatch) -> None:
    said, failures = staff._say_or_keep, [RuntimeError("a hiccup")]

    async def shaky(*given: Any) -> str | None:
        if failures:
            raise failures.pop()
        return await said(*given)

    quick = IntakeSettings(backoff=BackoffSettings(first=0.01))
    albums = albums_module.Albums(case.room.database, quiet=0.01, settings=quick)
    case.room.dispatcher["albums"] = albums
    monkeypatch.setattr(staff, "_say_or_keep", shaky)
    case.forum.member("Mai").sends_photo(case.topic, album="a1")
    (row,) = await case.room.pump()
    await asyncio.gather(*albums._tasks)
    assert (await case.room.row(row)).state == "done"
    await case.room.flush()
    assert "photo" in case.lan.heard[-1].raw


async def test_two_slashes_keep_a_note(case: Escalated) -> None:
    mai = case.forum.member("Mai")
    heard = len(case.lan.heard)
    mai.writes(case.topic, "// khách quen, nhẹ nhàng nhé")
    await case.room.pump()
    await case.room.flush()
    assert len(case.lan.heard) == heard
    assert await case.events() == ["opened", "noted"]
    assert case.room.fake.calls("setMessageReaction")[-1].call["reaction"] == [{"type": "emoji", "emoji": "✍"}]


async def test_who_does_not_hold_the_case_leaves_a_note(case: Escalated) -> None:
    mai, nam = case.forum.member("Mai"), case.forum.member("Nam")
    mai.presses(case.topic, "Claim")
    await case.room.pump()
    await case.room.flush()
    heard = len(case.lan.heard)
    nam.writes(case.topic, "Chị thử hoàn tiền xem")
    await case.room.pump()
    await case.room.flush()
    assert len(case.lan.heard) == heard
    assert (await case.events())[-1] == "noted"
    assert "held by Mai" in case.topic.texts[-1]


async def test_without_an_open_case_the_writer_is_told(case: Escalated) -> None:
    mai = case.forum.member("Mai")
    mai.presses(case.topic, "Close")
    await case.room.pump()
    await case.room.flush()
    assert case.topic.closed
    heard = len(case.lan.heard)
    for words in ("Chị ơi", "// ghi chú"):
        mai.writes(case.topic, words)
        await case.room.pump()
        assert case.topic.texts[-1] == staff.NO_CASE
    await case.room.flush()
    assert len(case.lan.heard) == heard
    assert await case.room.waiting() == case.room.turns.rows


async def test_commands_never_reach_the_customer(case: Escalated) -> None:
    heard = len(case.lan.heard)
    case.forum.member("Mai").writes(case.topic, "/close xong")
    await case.room.pump()
    await case.room.flush()
    assert len(case.lan.heard) == heard
    assert case.topic.texts[-1] == staff.NO_COMMAND


async def test_anonymous_administrators_are_asked_to_show_themselves(case: Escalated) -> None:
    heard = len(case.lan.heard)
    case.forum.member("Boss", anonymous=True).writes(case.topic, "Hello")
    await case.room.pump()
    await case.room.flush()
    assert len(case.lan.heard) == heard
    assert linking.ANONYMOUS in case.topic.texts[-1]


async def test_strangers_in_a_public_group_can_do_nothing(case: Escalated) -> None:
    stranger = case.forum.member("Lạ")
    case.forum.chat.members[stranger.id].status = "left"
    heard = len(case.lan.heard)
    stranger.writes(case.topic, "Xin chào")
    press = stranger.presses(case.topic, "Claim")
    await case.room.pump()
    await case.room.flush()
    assert press.answer is not None
    assert press.answer["text"] == staff.NOT_STAFF
    assert len(case.lan.heard) == heard
    assert await case.events() == ["opened"]


async def test_a_forged_staff_button_is_stale(case: Escalated) -> None:
    mai = case.forum.member("Mai")
    press = mai.forges(case.topic.messages[0], "s|close|1|AAAAAAAA")
    await case.room.pump()
    assert press.answer is not None
    assert press.answer["text"] == staff.STALE
    assert await case.events() == ["opened"]


async def test_a_customer_can_not_press_for_staff(case: Escalated) -> None:
    from bot.telegram.buttons import Do

    press = case.lan.forges(case.room.seal.staff(Do.CLOSE, case.case.id or 0), case.topic.messages[0])
    await case.room.pump()
    assert press.answer is not None
    assert await case.events() == ["opened"]


async def test_words_outside_of_customers_topics_go_nowhere(case: Escalated) -> None:
    mai = case.forum.member("Mai")
    mai.writes(None, "Chào cả nhà")
    mai.writes(mai.creates_topic("Chuyện phiếm"), "hihi")
    before = len(case.room.fake.log)
    await case.room.pump()
    assert len(case.room.fake.log) == before
    assert await case.room.waiting() == case.room.turns.rows


async def test_a_group_that_moves_is_followed(case: Escalated) -> None:
    moved = case.forum.migrates()
    await case.room.pump()
    async with case.room.database.work() as work:
        group = await work.staff.group(BRAND)
    assert group is not None
    assert group.chat == str(moved.id)


async def test_link_binds_the_group(room: Room) -> None:
    forum = room.fake.staff_group()
    boss = forum.member("Boss", admin=True)
    code = await _code(room)
    boss.writes(None, f"/link {code}")
    await room.pump()
    assert forum.general[-1].text == linking.LINKED
    async with room.database.work() as work:
        group = await work.staff.group(BRAND)
    assert group is not None
    assert (group.bot, group.chat, group.bound_by) == (str(room.bot.id), str(forum.id), "Boss")
    boss.writes(None, f"/link {code}")  # Telegram or a crash repeats it
    await room.pump()
    assert forum.general[-1].text == linking.LINKED


@pytest.mark.parametrize(
    ("obstacle", "answer"),
    [
        ("code", linking.NOT_A_CODE),
        ("anonymous", linking.ANONYMOUS),
        ("no topics", "This group has no topics: turn on Topics in the group's settings."),
        ("no rights", "The bot may not manage topics here"),
    ],
)
async def test_link_refuses(room: Room, obstacle: str, answer: str) -> None:
    forum = room.fake.staff_group(forum=obstacle != "no topics", bot_is_admin=obstacle != "no rights")
    boss = forum.member("Boss", admin=True, anonymous=obstacle == "anonymous")
    code = "WRONG" if obstacle == "code" else await _code(room)
    boss.writes(None, f"/link {code}")
    await room.pump()
    assert answer in forum.general[-1].text
    async with room.database.work() as work:
        assert await work.staff.group(BRAND) is None
    assert await room.waiting() == []


async def _code(room: Room) -> str:
    async with room.database.work(write=True) as work:
        code = await work.staff.issue(BRAND, "bind", "admin", now().replace(year=now().year + 1))
        from storage.tables import Staff

        await work.staff.add(Staff(id=ADMIN.id, brand=BRAND, name="Admin", role="admin"))
        await work.commit()
    return code


async def test_a_customer_who_blocks_the_bot_is_marked(room: Room) -> None:
    lan = room.fake.customer("Lan")
    lan.says("hi")
    await room.converse(lan)
    lan.blocks_bot()
    await room.pump()
    assert await _blocked(room, lan)
    lan.unblocks_bot()
    await room.pump()
    assert not await _blocked(room, lan)


async def _blocked(room: Room, user: FakeUser) -> bool:
    async with room.database.work() as work:
        found = await work.customers.by_identity(BRAND, "telegram", str(user.id))
    assert found is not None
    return found[1].blocked_at is not None


async def test_a_new_group_gets_one_hint(room: Room) -> None:
    forum = room.fake.staff_group(bot_is_admin=False)
    forum.bot_rights(status="left")
    forum.bot_rights(status="member")
    forum.bot_rights("can_manage_topics")
    await room.pump()
    assert [message.text for message in forum.general] == [members.HELLO_GROUP]


async def test_lost_rights_in_the_staff_group_are_reported(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    forum = room.fake.staff_group()
    await room.bind(forum)
    forum.bot_rights("can_pin_messages")
    await room.pump()
    assert "may not manage topics" in caplog.text


async def test_membership_is_remembered_for_a_while(room: Room) -> None:
    forum = room.fake.staff_group()
    mai = forum.member("Mai")
    clock = FakeClock()
    membership = Membership(room.bot, clock)
    assert await membership.belongs(forum.id, mai.id)
    forum.chat.members[mai.id].status = "left"
    assert await membership.belongs(forum.id, mai.id)
    await clock.advance(REMEMBERED_SECONDS + 1)
    room.fake.faults.refuse("getChatMember", 500, times=2)
    assert await membership.belongs(forum.id, mai.id)  # Telegram does not say: what it said last
    with pytest.raises(TelegramServerError):
        await membership.belongs(forum.id, 5)
    assert not await membership.belongs(forum.id, mai.id)
    forum.chat.members[mai.id].status = "member"
    membership.forget(forum.id, mai.id)
    assert await membership.belongs(forum.id, mai.id)
