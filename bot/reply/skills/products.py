"""Answers about products: facts, comparison, price and stock."""

import re
from dataclasses import replace

from markupsafe import Markup

from bot.domain.views import ProductView
from bot.reply.talk import SkillResult, Talk, paragraphs
from bot.reply.wording import plain

_COMPARE = re.compile(
    r"\b(?:so sanh|so voi|khac (?:nhau|gi|the nao)|hon|hay la|compare|comparison|vs|versus|differences?|better)\b"
)
_VARIANTS_ASKED = re.compile(r"\b(?:sizes?|kich co|mau|colou?rs?)\b")
_VARIANT_NAME = re.compile(r"(?:sizes?|co|kich co|mau|mau sac|colou?rs?)")
_NEARLY_AS_GOOD = 0.6  # of the best product's score: the text may mean this one too
_LOW_STOCK = 3


def alike(talk: Talk, most: int) -> tuple[ProductView, ...]:
    """The products the text seems to mean: the best match and those nearly as good."""
    products = talk.situation.products
    least = products[0].score * _NEARLY_AS_GOOD if products else 0.0
    return tuple(product for product in products if product.score >= least)[:most]


def product_facts(talk: Talk) -> SkillResult:
    """What the shop knows about the product asked for; a comparison when two are asked about."""
    products = alike(talk, 3)
    if not products:
        return talk.result("product_which")
    if len(products) > 1 and asks_to_compare(talk):
        return compare(talk)
    return facts_of(talk, products[0])


def facts_of(talk: Talk, product: ProductView) -> SkillResult:
    """Everything a customer may want to know about one product."""
    attributes = [talk.say("product_attribute", name=name, value=value) for name, value in product.attributes[:12]]
    head = talk.say("product_head", product=product.name, price=talk.money(product.price), stock=stock(talk, product))
    description = (
        talk.say("product_description", description=product.description) if product.description else Markup("")
    )
    warranty = talk.say("product_warranty", months=product.warranty_months) if product.warranty_months else Markup("")
    returns = talk.say("product_returns", returnable=product.returnable, days=talk.shop.return_window_days)
    text = paragraphs((head, description, paragraphs((*attributes, warranty, returns), "\n")))
    return SkillResult("product_facts", text, solved=True, about=(product.sku,))


def stock(talk: Talk, product: ProductView) -> Markup:
    """Whether there is any, and how many when only a few are left."""
    if product.stock <= 0:
        return talk.say("stock_none")
    return talk.say("stock_few", count=product.stock) if product.stock <= _LOW_STOCK else talk.say("stock_plenty")


def compare(talk: Talk) -> SkillResult:
    """Two or three products side by side: price, stock, warranty, and the attributes they share."""
    products = talk.situation.products[:3]
    if len(products) < 2:
        return product_facts(talk) if products else talk.result("product_which")
    aspects = [
        _aspect(talk, talk.label("aspect_price"), products, [talk.money(one.price) for one in products]),
        _aspect(talk, talk.label("aspect_stock"), products, [stock(talk, one) for one in products]),
    ]
    if any(one.warranty_months for one in products):
        months = [talk.say("warranty_months", months=one.warranty_months) for one in products]
        aspects.append(_aspect(talk, talk.label("aspect_warranty"), products, months))
    tables = [dict(one.attributes) for one in products]
    for name in [name for name, _ in products[0].attributes if all(name in table for table in tables)][:6]:
        aspects.append(_aspect(talk, name, products, [table[name] for table in tables]))
    about = tuple(one.sku for one in products)
    return SkillResult("compare", paragraphs((talk.say("compare_head"), *aspects)), solved=True, about=about)


def _aspect(talk: Talk, aspect: str, products: tuple[ProductView, ...], values: list[str] | list[Markup]) -> Markup:
    rows = [talk.say("compare_row", product=one.name, value=value) for one, value in zip(products, values, strict=True)]
    return paragraphs((talk.say("compare_aspect", aspect=aspect), *rows), "\n")


def price_stock(talk: Talk) -> SkillResult:
    """Price and stock of the products asked for; their sizes and colours when the words ask for those."""
    products = alike(talk, 3)
    if not products:
        return advice(talk) if talk.situation.need.budget_to else talk.result("product_which")
    if sure(talk) and (len(products) == 1 or asks_to_compare(talk)):
        return product_facts(talk)
    return _price_list(talk, products)


def _price_list(talk: Talk, products: tuple[ProductView, ...]) -> SkillResult:
    variants_asked = bool(_VARIANTS_ASKED.search(plain(talk.situation.incoming.text)))
    lines: list[Markup] = []
    for one in products:
        lines.append(talk.say("price_line", product=one.name, price=talk.money(one.price), stock=stock(talk, one)))
        variants = [pair for pair in one.attributes if variants_asked and _VARIANT_NAME.fullmatch(plain(pair[0]))]
        lines += [talk.say("product_variant", name=name, value=value) for name, value in variants]
    about = tuple(one.sku for one in products)
    return SkillResult("price_stock", paragraphs(lines, "\n"), solved=True, about=about)


def sure(talk: Talk) -> bool:
    """Whether the words point at their products without doubt."""
    return any(product.score >= 1 for product in talk.situation.products)


def asks_to_compare(talk: Talk) -> bool:
    """Whether two things or more are to be put side by side."""
    return len(talk.situation.products) > 1 and bool(_COMPARE.search(plain(talk.situation.incoming.text)))


def advice(talk: Talk) -> SkillResult:
    """What was asked for, when nothing may be suggested: a comparison, what the search found, or one question."""
    if sure(talk) and asks_to_compare(talk):
        return compare(talk)
    need = talk.situation.need
    budget = talk.money(need.budget_to) if need.budget_to else ""
    found = tuple(one for one in alike(talk, 3) if need.affords(one.price) and one.stock > 0)
    if found:
        listed = _price_list(talk, found)
        return replace(listed, text=paragraphs((talk.say("offer_found", budget=budget), listed.text)))
    return talk.result("offer_none_fits", budget=budget) if budget or need.gift else talk.result("offer_none")


def _pressed(talk: Talk) -> ProductView | None:
    """The product of the pressed button, as far as the situation holds it."""
    press = talk.situation.incoming.press
    known = (*talk.situation.products, *(one.product for one in talk.situation.candidates))
    return next((one for one in known if press and one.sku == press.value), None)


def details(talk: Talk) -> SkillResult:
    """The facts of the product on a suggestion card."""
    product = _pressed(talk)
    return facts_of(talk, product) if product else talk.result("stale_button")


def recommend(talk: Talk) -> SkillResult:
    """Introduce what is suggested below, or ask what it should be for."""
    return talk.result("offer_asked", solved=True) if talk.suggestions else talk.result("recommend_need")
