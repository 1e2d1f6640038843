"""Voice messages in the agent's turn: what is read, what is kept, what staff get."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.incoming import Attachment, AttachmentKind
from bot.facts.codec import from_json
from nlp.types import Mood, Reading
from storage.tables import Case, Outbox, ReadingRow, Turn
from tests.agent.conftest import GROUP, Shop
from tests.doubles.house import MAI

ADDRESS = "telegram:777:4242"
WORDS = "đơn của tôi đâu rồi"


@pytest.fixture(autouse=True)
async def _group(shop: Shop) -> None:
    await shop.bind_group()


def spoken(text: str = WORDS, anger: float | None = None) -> dict[str, Any]:
    voice = Attachment(AttachmentKind.VOICE, "f1", seconds=3, transcript=text, anger=anger)
    return {"text": text, "attachments": (voice,)}


async def reading_of(shop: Shop, turn: Turn) -> Reading:
    (row,) = await shop.rows(ReadingRow, turn_id=turn.id)
    return from_json(Reading, row.body)


async def test_spoken_words_are_read_as_words_and_kept_as_spoken(shop: Shop) -> None:
    turn = await shop.says(**spoken())
    written = await shop.says(WORDS, who="demo-2")
    assert (await reading_of(shop, turn)).intent == (await reading_of(shop, written)).intent
    assert turn.text == WORDS
    assert turn.incoming["attachments"][0]["transcript"] == WORDS


async def test_a_furious_voice_calls_a_human_though_the_words_are_calm(shop: Shop) -> None:
    turn = await shop.says(**spoken(anger=0.97))
    reading = await reading_of(shop, turn)
    assert (reading.mood, reading.escalate) == (Mood.ANGRY, True)
    (case,) = await shop.rows(Case)
    assert case.reason == "angry"
    assert case.card["message"] == f"🎤 {WORDS}"


async def test_how_a_voice_sounded_is_not_kept_with_the_words(shop: Shop) -> None:
    turn = await shop.says(**spoken(anger=0.97))
    assert turn.incoming["attachments"][0]["anger"] is None


async def test_a_calm_voice_takes_nothing_from_harsh_words(shop: Shop) -> None:
    harsh = "Làm ăn kiểu gì vậy, lũ lừa đảo, trả tiền đây!!!"
    unheard = await reading_of(shop, await shop.says(**spoken(harsh), who="demo-2"))
    calm = await reading_of(shop, await shop.says(**spoken(harsh, anger=0.0)))
    assert calm == unheard


async def _on_telegram(shop: Shop, *attachments: Attachment, text: str = "") -> str:
    """A message of a Telegram customer; its id."""
    said = replace(shop.incoming(text, "4242", attachments=attachments), channel="telegram", conversation=ADDRESS)
    await shop.core.agent.turn(said)
    return said.messages[0]


async def copied(shop: Shop) -> list[list[str]]:
    """The messages that were copied into the topic, post by post."""
    return [post.payload["messages"] for post in await shop.outbox(lane=GROUP, kind="copy")]


async def notes(shop: Shop) -> list[str]:
    return [post.payload["text"] for post in await shop.rows(Outbox, lane=GROUP, kind="note")]


async def test_staff_hear_what_only_a_human_can_hear_from_the_first_message_on(shop: Shop) -> None:
    voice, photo = Attachment(AttachmentKind.VOICE, "f1"), Attachment(AttachmentKind.PHOTO, "f2")
    first, second = await _on_telegram(shop, voice), await _on_telegram(shop, photo)
    assert await copied(shop) == []
    third = await _on_telegram(shop, voice)
    assert await copied(shop) == [[first, second], [third]]


async def test_what_a_human_has_dealt_with_does_not_come_again(shop: Shop) -> None:
    voice = Attachment(AttachmentKind.VOICE, "f1")
    first = await _on_telegram(shop, voice)
    await _on_telegram(shop, text="gọi nhân viên giúp tôi")
    assert await copied(shop) == [[first]]
    async with shop.core.database.work() as work:
        where = await work.turns.conversation("demo", ADDRESS)
        case = await work.cases.latest_of(where.id or 0) if where else None
    assert case is not None
    await shop.core.desk.close("demo", case[0].id or 0, MAI)
    shop.pass_by(minutes=1)
    await _on_telegram(shop, text="gặp nhân viên")
    assert await copied(shop) == [[first]]


async def test_spoken_words_come_into_an_open_case_with_their_sound(shop: Shop) -> None:
    await _on_telegram(shop, text="cho tôi gặp nhân viên")
    spoke = await _on_telegram(shop, Attachment(AttachmentKind.VOICE, "f1", transcript=WORDS), text=WORDS)
    assert await copied(shop) == [[spoke]]
    assert f"🎤 {WORDS}" in await notes(shop)


async def test_long_spoken_words_are_told_beside_the_card_that_cuts_them(shop: Shop) -> None:
    long = "gặp nhân viên ngay cho tôi. " * 30
    await _on_telegram(shop, Attachment(AttachmentKind.VOICE, "f1", transcript=long), text=long)
    assert [len(text) > 500 for text in await notes(shop) if text.startswith("🎤")] == [True]
