"""Messages a newcomer can try with one click, in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nicegui.element import Element

from bot.web.pages.look import act, drawing, el, logo
from bot.web.pages.words import Words


@dataclass(frozen=True, slots=True)
class Example:
    """A message to try; `en` and `vi` say what it shows."""

    language: str
    en: str
    vi: str
    text: str


EXAMPLES = (
    Example("vi", "Furious", "Rất giận", "Làm ăn kiểu gì vậy? Tôi chờ hai tuần rồi mà không ai thèm trả lời!!!"),
    Example("vi", "Furious, typed without accents", "Rất giận, không dấu",
            "lam an kieu gi vay? toi cho hai tuan roi ma khong ai them tra loi!!!"),
    Example("vi", "Calm damage report", "Báo hàng lỗi, bình tĩnh",
            "Chào shop, món hàng tôi nhận hôm qua bị móp một góc. Shop xem giúp tôi nhé."),
    Example("vi", "Happy", "Hài lòng", "Hàng đẹp lắm, giao lại nhanh, mình ưng ghê. Cảm ơn shop nhiều!"),
    Example("vi", "Where is my order?", "Hỏi đơn hàng", "Đơn của mình tới đâu rồi shop ơi?"),
    Example("vi", "A gift", "Tìm quà tặng", "Shop gợi ý giúp mình một món quà sinh nhật cho mẹ với."),
    Example("en", "Furious", "Rất giận", "This is ridiculous. Two weeks of waiting and nobody answers me!!!"),
    Example("en", "Calm damage report", "Báo hàng lỗi, bình tĩnh",
            "Hello, the item that arrived yesterday has a small dent. What can we do about it?"),
    Example("en", "Happy", "Hài lòng", "It is lovely, and the delivery was so quick. Thank you!"),
    Example("en", "Where is my order?", "Hỏi đơn hàng", "Where is my order?"),
    Example("en", "A gift", "Tìm quà tặng", "Can you recommend a birthday gift for my mother?"),
)  # fmt: skip

STICKERS = ("😊", "👍", "❤️", "🎉", "😢", "😡", "😱", "🙏")


def starters(words: Words, spoken: str, say: Callable[[str], object]) -> Element:
    """What an empty chat shows: every example in full, those in the customer's language first."""
    box = el("div", "starters")
    with box:
        with el("div", "lead"):
            drawing(logo(48))
            el("p", "", words["empty_chat"])
        for language in dict.fromkeys(example.language for example in _fitting(spoken)):
            with el("div", "pile"):
                el("h2", "", words.label("language", language))
                for example in EXAMPLES:
                    if example.language == language:
                        _starter(example, words, say)
    return box


def chips(words: Words, spoken: str, say: Callable[[str], object]) -> None:
    """The examples as a line above the keyboard."""
    for example in _fitting(spoken):
        with act("chip", "", partial(say, example.text), title=example.text):
            el("span", "tongue", example.language.upper())
            el("span", "", _label(example, words))


def _starter(example: Example, words: Words, say: Callable[[str], object]) -> None:
    with act("starter", "", partial(say, example.text)), el("div", "grow"):
        el("div", "what", _label(example, words))
        el("div", "text", example.text, lang=example.language)


def _fitting(spoken: str) -> list[Example]:
    return sorted(EXAMPLES, key=lambda example: example.language != spoken)


def _label(example: Example, words: Words) -> str:
    return example.vi if words.language == "vi" else example.en
