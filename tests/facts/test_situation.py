"""Rows and a reading as the frozen situation."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.incoming import Action, Command, Incoming, Press, Sender
from bot.domain.journey import StageThresholds
from bot.domain.situation import Situation
from bot.domain.views import AddressForm, OrderStatus
from bot.facts.memory import Memory
from bot.facts.situation import Facts
from bot.facts.window import Window
from bot.personal.segments import SegmentRules
from bot.reply.search import Faq, Shelf, ShelfItem
from bot.reply.settings import BothLanguages, FaqEntry, Hours
from nlp.types import Intent, Language, Mood
from tests.doubles.situations import NOW, make_incoming, make_product, make_reading
from tests.facts.rows import case, customer, event, felt, heard, order

SHIRT = ShelfItem(
    make_product("TEE", name="Áo thun cotton"), make_product("TEE", name="Cotton T-shirt"), ("tee", "t-shirt")
)
MUG = ShelfItem(make_product("MUG", name="Cốc sứ trắng"), make_product("MUG", name="White mug"), ("mug", "cup"))
SHIPPING = FaqEntry(
    question=BothLanguages(vi="Phí giao hàng là bao nhiêu?", en="How much is delivery?"),
    answer=BothLanguages(vi="25.000 ₫", en="₫25,000"),
    also="phí ship, shipping fee",
)
WINDOW = Window(shelf=Shelf([SHIRT, MUG]), faq=Faq({"fee": SHIPPING}), bestsellers=("MUG",))


def facts(**fields: Any) -> Facts:
    values: dict[str, Any] = {
        "window": lambda: WINDOW,
        "thresholds": StageThresholds(),
        "segments": SegmentRules(),
        "hours": Hours(opens="08:00", closes="21:00"),
        "zone": ZoneInfo("Asia/Ho_Chi_Minh"),
        "languages": (Language.VI, Language.EN),
        "default_language": Language.VI,
    }
    return Facts(**values | fields)


def situation(text: str = "xin chào", memory: Memory | None = None, **fields: Any) -> Situation:
    reading = make_reading(**fields.pop("heard", {}))
    incoming = fields.pop("incoming", None) or make_incoming(text, **fields)
    return facts().situation(incoming, reading, memory or Memory(), NOW)


def test_a_newcomer() -> None:
    seen = situation()
    assert seen.customer.level is PersonalisationLevel.OFF
    assert (seen.customer.id, seen.customer.name, seen.customer.known) == ("", "Lan", False)
    assert (seen.customer.address, seen.local_hour, seen.open_hours) == (AddressForm.QUY_KHACH, 10, True)
    assert (seen.orders, seen.case, seen.pending) == ((), None, None)


def test_at_night_nobody_answers() -> None:
    at_night = facts().situation(make_incoming(), make_reading(), Memory(), NOW + timedelta(hours=14))
    assert (at_night.local_hour, at_night.open_hours) == (0, False)


def test_a_known_customer() -> None:
    memory = Memory(
        customer=customer(address="chị", level="full", phone="+84900000000"), orders=[order(skus=("TEE", "OLD"))]
    )
    seen = situation(memory=memory)
    assert (seen.customer.known, seen.customer.address, seen.customer.asked_level) == (True, AddressForm.CHI, True)
    (bought,) = seen.orders
    assert bought.status is OrderStatus.PLACED
    assert [line.name for line in bought.lines] == ["Áo thun cotton", "OLD"]  # no longer sold: its code


@pytest.mark.parametrize(
    ("level", "events", "asked"), [("off", [], False), ("off", ["asked_level"], True), ("basic", [], True)]
)
def test_who_chose_a_level_need_not_be_asked(level: str, events: list[str], asked: bool) -> None:
    memory = Memory(customer=customer(level=level), events=[event(kind) for kind in events])
    assert situation(memory=memory).customer.asked_level is asked


ENGLISH, VIETNAMESE = {"language": Language.EN}, {"language": Language.VI}


@pytest.mark.parametrize(
    ("chosen", "text", "reading", "before", "app", "expected"),
    [
        ("en", "đơn của tôi đâu rồi", VIETNAMESE, "", "", Language.EN),
        ("", "where is my order?", ENGLISH, "vi", "", Language.EN),
        ("", "ok", VIETNAMESE, "en", "", Language.EN),
        ("", "TH-10231 0123", VIETNAMESE, "", "en", Language.EN),
        ("", "ok", VIETNAMESE, "", "", Language.VI),
        ("", "ok", VIETNAMESE, "", "fr", Language.VI),
        ("", "wo ist meine Bestellung geblieben?", {"language": Language.OTHER}, "", "en", Language.EN),
    ],
)
def test_language(chosen: str, text: str, reading: dict[str, Any], before: str, app: str, expected: Language) -> None:
    told = {"en": "where is my order?", "vi": "đơn của tôi đâu rồi?"}
    turns = [heard(told[before], reading={"language": before})] if before else []
    memory = Memory(customer=customer(language=chosen, language_chosen=bool(chosen)), turns=turns)
    incoming = make_incoming(text, sender=Sender("test", "Lan", app))
    assert situation(memory=memory, incoming=incoming, heard=reading).language is expected


def test_a_menu_button_speaks_its_own_language() -> None:
    pressed = make_incoming("❓ Help", command=Command.HELP, menu_language="en")
    assert situation(incoming=pressed, heard=VIETNAMESE).language is Language.EN


def test_the_mood_line_ends_with_words_not_with_buttons() -> None:
    memory = Memory(customer=customer(), turns=felt(Mood.NEUTRAL, Mood.FRUSTRATED))
    spoken = situation(memory=memory, heard={"mood": Mood.ANGRY})
    assert spoken.mood.moods == (Mood.NEUTRAL, Mood.FRUSTRATED, Mood.ANGRY)
    pressed = make_incoming("", press=Press(Action.LEVEL, "off"))
    assert situation(memory=memory, incoming=pressed).mood.moods == (Mood.NEUTRAL, Mood.FRUSTRATED)


def skus(seen: Situation) -> list[str]:
    return [product.sku for product in seen.products]


STOCK, PRICE = {"intent": Intent.STOCK}, {"intent": Intent.PRICE_PROMO}


def test_a_follow_up_speaks_of_the_product_named_before() -> None:
    memory = Memory(customer=customer(), turns=[heard("có áo thun cotton không", 2)])
    assert skus(situation("còn size M không", memory, heard=STOCK)) == ["TEE"]
    assert skus(situation("còn size M không", heard=STOCK)) == []
    assert skus(situation("cảm ơn", memory)) == []


def test_who_names_a_product_means_that_one() -> None:
    memory = Memory(customer=customer(), turns=[heard("có áo thun cotton không", 2)])
    assert skus(situation("còn cốc sứ trắng không", memory, heard=STOCK)) == ["MUG"]


def test_a_name_is_heard_in_a_long_question() -> None:
    long = "I was wondering whether the little mug from last week would survive a trip in my hand luggage"
    assert skus(situation(long, heard={"intent": Intent.PRODUCT_QUESTION, "language": Language.EN})) == ["MUG"]


def test_a_question_for_the_knowledge_base_is_none_about_products() -> None:
    memory = Memory(customer=customer(), turns=[heard("có áo thun cotton không", 2)])
    seen = situation("phí ship bao nhiêu", memory, heard=PRICE)
    assert (skus(seen), [hit.key for hit in seen.faq]) == ([], ["fee"])


def test_details_of_a_product_that_is_no_candidate_any_more() -> None:
    pressed = make_incoming("", press=Press(Action.DETAILS, "TEE"))
    assert skus(situation(incoming=pressed)) == ["TEE"]
    assert skus(situation(incoming=make_incoming("", press=Press(Action.DETAILS, "GONE")))) == []


def test_failures_before_a_closed_case_are_forgiven() -> None:
    failed = [heard("a", 60 * 20, kind="ask", answer={"failed": True})]
    memory = Memory(customer=customer(), turns=failed, case=case("closed", days_ago=0.5))
    seen = situation(memory=memory)
    assert seen.case is not None
    assert seen.tried.failed == 0
    assert situation(memory=Memory(customer=customer(), turns=failed)).tried.failed == 1


def test_a_situation_is_built_from_any_incoming() -> None:
    bare = Incoming("demo", "web", "web:x", Sender("x"), NOW)
    assert situation(incoming=bare).mood.moods == (Mood.NEUTRAL,)
