"""What is offered, in which order, and for which true reason."""

from typing import Any

from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import SuggestionKind, SuggestionPlan
from bot.domain.situation import Situation
from bot.domain.views import AddressForm, Candidate, CustomerView, Need
from bot.personal.settings import PersonalSettings
from bot.personal.suggest import suggest
from nlp.types import Language
from tests.doubles.situations import make_product, make_situation

K = SuggestionKind
OFF, BASIC, FULL = PersonalisationLevel
COFFEE = make_product("COF-01", name="Cà phê Đắk Lắk", category="food")
MUG = make_product("MUG-02", name="Cốc sứ", category="home")
FILTER = make_product("FIL-03", name="Phin nhôm", category="home")
TEA = make_product("TEA-04", name="Trà sen", category="food")
CANDIDATES = (
    Candidate(MUG, bestseller_rank=2),
    Candidate(TEA, bestseller_rank=1),
    Candidate(COFFEE, bestseller_rank=3, own_count=4),
    Candidate(FILTER, together_with=COFFEE.name, together_count=9),
)


def plan(*kinds: SuggestionKind, count: int = 3, asked: bool = False) -> SuggestionPlan:
    return SuggestionPlan(kinds, count, asked)


def customer_at(level: PersonalisationLevel = FULL, **overrides: Any) -> Situation:
    return make_situation(level=level, **{"candidates": CANDIDATES} | overrides)


def offered(situation: Situation, plan: SuggestionPlan, settings: PersonalSettings) -> list[tuple[str, str]]:
    return [(suggestion.sku, suggestion.reason) for suggestion in suggest(situation, plan, settings)]


def test_kinds_in_the_order_of_the_plan_and_nothing_twice(settings: PersonalSettings) -> None:
    every = plan(K.OWN_HISTORY, K.TOGETHER, K.BESTSELLERS, count=5)
    assert offered(customer_at(), every, settings) == [
        ("COF-01", "bought_before"),
        ("FIL-03", "bought_together"),
        ("TEA-04", "bestseller"),
        ("MUG-02", "bestseller"),
    ]


def test_basic_knows_nothing_of_other_customers(settings: PersonalSettings) -> None:
    assert offered(customer_at(BASIC), plan(K.TOGETHER, K.OWN_HISTORY), settings) == [("COF-01", "bought_before")]


def test_off_and_asked_gets_bestsellers_and_only_what_was_meant(settings: PersonalSettings) -> None:
    asked = plan(K.ASKED, K.OWN_HISTORY, K.TOGETHER, K.BESTSELLERS, count=2, asked=True)
    assert offered(customer_at(OFF), asked, settings) == [("TEA-04", "bestseller"), ("MUG-02", "bestseller")]
    assert offered(customer_at(OFF, products=(MUG, FILTER)), asked, settings) == [("MUG-02", "bestseller")]
    assert offered(customer_at(OFF, products=(FILTER,)), asked, settings) == []
    dear = Candidate(make_product("DEAR", price=900_000), bestseller_rank=1)
    cheap = customer_at(OFF, candidates=(dear, Candidate(TEA, bestseller_rank=2)), need=Need(budget_to=200_000))
    assert offered(cheap, asked, settings) == [("TEA-04", "bestseller")]


def test_off_and_not_asked_gets_nothing(settings: PersonalSettings) -> None:
    assert offered(customer_at(OFF), plan(K.BESTSELLERS), settings) == []


def test_what_the_message_asks_for_comes_as_it_was_found(settings: PersonalSettings) -> None:
    asked = plan(K.ASKED, K.BESTSELLERS, count=2, asked=True)
    assert offered(customer_at(BASIC, products=(FILTER, MUG)), asked, settings) == [
        ("FIL-03", "you_asked"),
        ("MUG-02", "you_asked"),
    ]


def test_ties_go_to_the_better_seller_then_the_sku(settings: PersonalSettings) -> None:
    candidates = (
        Candidate(make_product("C"), own_count=2),
        Candidate(make_product("B"), own_count=2),
        Candidate(make_product("D"), own_count=2, bestseller_rank=7),
        Candidate(make_product("A"), own_count=3),
    )
    own = offered(customer_at(candidates=candidates), plan(K.OWN_HISTORY, count=4), settings)
    assert [sku for sku, _ in own] == ["A", "D", "B", "C"]


def test_out_of_stock_is_passed_over(settings: PersonalSettings) -> None:
    gone = Candidate(make_product("GONE", stock=0), bestseller_rank=1)
    first = offered(customer_at(candidates=(gone, Candidate(MUG, bestseller_rank=2))), plan(K.BESTSELLERS), settings)
    assert first == [("MUG-02", "bestseller")]


def test_why_is_said_in_the_customers_language_and_form_of_address(settings: PersonalSettings) -> None:
    pair = plan(K.TOGETHER)
    vietnamese = customer_at(customer=CustomerView("c1", address=AddressForm.CHI, level=FULL))
    assert suggest(vietnamese, pair, settings)[0].why == (
        "Chị đã có Cà phê Đắk Lắk, và khách mua Cà phê Đắk Lắk thường mua thêm Phin nhôm."
    )
    english = suggest(customer_at(language=Language.EN), pair, settings)[0]
    assert english.why == "Because you have Cà phê Đắk Lắk, and people who buy it often take Phin nhôm too."
    assert (english.name, english.price) == (FILTER.name, FILTER.price)
