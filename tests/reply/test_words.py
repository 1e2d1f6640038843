"""Commands, lookups, choices, figures: what short words mean and how values are written."""

import time
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import Action, Command, Press
from bot.domain.situation import Pending
from bot.reply.commands import Asked, CommandBook, spoken_press
from bot.reply.figures import day, money
from bot.reply.lookup import code_in, lookup_asked
from bot.reply.talk import shortened
from bot.reply.wording import compares, mentioned_order, option_of, ordered_thing, ordinal, picked
from nlp.types import Language
from tests.doubles.situations import NOW, make_incoming, make_order, make_situation
from tests.reply.conftest import TEXTS

BOOK = CommandBook(TEXTS)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

SAID = {
    Command.HUMAN: [
        "gặp nhân viên",
        "gap nhan vien",
        "cho em gặp nhân viên với ạ",
        "tôi muốn nói chuyện với người thật",
        "I want to talk to a real human please",
        "agent",
        "gọi quản lý ra đây",
    ],
    Command.STOP: [
        "ngừng gợi ý",
        "đừng gợi ý nữa",
        "tắt quảng cáo đi",
        "I want to stop receiving suggestions",
        "no more suggestions",
        "please don't suggest anything anymore",
        "mình không cần gợi ý, tắt hết đi",
        "Thôi đừng gợi ý nữa nhé",
        "I don't need any recommendations, I know what I want",
    ],
    Command.FORGET: [
        "xoá dữ liệu",
        "xóa hết dữ liệu của tôi",
        "xoa thong tin ca nhan cua em",
        "delete all my data",
        "forget me",
    ],
    Command.MYDATA: ["dữ liệu của tôi", "xem du lieu cua minh", "show me my data", "what do you know about me"],
    Command.PRIVACY: ["quyền riêng tư", "privacy settings", "ca nhan hoa"],
    Command.LANGUAGE: ["đổi ngôn ngữ", "change language"],
    Command.HELP: ["trợ giúp", "help", "what can you do?"],
    Command.REQUESTS: ["yêu cầu của tôi", "xem yeu cau cua em", "my requests", "check my request"],
    Command.CANCEL: ["huỷ bỏ", "huy", "cancel", "never mind"],
    Command.ADDRESS: ["cách xưng hô", "How to address me"],
    Command.START: ["bắt đầu", "/start"],
}
NOT_SAID = [
    "stop sending broken cups",
    "huỷ đơn",
    "cancel my order",
    "gọi chị nhé",
    "nhân viên của shop thái độ quá",
    "Help me my phone is burning",
    "gợi ý cho mình một món quà",
    "no, the suggestions were great last time and I bought two",
    "xoá đơn hàng này giúp mình",
    "sao không gợi ý cho mình",
    "đừng gợi ý đồ ăn, gợi ý áo đi",
    "không biết mua gì, gợi ý giúp mình",
    "ngôn ngữ lập trình nào dễ học nhất vậy shop ơi, mình đang muốn mua sách cho con trai học thêm ở nhà dịp hè này",
    "/nope",
    "",
]


@pytest.mark.parametrize(("command", "words"), [(command, words) for command in SAID for words in SAID[command]])
def test_plain_words_are_commands(command: Command, words: str) -> None:
    asked = BOOK.command_of(words)
    assert asked is not None
    assert asked.command is command


@pytest.mark.parametrize("words", NOT_SAID)
def test_other_words_are_not(words: str) -> None:
    assert BOOK.command_of(words) is None


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("/help@thau_bot", Asked(Command.HELP)),
        ("/START abc-1", Asked(Command.START, "abc-1")),
        ("🙋 Gặp nhân viên", Asked(Command.HUMAN, menu_language="vi")),
        ("🗑 Delete my data", Asked(Command.FORGET, menu_language="en")),
        ("English please", Asked(Command.LANGUAGE, "en")),
        ("nói tiếng Việt đi", Asked(Command.LANGUAGE, "vi")),
        ("gọi mình là chị nhé", Asked(Command.ADDRESS, "chị")),
        ("gọi bà là được", Asked(Command.ADDRESS, "bà")),
        ("call me anh", Asked(Command.ADDRESS, "anh")),
    ],
)
def test_what_comes_with_a_command(words: str, asked: Asked) -> None:
    assert BOOK.command_of(words) == asked


def test_every_label_is_its_command() -> None:
    for language in (Language.VI, Language.EN):
        for command in set(Command) - {Command.START}:
            assert BOOK.command_of(TEXTS.menu_label(command, language)) == Asked(command, menu_language=language.value)


COMMON = [
    "can",
    "i",
    "d",
    "nhe",
    "ban",
    "gap",
    "the",
    "toi",
    "xoa",
    "het",
    "du",
    "a",
    "stop",
    "me",
    "goi",
    "y",
    "no",
    "more",
]


@given(st.lists(st.sampled_from(COMMON)))
def test_commands_are_found_quickly_in_any_words(words: list[str]) -> None:
    started = time.perf_counter()
    BOOK.command_of(" ".join(words * 4)[:90])
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TH-10234", "TH-10234"),
        ("đơn th10234 đâu", "TH-10234"),
        ("TH 10234", "TH-10234"),
        ("mã th 10234", "TH-10234"),
        ("nam 2024", ""),
        ("0905550123", ""),
        ("giá VND50000", ""),
        ("xin chào", ""),
    ],
)
def test_order_codes(text: str, code: str) -> None:
    assert code_in(text) == code


def test_lookup_needs_code_and_digits() -> None:
    waiting = Pending("link", "phone_or_order", (("code", "TH-10234"),))
    assert lookup_asked(make_incoming("TH-10234 0123"), None) == ("TH-10234", "0123")
    assert lookup_asked(make_incoming("th10234, sđt 0905 550 123"), None) == ("TH-10234", "0123")
    assert lookup_asked(make_incoming("0123"), waiting) == ("TH-10234", "0123")
    assert lookup_asked(make_incoming("0123"), None) is None
    assert lookup_asked(make_incoming("TH-10234"), waiting) is None
    assert lookup_asked(make_incoming("0123"), Pending("address", "address", (("code", "TH-1"),))) is None


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("số 2", 1),
        ("2", 1),
        ("the first one please", 0),
        ("cái thứ ba ạ", 2),
        ("cuối cùng", 2),
        ("cái nào cũng được", None),
    ],
)
def test_ordinals(words: str, place: int | None) -> None:
    assert ordinal(words, 3) == place


def test_ordinals_stay_within_the_options() -> None:
    assert ordinal("thứ ba", 2) is None
    assert ordinal("cuối", 0) is None


def test_options_by_their_words() -> None:
    labels = ["Áo thun cotton trắng", "Áo thun cotton đen", "Cốc sứ"]
    assert option_of("cốc sứ", labels) == 2
    assert option_of("cái áo cotton đen nhé", labels) == 1
    assert option_of("áo thun", labels) is None
    assert option_of("", []) is None


def test_orders_in_words() -> None:
    twins = (make_order("TH-1001", days_ago=1), make_order("TH-1002", days_ago=1))
    assert mentioned_order(make_situation("đơn hôm qua"), twins, ZONE) is None
    assert mentioned_order(make_situation("đơn hôm kia"), twins, ZONE) is None
    assert mentioned_order(make_situation("sản phẩm TEE-01"), twins, ZONE) is None
    assert mentioned_order(make_situation("đơn gần nhất"), (), ZONE) is None
    short = make_order("DH1", days_ago=9)
    assert mentioned_order(make_situation("đơn dh1"), (short,), ZONE) == short


def test_money_and_days() -> None:
    assert money(1_250_000, Language.VI) == "1.250.000 ₫"
    assert money(1_250_000, Language.EN) == "₫1,250,000"
    assert day(NOW, NOW, ZONE, Language.VI) == "hôm nay (2/3)"
    assert day(NOW - timedelta(days=1), NOW, ZONE, Language.EN) == "yesterday (1 March)"
    assert day(NOW + timedelta(days=9), NOW, ZONE, Language.VI) == "ngày 11/3"
    assert day(NOW - timedelta(days=90), NOW, ZONE, Language.EN) == "2 December 2025"
    late = NOW.replace(hour=20)
    assert day(late, NOW, ZONE, Language.VI) == "ngày mai (3/3)", "the shop's day, not UTC's"


def test_labels_fit_a_button() -> None:
    assert shortened("Áo\nthun") == "Áo thun"
    assert len(shortened("x" * 99)) == 48


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/start abc", Command.START, "abc"),
        ("/HELP", Command.HELP, ""),
        ("gặp nhân viên", Command.HUMAN, ""),
        ("/nonsense", None, ""),
        ("đơn hàng của tôi đâu", None, ""),
    ],
)
def test_a_message_becomes_the_command_that_its_words_are(text: str, command: Command | None, argument: str) -> None:
    heard = BOOK.heard_in(make_incoming(text))
    assert (heard.command, heard.argument, heard.text) == (command, argument, text)


def test_presses_and_edits_are_never_commands() -> None:
    pressed = replace(make_incoming("/help"), press=Press(Action.HUMAN))
    edited = replace(make_incoming("/help"), edits="7")
    assert BOOK.heard_in(pressed) == pressed
    assert BOOK.heard_in(edited) == edited


@pytest.mark.parametrize("words", ["ok " * 25 + "zz", "thu 1 " * 13 + "z", "cai " * 19 + "zz", "the one " * 9 + "?!z"])
def test_an_answer_that_is_no_choice_takes_no_time(words: str) -> None:
    started = time.perf_counter()
    assert option_of(words, ["A", "B", "C"]) is None
    assert time.perf_counter() - started < 0.5  # it took hours when two fillers could match the same word


@pytest.mark.parametrize(
    ("text", "count", "places"),
    [
        ("What's the difference between the first two?", 3, (0, 1)),
        ("hai cái này khác gì nhau", 2, (0, 1)),
        ("cả hai luôn", 2, (0, 1)),
        ("cái nào pin trâu hơn", 3, (0, 1, 2)),
        ("which one is cheaper", 2, (0, 1)),
        ("the second one please", 3, (1,)),
        ("cái đầu tiên có màu gì", 3, (0,)),
        ("món thứ ba giá sao", 3, (2,)),
        ("cái cuối cùng", 3, (2,)),
        ("cái này còn không", 1, (0,)),
        ("cái này còn không", 2, ()),
        ("the fourth one", 3, ()),
        ("my first order", 3, ()),
        ("cái nào tốt nhất", 0, ()),
        ("áo thun còn không", 3, ()),
    ],
)
def test_things_just_shown_are_pointed_at(text: str, count: int, places: tuple[int, ...]) -> None:
    assert picked(text, count) == places


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("áo dài em đặt thứ 7 mặc đám cưới", "áo dài"),
        ("shop ơi cái đèn anh mua bị nứt", "đèn"),
        ("where is the blue dress I ordered", "blue dress"),
        ("đơn hàng em đặt đâu rồi", ""),
        ("the order I ordered", ""),
        ("hôm qua mình mua", ""),
        ("", ""),
    ],
)
def test_things_ordered(text: str, thing: str) -> None:
    assert ordered_thing(text) == thing


@pytest.mark.parametrize(
    ("text", "press"),
    [
        ("Sao lại gợi ý món này cho mình?", Press(Action.WHY)),
        ("why did you suggest this one?", Press(Action.WHY)),
        ("sao đơn chưa tới", None),
        ("gợi ý đi", None),
        ("sao lại gợi ý " + "x" * 90, None),
    ],
)
def test_why_is_asked_in_words(text: str, press: Press | None) -> None:
    assert spoken_press(text) == press


def test_what_is_compared() -> None:
    assert compares("so sánh hai cái")
    assert not compares("còn hàng không")


def test_a_long_text_is_no_choice() -> None:
    assert ordinal("cái đầu tiên " * 40, 3) is None
