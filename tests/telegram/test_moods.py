"""A wrong mood on the card: one tap shows nine moods, a second one stores, and the card says so."""

from dataclasses import dataclass

import pytest

from bot.desk.card import ASK
from bot.telegram.answering import STALE
from bot.telegram.handlers import moods
from bot.telegram.membership import NOT_STAFF
from nlp.types import Mood
from storage.privacy import forget
from storage.tables import Case, Correction, DecisionRow, ReadingRow, Turn
from tests.doubles.telegram import FakeForum, FakeMessage, FakeUser
from tests.telegram.conftest import BRAND, Room

WRONG, BACK = "🎭 Wrong mood?", "↩️ Back"


@dataclass
class Read:
    """A case in the staff group whose card shows a mood that was read."""

    room: Room
    lan: FakeUser
    forum: FakeForum
    case: Case
    turn: int

    @property
    def buttons(self) -> list[str]:
        return self.card.buttons

    @property
    def card(self) -> FakeMessage:
        return self.forum.topics[-1].messages[0]

    async def tap(self, who: FakeUser, label: str) -> str:
        """Somebody presses on the card; what the toast says."""
        press = who.presses(self.forum.topics[-1], label)
        await self.room.pump()
        await self.room.flush()
        assert press.answer is not None
        return str(press.answer.get("text", ""))

    async def kept(self) -> Correction | None:
        async with self.room.database.work() as work:
            return await work.corrections.of_turn(BRAND, self.turn)


@pytest.fixture
async def case(room: Room) -> Read:
    lan = room.fake.customer("Lan Anh", "vi")
    lan.says("Hàng vỡ rồi!")
    forum = room.fake.staff_group()
    await room.bind(forum)
    await room.pump()
    where = await room.converse(lan)
    opened = await room.open_case(where)
    async with room.database.work(write=True) as work:
        common = {"brand": BRAND, "conversation_id": opened.conversation_id}
        said = Turn(**common, customer_id=opened.customer_id, author="customer", text="Hàng vỡ rồi!")
        heard = ReadingRow(**common, turn_id=0, language="vi", mood="angry", intent="complaint", source="lexicon")
        decided = DecisionRow(**common, turn_id=0, kind="escalate", policy="p", policy_version=1, stage="s")
        turn = await work.turns.add_customer_turn(said, heard, decided)
        await work.cases.escalate(opened.id or 0, 2, opened.card | {"turn": turn})
        await work.commit()
    card = await room.desk.card(BRAND, opened.id or 0)
    await room.send("card", card, where, opened)
    return Read(room, lan, forum, opened, turn)


async def test_two_taps_store_and_the_card_says_what_and_who(case: Read) -> None:
    mai = case.forum.member("Mai")
    assert case.buttons == ["✋ Claim", "✅ Close", WRONG]
    assert await case.tap(mai, WRONG) == moods.WHICH
    assert len(case.buttons) == len(Mood) + 1
    assert await case.kept() is None
    assert await case.tap(mai, "🟡 anxious") == "Noted as anxious. Thank you!"
    kept = await case.kept()
    assert kept is not None
    assert (kept.read, kept.mood, kept.staff_name) == ("angry", "anxious", "Mai")
    assert "anxious (read as angry, corrected by Mai)" in case.card.text
    assert case.buttons == ["✋ Claim", "✅ Close", WRONG]
    assert await case.room.waiting() == case.room.turns.rows


async def test_another_colleague_corrects_again_or_takes_it_back(case: Read) -> None:
    mai, nam = case.forum.member("Mai"), case.forum.member("Nam")
    await case.tap(mai, "✋ Claim")
    await case.tap(nam, WRONG)
    await case.tap(nam, "🟡 confused")
    assert "corrected by Nam" in case.card.text
    assert "held by Mai" in case.card.text
    await case.tap(mai, WRONG)
    assert await case.tap(mai, "🔴 angry") == "It stays angry, as it was read."
    assert await case.kept() is None
    assert "corrected" not in case.card.text
    assert case.buttons == ["↪️ Pass on", "✅ Close", WRONG]


async def test_back_changes_nothing(case: Read) -> None:
    mai = case.forum.member("Mai")
    await case.tap(mai, WRONG)
    assert await case.tap(mai, BACK) == ""
    assert case.buttons == ["✋ Claim", "✅ Close", WRONG]
    assert await case.kept() is None
    assert await case.room.waiting() == case.room.turns.rows


async def test_moods_left_open_on_a_closed_case_still_store_and_go_away(case: Read) -> None:
    mai = case.forum.member("Mai")
    await case.tap(mai, WRONG)
    shown = case.card
    await case.room.desk.close(BRAND, case.case.id or 0, await case.room.staff_room.member_by_telegram("9", "An"))
    press = mai.presses(case.forum.topics[-1], "🟡 anxious")
    await case.room.pump()
    await case.room.flush()
    assert press.answer is not None
    assert await case.kept() is not None
    assert shown.buttons == []


async def test_strangers_and_forgers_store_nothing(case: Read) -> None:
    stranger = case.forum.member("Lạ")
    case.forum.chat.members[stranger.id].status = "left"
    assert await case.tap(stranger, WRONG) == NOT_STAFF
    mai = case.forum.member("Mai")
    forged = mai.forges(case.card, f"w|anxious|{case.case.id}|{case.turn}|AAAAAAAA")
    own = case.lan.forges(case.room.seal.mood("anxious", case.case.id or 0, case.turn), case.card)
    await case.room.pump()
    assert forged.answer is not None
    assert forged.answer["text"] == STALE
    assert own.answer is not None
    assert await case.kept() is None


async def test_what_is_gone_is_said_to_be_gone(case: Read) -> None:
    mai = case.forum.member("Mai")
    await case.tap(mai, WRONG)
    async with case.room.database.work(write=True) as work:
        await forget(work, BRAND, case.case.customer_id)
        await work.commit()
    press = mai.presses(case.forum.topics[-1], "🟡 anxious")
    await case.room.pump()
    assert press.answer is not None
    assert press.answer["text"].startswith("There is no such thing here.")
    assert await case.room.waiting() == case.room.turns.rows


async def test_a_telegram_that_refuses_the_new_buttons_harms_nothing(case: Read) -> None:
    mai = case.forum.member("Mai")
    case.room.fake.faults.refuse("editMessageReplyMarkup", 400, times=1)
    assert await case.tap(mai, WRONG) == moods.WHICH
    assert case.buttons == ["✋ Claim", "✅ Close", WRONG]
    forced = mai.forges(case.card, case.room.seal.mood(ASK, case.case.id or 0, case.turn))
    await case.room.pump()
    assert forced.answer is not None
    assert len(case.buttons) == len(Mood) + 1
