"""What customers write in the benchmarks: ordinary days at a shop, both languages, all lengths and moods."""

import random
from collections.abc import Iterator

ORDINARY = (
    "Xin chào shop",
    "alo",
    "Đơn của mình tới đâu rồi ạ?",
    "don hang cua toi bao gio toi vay shop",
    "Shop ơi cho mình hỏi phí ship về Cần Thơ bao nhiêu?",
    "Mình muốn đổi size áo thun từ M sang L được không?",
    "Áo sơ mi trắng còn hàng không ạ",
    "tai nghe bluetooth gia bn",
    "Cà phê rang xay với cà phê hoà tan khác nhau thế nào?",
    "Cảm ơn shop nhiều nha, hàng đẹp lắm 😍",
    "Shop có xuất hoá đơn VAT không?",
    "Mình cần mua quà sinh nhật cho mẹ, tầm 500k, shop tư vấn giúp",
    "Giày này bảo hành mấy tháng",
    "Hàng nhận được bị móp hộp nhưng bên trong vẫn ổn, shop xem giúp mình có sao không nhé",
    "mai minh ship duoc khong",
    "Trả góp được không shop",
    "ok",
    "🙂",
    "Hello, is anyone there?",
    "Where is my order?",
    "How much is the wireless mouse and is it in stock?",
    "Can I return a jacket that I wore once? The zip broke on the second day.",
    "What is your return policy",
    "thanks!!",
    "Do you ship to Da Nang and how long does it take?",
    "I am looking for a birthday present for my dad, he likes coffee and gadgets",
    "which one is better, the smart watch or the fitness band",
    "I'd like to change the delivery address of my order please",
    "Is the green tea organic?",
    "Not sure which size to take, I usually wear M",
    "My parcel says delivered but the box was a little dented. The product works, just letting you know.",
    "do you have vegan snacks",
)
TENSE = (
    "Sao giao hàng lâu vậy, mình chờ cả tuần rồi, thất vọng thật sự",
    "hoi hoai khong ai tra loi la sao",
    "I asked twice already and nobody answers, this is getting frustrating",
    "The charger stopped working after two days, disappointed to be honest",
)
FURIOUS = (
    "Làm ăn kiểu gì vậy?! Giao sai hàng hai lần rồi, trả tiền lại cho tôi NGAY!!!",
    "toi buc minh qua roi, goi quan ly ra day noi chuyen",
    "This is the WORST shop ever, I want my money back NOW!!!",
    "cho mình gặp nhân viên",
)
_SEED = 20_260_301


def messages() -> Iterator[str]:
    """Messages without end, always the same ones: of twenty about one furious, two tense."""
    dice = random.Random(_SEED)
    while True:
        (kind,) = dice.choices((ORDINARY, TENSE, FURIOUS), (17, 2, 1))
        yield dice.choice(kind)
