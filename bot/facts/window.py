"""The shop window: catalogue, knowledge base and what sells, held in memory and refreshed now and then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.views import ProductView
from bot.reply.search import Faq, Shelf, ShelfItem
from bot.reply.settings import ShopFacts
from nlp.types import Language
from storage.tables import Product
from storage.work import Work

SALES_COUNT = timedelta(days=90)
BESTSELLERS = 12
PAIRS = 5_000  # the most frequent ones, over the whole catalogue
TOGETHER = 5  # companions kept per product


@dataclass(frozen=True, slots=True)
class Window:
    """What the shop sells and knows, as of one moment. `bestsellers` are skus, best first."""

    shelf: Shelf
    faq: Faq
    bestsellers: tuple[str, ...] = ()
    together: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)


async def open_window(work: Work, brand: str, shop: ShopFacts, now: datetime) -> Window:
    """Read the catalogue and what sold lately."""
    products = await work.catalog.products(brand)
    since = now - SALES_COUNT
    best = await work.catalog.bestsellers(brand, since, BESTSELLERS)
    pairs = await work.catalog.pairs(brand, since, PAIRS)
    return Window(
        shelf=Shelf(_item(product) for product in products),
        faq=Faq(shop.faq),
        bestsellers=tuple(sku for sku, _ in best),
        together=_by_product(pairs),
    )


def _by_product(pairs: Iterable[tuple[str, str, int]]) -> dict[str, list[tuple[str, int]]]:
    """Companions per product, in the order of `pairs`."""
    found: dict[str, list[tuple[str, int]]] = {}
    for own, other, count in pairs:
        companions = found.setdefault(own, [])
        if len(companions) < TOGETHER:
            companions.append((other, count))
    return found


def _item(product: Product) -> ShelfItem:
    return ShelfItem(_view(product, Language.VI), _view(product, Language.EN), tuple(product.keywords))


def _view(product: Product, language: Language) -> ProductView:
    vietnamese = language is Language.VI
    named = (values.get(language.value) for values in product.attributes.values())
    return ProductView(
        sku=product.sku,
        name=product.name_vi if vietnamese else product.name_en,
        category=product.category,
        price=product.price,
        stock=product.stock,
        description=product.description_vi if vietnamese else product.description_en,
        attributes=tuple((pair[0], pair[1]) for pair in named if pair),
        warranty_months=product.warranty_months,
        returnable=product.returnable,
    )
