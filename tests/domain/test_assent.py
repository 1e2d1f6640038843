import pytest

from bot.domain.assent import assent, farewell

YES = [
    "có",
    "Dạ vâng ạ",
    "ok shop",
    "OK luôn",
    "ừ",
    "đồng ý nhé",
    "Đúng",
    "dung roi",
    "yes please",
    "Yep!",
    "👍",
    "✅ ok",
    "dung r",
    "ừ gửi đi con",
    "ok đồng ý",
]
NO = [
    "không",
    "Dạ không ạ",
    "ko cần",
    "k",
    "thôi",
    "đừng",
    "no thanks",
    "Don't",
    "don’t",
    "nope",
    "👎",
    "để sau nha",
    "ok de mk coi lai",
    "Let me think about it",
]
NEITHER = [
    "",
    "dung",
    "ok thôi",
    "ok không",
    "ok chưa",
    "có đơn nào không?",
    "cảm ơn shop",
    "không giao được à",
    "yes but where is it",
    "123",
    "🙂",
]


@pytest.mark.parametrize("text", YES)
def test_yes(text: str) -> None:
    assert assent(text) is True


@pytest.mark.parametrize("text", NO)
def test_no(text: str) -> None:
    assert assent(text) is False


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert assent(text) is None


def test_decomposed_letters_read_the_same() -> None:
    assert assent("đừng") is False


@pytest.mark.parametrize("text", ["bye", "Bye bye shop nhé", "tạm biệt", "tam biet nha", "goodbye!", "hẹn gặp lại ạ"])
def test_a_goodbye(text: str) -> None:
    assert farewell(text)


@pytest.mark.parametrize("text", ["", "bye, còn đơn của em?", "cảm ơn", "không"])
def test_no_goodbye(text: str) -> None:
    assert not farewell(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("Đúng, gửi đi", True), ("không, cảm ơn", False), ("đúng, nhưng không", None)]
)
def test_what_is_said_twice_is_said_once(text: str, meant: bool | None) -> None:
    assert assent(text) is meant
