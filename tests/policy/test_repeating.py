"""The same question again, however it is typed, and the words that say so."""

import pytest

from bot.policy.repeating import same_question, says_it_again
from nlp.types import Language

VI, EN = Language.VI, Language.EN


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("đơn của tôi đâu rồi shop", "don cua t dau r shop oi", VI),
        ("bao h hang ve v shop", "Bao giờ hàng về vậy ạ?", VI),
        ("so where is my parcel then", "Where is my parcel?", EN),
        ("sao chưa hoàn tiền cho mình", "sao chưa hoàn tiền cho mình, đã trả hàng cả tuần rồi", VI),
        ("WHERE IS MY REFUND???", "where is my refund", EN),
    ],
)
def test_the_same_question(text: str, before: str, language: Language) -> None:
    assert same_question(text, before, language)
    assert same_question(before, text, language)


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("shop có áo sơ mi không", "shop có áo thun không", VI),
        ("áo này còn size M không", "áo này còn size L không", VI),
        ("đơn TH-10231 của mình đâu", "đơn TH-10232 của mình đâu", VI),
        ("ok", "ok", VI),
        ("", "", EN),
        ("thanks a lot", "where is my parcel", EN),
    ],
)
def test_another_question(text: str, before: str, language: Language) -> None:
    assert not same_question(text, before, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hỏi lần thứ 3 rồi nha", VI),
        ("toi hoi 3 lan roi", VI),
        ("lần thứ hai tôi hỏi rồi đó", VI),
        ("nhắn tin cho shop bao nhiêu lần rồi", VI),
        ("this is the third time I'm asking", EN),
        ("I asked you several times", EN),
        ("how many times do I have to ask", EN),
    ],
)
def test_whoever_counts_has_to_repeat_themselves(text: str, language: Language) -> None:
    assert says_it_again(text, language, unheeded=False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mình đã nói rồi mà", VI),
        ("nhu minh da noi, size M", VI),
        ("lại hỏng nữa hả", VI),
        ("as I said, size M", EN),
        ("I've already told you", EN),
        ("again?", EN),
        ("Again", EN),
    ],
)
def test_said_before_counts_only_when_it_was_of_no_help(text: str, language: Language) -> None:
    assert says_it_again(text, language, unheeded=True)
    assert not says_it_again(text, language, unheeded=False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("this is the third time I order here", EN),
        ("can I buy it again next month", EN),
        ("đơn này giao 2 lần rồi", VI),
        ("cho em thêm một cái nữa ạ", VI),
        ("", VI),
    ],
)
def test_many_times_is_not_asked_many_times(text: str, language: Language) -> None:
    assert not says_it_again(text, language, unheeded=True)
