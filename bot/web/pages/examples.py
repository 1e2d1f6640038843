"""Messages a newcomer can try with one click, in both languages."""

from dataclasses import dataclass


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
            "Chào shop, chiếc bình giữ nhiệt tôi nhận hôm qua bị móp một góc. Shop xem giúp tôi nhé."),
    Example("vi", "Happy", "Hài lòng", "Áo đẹp lắm, vải mát, mình ưng ghê. Cảm ơn shop nhiều!"),
    Example("vi", "Where is my order?", "Hỏi đơn hàng", "Đơn của mình tới đâu rồi shop ơi?"),
    Example("vi", "A gift", "Tìm quà tặng", "Shop gợi ý giúp mình một món quà sinh nhật cho mẹ với."),
    Example("en", "Furious", "Rất giận", "This is ridiculous. Two weeks of waiting and nobody answers me!!!"),
    Example("en", "Calm damage report", "Báo hàng lỗi, bình tĩnh",
            "Hello, the thermos bottle that arrived yesterday has a small dent. What can we do about it?"),
    Example("en", "Happy", "Hài lòng", "The shirt is lovely and the delivery was so quick. Thank you!"),
    Example("en", "Where is my order?", "Hỏi đơn hàng", "Where is my order?"),
    Example("en", "A gift", "Tìm quà tặng", "Can you recommend a birthday gift for my mother?"),
)  # fmt: skip

STICKERS = ("😊", "👍", "❤️", "🎉", "😢", "😡", "😱", "🙏")
