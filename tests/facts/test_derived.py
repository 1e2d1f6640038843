"""Happenings, candidates, cases: what rows come to."""

import pytest

from bot.domain.consent import PersonalisationLevel
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.journey import HappeningKind
from bot.domain.views import Candidate, ProductView
from bot.facts.candidates import candidates_of, offered_to
from bot.facts.cases import case_view
from bot.facts.happenings import happenings_of
from bot.facts.memory import Memory
from bot.facts.window import Window
from bot.reply.search import Faq, Shelf, ShelfItem
from nlp.types import Language
from tests.doubles.situations import NOW, make_product
from tests.facts.rows import case, customer, event, heard, order

OFF, BASIC, FULL = PersonalisationLevel
H = HappeningKind


def product(sku: str) -> ShelfItem:
    vi, en = make_product(sku, name=f"Món {sku}"), make_product(sku, name=f"Item {sku}")
    return ShelfItem(vi, en)


WINDOW = Window(
    shelf=Shelf([product("TEE"), product("MUG"), product("CAP")]),
    faq=Faq({}),
    bestsellers=("MUG", "GONE"),
    together={"TEE": [("CAP", 4), ("GONE", 9)]},
)
MEMORY = Memory(
    customer=customer(),
    orders=[
        order("TH-2", 3, ("TEE",)),
        order("TH-1", 90, ("TEE", "MUG")),
        order("TH-0", 9, ("CAP",), status="returned"),
    ],
    events=[
        event("viewed", "CAP"),
        event("suggested", "MUG", reason="bestseller", why="Bán chạy."),
        event("dismissed", "MUG"),
    ],
)


def found(level: PersonalisationLevel) -> dict[str, Candidate]:
    return {one.product.sku: one for one in candidates_of(MEMORY, WINDOW, level, Language.VI)}


def test_at_level_off_only_what_everybody_buys() -> None:
    assert found(OFF).keys() == {"MUG"}
    assert (found(OFF)["MUG"].bestseller_rank, found(OFF)["MUG"].own_count) == (1, 0)


def test_own_purchases_from_basic_on_companions_at_full() -> None:
    assert found(BASIC).keys() == {"MUG", "TEE"}
    assert (found(BASIC)["TEE"].own_count, found(BASIC)["MUG"].bestseller_rank) == (2, 1)
    cap = found(FULL)["CAP"]
    assert (cap.together_with, cap.together_count, cap.own_count) == ("Món TEE", 4, 0)


def test_candidates_are_light_and_in_the_reply_language() -> None:
    english = candidates_of(MEMORY, WINDOW, BASIC, Language.EN)
    assert {one.product.name for one in english} == {"Item MUG", "Item TEE"}
    assert all(isinstance(one.product, ProductView) and not one.product.description for one in english)


def test_what_was_shown_keeps_its_reason_and_its_refusal() -> None:
    (shown,) = offered_to(MEMORY)
    assert (shown.sku, shown.reason, shown.why, shown.dismissed) == ("MUG", "bestseller", "Bán chạy.", True)


def test_views_count_only_where_history_may_be_used() -> None:
    assert H.VIEWED not in {one.kind for one in happenings_of(MEMORY, OFF, NOW)}
    assert H.VIEWED in {one.kind for one in happenings_of(MEMORY, BASIC, NOW)}


def test_orders_are_told_by_their_ends() -> None:
    ended = Memory(orders=[order("A", 9, status="returned"), order("B", 8, status="cancelled")])
    kinds = {(one.kind, one.subject) for one in happenings_of(ended, OFF, NOW)}
    assert kinds == {(H.ORDERED, "A"), (H.RETURNED, "A"), (H.ORDERED, "B"), (H.CANCELLED, "B")}


@pytest.mark.parametrize(("mood", "complained"), [("disappointed", True), ("neutral", False)])
def test_a_complaint_is_one_that_was_felt(mood: str, complained: bool) -> None:
    talk = Memory(turns=[heard("áo bị rách", intent="complaint", mood=mood)])
    assert any(one.kind is H.COMPLAINED for one in happenings_of(talk, OFF, NOW)) is complained


@pytest.mark.parametrize(("level", "remembered"), [(BASIC, False), (FULL, True)])
def test_moods_of_earlier_talk_count_only_at_full(level: PersonalisationLevel, remembered: bool) -> None:
    weeks_ago = heard("áo bị rách", 60 * 24 * 20, intent="complaint", mood="disappointed")
    kinds = [one.kind for one in happenings_of(Memory(turns=[weeks_ago]), level, NOW)]
    assert (H.COMPLAINED in kinds) is remembered


def test_questions_and_cases_are_happenings() -> None:
    memory = Memory(turns=[heard(intent="price_promo"), heard(intent="")], case=case("claimed", "closed"))
    assert [one.kind for one in happenings_of(memory, OFF, NOW)] == [H.CASE_OPENED, H.CASE_CLOSED, H.ASKED_PRICE]


@pytest.mark.parametrize(
    ("kinds", "status", "holder"),
    [
        ((), CaseStatus.WAITING, ""),
        (("claimed",), CaseStatus.HELD, "Mai"),
        (("claimed", "noted", "replied"), CaseStatus.HELD, "Mai"),
        (("claimed", "passed_on"), CaseStatus.WAITING, ""),
        (("claimed", "closed", "rated"), CaseStatus.CLOSED, ""),
    ],
)
def test_a_case_is_what_its_events_say(kinds: tuple[str, ...], status: CaseStatus, holder: str) -> None:
    view = case_view(*case(*kinds))
    assert (view.status, view.holder_name, view.urgency) == (status, holder, Urgency.HIGH)
