"""Voice messages on Telegram: fetched from the Bot API, put into words, and relayed with their sound to staff."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from aiogram import Bot

from bot.domain.incoming import Attachment, AttachmentKind
from bot.settings import Config
from bot.telegram.files import LIMIT, fetch
from bot.wiring.service import Service
from nlp.listening import NotHeard, VoiceSettings
from nlp.types import Unheard
from tests.doubles.house import make_settings, shipped_config
from tests.doubles.telegram import FakeForum, FakeTelegram, FakeUser
from tests.nlp.sounds import HIGH, LOW, make_anger_classifier, make_recogniser, packed, tone
from tests.telegram.conftest import Room, settings_for

# -- fetching


def _voice(message: Any) -> Attachment:
    return Attachment(AttachmentKind.VOICE, message.raw["voice"]["file_id"])


async def test_the_sound_is_fetched(fake: FakeTelegram, bot: Bot) -> None:
    sent = fake.customer("Lan").sends_voice(sound=b"OggS all of it")
    assert await fetch(bot, _voice(sent)) == b"OggS all of it"


async def test_what_telegram_does_not_hand_over_says_why(fake: FakeTelegram, bot: Bot) -> None:
    lan = fake.customer("Lan")
    small, big = _voice(lan.sends_voice()), _voice(lan.sends_voice(size=LIMIT + 1))
    unknown = Attachment(AttachmentKind.VOICE, "no such file")
    for voice, why in ((big, Unheard.TOO_LARGE), (unknown, Unheard.UNREACHABLE)):
        with pytest.raises(NotHeard) as unheard:
            await fetch(bot, voice)
        assert unheard.value.why is why
    for trouble in ({"status": 500}, {"status": 429, "retry_after": 5}):
        fake.faults.refuse("getFile", **trouble)
        with pytest.raises(NotHeard, match="unreachable"):
            await fetch(bot, small)
    fake.faults.drop("getFile")
    with pytest.raises(NotHeard, match="unreachable"):
        await fetch(bot, small)


async def test_a_link_that_is_out_of_date_is_a_reason(fake: FakeTelegram, bot: Bot) -> None:
    voice = _voice(fake.customer("Lan").sends_voice())
    fake.clock = lambda: 1e12  # the server that hands out files thinks that the link was made long ago
    with pytest.raises(NotHeard, match="unreachable"):
        await fetch(bot, voice)


async def test_how_long_it_is_comes_along(room: Room) -> None:
    room.fake.customer("Lan").sends_voice(seconds=7)
    await room.pump()
    assert room.turns.heard[0].attachments[0].seconds == 7


# -- the whole way


@dataclass
class Shop:
    fake: FakeTelegram
    staff: FakeForum
    service: Service

    async def answer(self, who: FakeUser, sound: bytes = b"OggS", seconds: int = 1) -> str:
        """Send a voice message and wait for the next words of the bot's."""
        before = len(who.heard)
        who.sends_voice(seconds, sound)
        heard = await self.fake.until(lambda: who.heard[before:], 20)
        return heard[0].text

    async def topic(self, who: FakeUser, *parts: str) -> list[dict[str, Any]]:
        """The messages of the customer's topic, once all the parts are in it."""

        def there() -> list[dict[str, Any]]:
            topics = [one for one in self.staff.topics if who.user.face["first_name"] in one.name]
            found = [message.raw for topic in topics for message in topic.messages]
            said = "\n".join(str(raw.get("text", "")) + (" [voice]" if "voice" in raw else "") for raw in found)
            return found if all(part in said for part in parts) else []

        return await self.fake.until(there, 20)

    def counted(self, outcome: str) -> float:
        labels = {"outcome": outcome}
        return self.service.core.metrics.registry.get_sample_value("thau_voice_messages_total", labels) or 0


@asynccontextmanager
async def open_shop(fake: FakeTelegram, folder: Path, template: Path, voice: VoiceSettings) -> AsyncIterator[Shop]:
    copyfile(template, folder / "house.sqlite")
    staff = fake.staff_group()
    config: Config = shipped_config()
    config = config.model_copy(update={"nlp": config.nlp.model_copy(update={"voice": voice})})
    telegram = settings_for(fake, staff_chat_id=staff.id)
    service = Service(make_settings(folder, config).model_copy(update={"telegram": telegram}))
    await service.open()
    stop = asyncio.Event()
    serving = asyncio.create_task(service.run(stop))
    try:
        yield Shop(fake, staff, service)
    finally:
        stop.set()
        await serving


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> VoiceSettings:
    folder = tmp_path_factory.mktemp("voice")
    recogniser, classifier = make_recogniser(folder / "words"), make_anger_classifier(folder / "anger")
    return VoiceSettings(model=str(recogniser), anger_model=str(classifier), longest_s=10)


@pytest.fixture
async def listening(
    fake: FakeTelegram, tmp_path: Path, house_template: Path, checkpoints: VoiceSettings
) -> AsyncIterator[Shop]:
    async with open_shop(fake, tmp_path, house_template, checkpoints) as shop:
        yield shop


@pytest.mark.slow
async def test_an_angry_voice_brings_a_human_with_words_and_sound(listening: Shop) -> None:
    """The words alone ("help") are calm: what calls somebody is how they were said."""
    lan = listening.fake.customer("Lan", "en")
    assert "our team" in await listening.answer(lan, packed(tone(HIGH, 1.0, 48_000), 48_000))
    messages = await listening.topic(lan, "🎤 help", "[voice]")
    assert any("angry" in str(raw.get("text")) for raw in messages)
    assert listening.counted("heard") == 1


@pytest.mark.slow
async def test_a_calm_voice_is_answered_as_its_words_are(listening: Shop) -> None:
    lan = listening.fake.customer("Lan", "en")
    answer = await listening.answer(lan, packed(tone(LOW, 1.0)))
    assert "voice" not in answer
    assert (listening.staff.topics, listening.counted("heard")) == ([], 1)


@pytest.mark.slow
async def test_in_an_open_case_staff_read_what_was_spoken(listening: Shop) -> None:
    lan = listening.fake.customer("Lan", "en")
    lan.says("I want to talk to a person")
    await listening.topic(lan, "talk to a person")
    lan.sends_voice(1, packed(tone(LOW, 1.0)))
    await listening.topic(lan, "[voice]", "🎤 no")


@pytest.mark.slow
async def test_what_could_not_be_made_out_is_told_kindly_and_counted(listening: Shop) -> None:
    lan, minh = listening.fake.customer("Lan", "en"), listening.fake.customer("Minh", "vi")
    assert "couldn't make out" in await listening.answer(lan, b"OggS no sound")
    assert "dài quá" in await listening.answer(minh, packed(tone(LOW, 1.0)), seconds=11)
    assert (listening.counted("broken"), listening.counted("too_long")) == (1, 1)


async def test_off_the_second_voice_message_brings_both_to_a_human(
    fake: FakeTelegram, tmp_path: Path, house_template: Path
) -> None:
    async with open_shop(fake, tmp_path, house_template, VoiceSettings()) as shop:
        lan = fake.customer("Lan", "vi")
        assert "chưa nghe được tin nhắn thoại" in await shop.answer(lan)
        assert "chuyển tin nhắn thoại" in await shop.answer(lan)
        await fake.until(lambda: sum("voice" in one.raw for topic in shop.staff.topics for one in topic.messages) == 2)


async def test_off_a_yes_to_a_colleague_brings_what_was_spoken_before(
    fake: FakeTelegram, tmp_path: Path, house_template: Path
) -> None:
    async with open_shop(fake, tmp_path, house_template, VoiceSettings()) as shop:
        lan = fake.customer("Lan", "vi")
        await shop.answer(lan)
        lan.says("ừ gọi giúp chị")
        await shop.topic(lan, "gọi giúp chị", "[voice]")
