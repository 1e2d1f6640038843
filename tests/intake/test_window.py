import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import Attachment, AttachmentKind
from bot.intake.settings import BurstSettings
from bot.intake.window import window
from tests.intake.conftest import said

BURST = BurstSettings()


@pytest.mark.parametrize(
    "text",
    [
        "Đơn của tôi đâu rồi?",
        "Where is my order?",
        "I want to return the shoes.",
        "shop còn size 42 không",
        "cho mình xem áo khoác nhé",
        unicodedata.normalize("NFD", "cho mình xem áo khoác ạ"),
        "don hang cua minh sao chua toi vay",
        "ok",
        "DH1001",
        "0987",
        "👍",
        "cảm ơn shop ❤️",
    ],
)
def test_what_is_finished_is_answered_soon(text: str) -> None:
    assert window(said(text), BURST) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "shop ơi",
        "em ơi",
        "I want to return",
        "cho mình hỏi,",
        "áo này...",
        "I bought the",
        "mình đặt áo và",
        "so…",
    ],
)
def test_a_fragment_is_waited_for(text: str) -> None:
    assert window(said(text), BURST) >= 4


def test_the_longer_a_fragment_the_shorter_the_wait() -> None:
    sentence = "mình muốn hỏi về cái áo khoác màu xanh size nhỏ hôm trước"
    words = sentence.split()
    waits = [window(said(" ".join(words[:n])), BURST) for n in range(1, len(words) + 1) if words[n - 1] != "cái"]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > 5
    assert waits[-1] < 2


def test_a_bare_photo_waits_for_its_words_and_a_voice_message_for_nothing() -> None:
    photo = said(attachments=(Attachment(AttachmentKind.PHOTO, "f1"),))
    voice = said(attachments=(Attachment(AttachmentKind.VOICE, "f2"),))
    assert window(voice, BURST) == BURST.shortest < window(photo, BURST) < BURST.longest


def test_an_album_with_a_finished_caption_still_waits_for_its_other_pictures() -> None:
    assert window(said("Áo bị rách.", album="a1"), BURST) > window(said("Áo bị rách."), BURST)


@given(st.text(), st.floats(0, 5), st.floats(0, 5))
def test_the_window_keeps_its_bounds_whatever_is_written(text: str, shortest: float, more: float) -> None:
    burst = BurstSettings(shortest=shortest, longest=shortest + more, in_all=20)
    assert shortest <= window(said(text), burst) <= shortest + more + 1e-9
