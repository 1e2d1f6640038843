"""The knowledge base and the shelf are found as people ask, with and without diacritics, in both languages."""

import pytest

from bot.reply.search import Faq, Index, Shelf, ShelfItem, terms
from nlp.types import Language
from tests.doubles.situations import make_product
from tests.reply.conftest import SHOP

FAQ = Faq(SHOP.faq)
SHELF = Shelf(
    [
        ShelfItem(
            make_product("TEE-01", name="Áo thun cotton", description="Vải mềm"),
            make_product("TEE-01", name="Cotton T-shirt", description="Soft cloth"),
            ("áo phông",),
        ),
        ShelfItem(
            make_product("HEAD-01", name="Tai nghe không dây", attributes=(("Pin", "30 giờ"),)),
            make_product("HEAD-01", name="Wireless headphones", attributes=(("Battery", "30 hours"),)),
        ),
        ShelfItem(make_product("SHOE-01", name="Giày chạy bộ"), make_product("SHOE-01", name="Running shoes")),
        ShelfItem(make_product("PAP-01", name="Giấy gói quà"), make_product("PAP-01", name="Wrapping paper")),
        *(
            ShelfItem(make_product(f"F-{n}", name=f"Món {n}"), make_product(f"F-{n}", name=f"Thing {n}"))
            for n in range(40)
        ),
    ]
)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("phí ship bao nhiêu vậy shop", "delivery_fee"),
        ("phi ship", "delivery_fee"),
        ("how much is shipping?", "delivery_fee"),
        ("bao lau thi nhan duoc hang", "delivery_time"),
        ("ship ra nước ngoài không", "delivery_area"),
        ("có trả góp không", "installment"),
        ("cho xuất hoá đơn đỏ", "invoice"),
        ("1m6 50kg mặc size gì", "size_guide"),
        ("may gio dong cua", "opening_hours"),
        ("what time do you open", "opening_hours"),
        ("is this genuine", "authentic"),
        ("quên mật khẩu", "account_password"),
        ("bao giờ hoàn tiền", "refund_time"),
        ("when will i get my money back", "refund_time"),
        ("can i open the box before paying", "inspect_on_delivery"),
        ("do you have a physical store in hanoi", "store_address"),
    ],
)
def test_questions_find_their_answer(asked: str, key: str) -> None:
    hits = FAQ.search(asked, Language.VI)
    assert hits
    assert hits[0].key == key
    assert 0 < hits[0].score <= 1


@pytest.mark.parametrize("asked", ["hello", "", "con mèo của tôi bị ốm", "bạn tên gì", "the cup arrived broken", "!!!"])
def test_chance_matches_are_left_out(asked: str) -> None:
    assert FAQ.search(asked, Language.EN) == ()


def test_answers_come_in_the_reply_language() -> None:
    assert "flat" in FAQ.search("phí ship", Language.EN)[0].answer
    assert "đồng giá" in FAQ.search("shipping fee", Language.VI)[0].answer


@pytest.mark.parametrize(
    ("asked", "sku"),
    [
        ("tai nghe giá bao nhiêu", "HEAD-01"),
        ("wireless headphone", "HEAD-01"),
        ("ao phong", "TEE-01"),
        ("giày", "SHOE-01"),
        ("giấy", "PAP-01"),
        ("tee-01 còn không", "TEE-01"),
    ],
)
def test_products_are_found(asked: str, sku: str) -> None:
    found = SHELF.search(asked, Language.VI)
    assert found[0].sku == sku
    assert found[0].score > 0


def test_shelf_holds_products_in_both_languages() -> None:
    assert SHELF.search("áo thun", Language.EN)[0].name == "Cotton T-shirt"
    found = SHELF.product("SHOE-01", Language.EN)
    assert found is not None
    assert found.name == "Running shoes"
    assert SHELF.product("NONE", Language.VI) is None
    assert len(SHELF.all(Language.VI)) == 44


def test_terms() -> None:
    assert "baby" in terms("babies")
    assert "dress" in terms("dress")
    assert terms("Giày chạy")[:2] == ["giay", "chay"]


def test_empty_index() -> None:
    assert Index({}).search("x") == []


@pytest.mark.parametrize(
    ("asked", "key", "named"),
    [
        ("phí ship về Huế bao nhiêu", "delivery_fee", True),
        ("mình muốn đổi size", "exchange_size", True),
        ("giao bao lâu", "delivery_time", False),
    ],
)
def test_an_entry_asked_for_in_its_own_words_comes_first(asked: str, key: str, named: bool) -> None:
    hit = FAQ.search(asked, Language.VI)[0]
    assert (hit.key, hit.named) == (key, named)


def test_the_sides_of_a_comparison() -> None:
    sides = SHELF.compared("so sánh áo thun với giày chạy bộ, cái nào bền", Language.VI)
    assert [product.sku for product in sides] == ["TEE-01", "SHOE-01"]
    assert SHELF.compared("so sánh áo thun", Language.VI) == ()
    assert SHELF.compared("compare this and that", Language.EN) == ()
