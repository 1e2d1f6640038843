"""Rows as the pages show them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from bot.domain.incoming import Action, Attachment, AttachmentKind, Press, Sender
from bot.web.feed import Feed
from bot.web.translate import message
from bot.web.view import PageButton, case_file, customer_chat
from storage.database import Database, StorageSettings
from storage.showing import policy_use
from storage.tables import Correction, Outbox
from tests.web.stand import BRAND, Stand

LAN = Sender("demo-1", "Lan")
ADDRESS = "web:demo-1"


@pytest_asyncio.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    database = Database(StorageSettings(url=f"sqlite+aiosqlite:///{tmp_path}/view.sqlite"))
    await database.migrate()
    yield Stand(database, Feed())
    await database.close()


async def hear(stand: Stand, text: str = "", press: Press | None = None) -> None:
    await stand.turn(message(BRAND, LAN, stand.now(), text=text, press=press))


async def post(stand: Stand, payload: dict[str, object], state: str = "sent") -> None:
    row = Outbox(
        brand=BRAND, channel="web", lane=ADDRESS, conversation=ADDRESS, kind="say", payload=payload, state=state
    )
    async with stand.database.work(write=True) as work:
        await work.mailbox.post([row])
        await work.commit()


async def test_nobody_has_written_yet(stand: Stand) -> None:
    chat = await customer_chat(stand.database, BRAND, ADDRESS)
    assert (chat.entries, chat.menu, chat.ask_phone, chat.moods()) == ((), (), "", ())


async def test_a_message_with_what_was_understood_then_the_answer(stand: Stand) -> None:
    await hear(stand, "the bottle has a dent")
    said, answer = (await customer_chat(stand.database, BRAND, ADDRESS)).entries
    found = said.understood
    assert found is not None
    assert (said.author, said.html, answer.author, answer.html) == ("customer", False, "bot", True)
    assert (found.mood, found.intent, found.kind) == ("disappointed", "return_refund", "reply")
    assert (found.stage, found.stage_why[:14]) == ("post_purchase", "Order TH-10234")
    assert [mood for mood, _ in found.moods][0] == "disappointed"
    assert len(found.moods) == 3
    assert answer.buttons[1] == (PageButton("Gặp nhân viên", "human", ""),)


async def test_offers_and_the_gate(stand: Stand) -> None:
    await hear(stand, "lovely")
    await hear(stand, "hm")
    heard = [entry.understood for entry in (await customer_chat(stand.database, BRAND, ADDRESS)).entries]
    offered, refused = (found for found in heard if found is not None)
    assert (offered.offered[0].reason, offered.gate) == ("bought_together", "")
    assert (refused.offered, refused.gate) == ((), "level is off")


async def test_a_press_is_shown_by_its_label_and_carries_no_mood(stand: Stand) -> None:
    await hear(stand, "the bottle has a dent")
    await hear(stand, press=Press(Action.CHOOSE, "refund"))
    await hear(stand, press=Press(Action.DETAILS, "LY-02"))
    chat = await customer_chat(stand.database, BRAND, ADDRESS)
    assert [entry.pressed for entry in chat.entries if entry.pressed] == ["Hoàn tiền", "details LY-02"]
    assert chat.moods() == ("disappointed",)


async def test_what_has_not_left_is_not_shown(stand: Stand) -> None:
    await hear(stand, "hm")
    for state in ("waiting", "dead", "withdrawn"):
        await post(stand, {"text": state}, state)
    await post(stand, {"text": "maybe"}, "ambiguous")
    texts = [entry.text for entry in (await customer_chat(stand.database, BRAND, ADDRESS)).entries]
    assert "maybe" in texts
    assert not {"waiting", "dead", "withdrawn"} & set(texts)


async def test_the_menu_stays_and_the_phone_question_goes(stand: Stand) -> None:
    await hear(stand, "hm")
    await post(stand, {"text": "a", "menu": [["Orders", "Help"]], "ask_phone": "Share"})
    chat = await customer_chat(stand.database, BRAND, ADDRESS)
    assert (chat.menu, chat.ask_phone) == ((("Orders", "Help"),), "Share")
    await post(stand, {"text": "b"})
    chat = await customer_chat(stand.database, BRAND, ADDRESS)
    assert (chat.menu, chat.ask_phone) == ((("Orders", "Help"),), "")


async def test_an_expired_situation_leaves_the_rest(stand: Stand) -> None:
    await hear(stand, "hm")
    async with stand.database.work(write=True) as work:
        decision = await work.turns.decision(1)
        assert decision is not None
        decision.situation = {}
        work.session.add(decision)
        await work.session.flush()
        await work.commit()
    found = (await customer_chat(stand.database, BRAND, ADDRESS)).entries[0].understood
    assert found is not None
    assert (found.stage, found.stage_why) == ("post_purchase", "")


async def test_staff_see_everybody_by_name(stand: Stand) -> None:
    await hear(stand, "ridiculous")
    file = await case_file(stand.database, BRAND, 1)
    assert file is not None
    assert (file.case.number, file.conversation) == ("C-1001", ADDRESS)
    assert [entry.author for entry in file.chat.entries] == ["customer", "bot"]
    assert [happening.kind.value for happening in file.story] == ["opened"]
    assert await case_file(stand.database, "another-brand", 1) is None


async def test_how_often_a_policy_decided(stand: Stand) -> None:
    await hear(stand, "ridiculous")
    await hear(stand, "lovely")
    await hear(stand, "so lovely")
    now = datetime.now(UTC)
    async with stand.database.work() as work:
        assert (await policy_use(work.session, BRAND, now - timedelta(days=7)))["happy_offer"] == 2
        assert await policy_use(work.session, BRAND, now + timedelta(days=1)) == {}


async def test_a_corrected_mood_stands_beside_the_one_that_was_read(stand: Stand) -> None:
    await hear(stand, "Làm ăn kiểu gì vậy?")
    await hear(stand, "where is my order")
    said, _, last, *_ = (await customer_chat(stand.database, BRAND, ADDRESS)).entries
    row = Correction(brand=BRAND, turn_id=said.turn, read="angry", mood="anxious", source="lexicon", staff_name="Mai")
    async with stand.database.work(write=True) as work:
        await work.corrections.put(row)
        await work.commit()
    chat = await customer_chat(stand.database, BRAND, ADDRESS)
    found, untouched = chat.entries[0].understood, chat.entries[2].understood
    assert found is not None
    assert (found.mood, found.corrected, found.corrected_by, found.right_mood) == ("angry", "anxious", "Mai", "anxious")
    assert untouched is not None
    assert (untouched.corrected, untouched.right_mood) == ("", untouched.mood)
    assert chat.moods() == ("anxious", "anxious")
    assert last.turn > said.turn > 0


async def test_spoken_words_are_marked(stand: Stand) -> None:
    voice = Attachment(AttachmentKind.VOICE, "f", transcript="đơn đâu rồi")
    await stand.turn(message(BRAND, LAN, stand.now(), text="alo\nđơn đâu rồi", attachments=(voice,)))
    chat = await customer_chat(stand.database, BRAND, ADDRESS)
    assert chat.entries[0].text == "alo\n🎤 đơn đâu rồi"
    assert chat.entries[0].attachments == (("voice", ""),)
