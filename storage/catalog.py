"""What the shop sells, and what was ordered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from storage.repository import Repository, table, values_of
from storage.sqlite import QUICK
from storage.tables import Customer, Order, OrderLine, Product

_ORDERS, _LINES, _PRODUCTS = table(Order), table(OrderLine), table(Product)
_NOT_KEPT = ("cancelled", "returned")  # orders that say nothing about what people like

_OF_CUSTOMER = (
    select(col(Order.id))
    .where(col(Order.brand) == bindparam("brand"), col(Order.customer_id) == bindparam("customer"))
    .order_by(col(Order.placed_at).desc(), col(Order.id).desc())
    .limit(bindparam("limit"))
)
_ORDERS_OF = (
    select(Order, OrderLine)
    .outerjoin(OrderLine, col(OrderLine.order_id) == col(Order.id))
    .where(col(Order.id).in_(_OF_CUSTOMER.scalar_subquery()))
    .order_by(col(Order.placed_at).desc(), col(Order.id).desc(), col(OrderLine.id))
    .execution_options(**QUICK)
)


class Catalog(Repository):
    async def products(self, brand: str) -> list[Product]:
        """Everything on sale, by sku."""
        on_sale = select(Product).where(col(Product.brand) == brand, col(Product.active))
        return await self._all(on_sale.order_by(col(Product.sku)))

    async def put_product(self, product: Product) -> None:
        """Add a product, or replace the one with its sku."""
        await self.put_products([product])

    async def put_products(self, products: Sequence[Product]) -> None:
        """Add products, or replace those with their skus."""
        if not products:
            return
        put = self._upsert(Product)
        changed = {column.name: put.excluded[column.name] for column in _PRODUCTS.c if not column.primary_key}
        put = put.on_conflict_do_update(index_elements=["brand", "sku"], set_=changed)
        await self._write(put, [values_of(product) for product in products])

    async def orders_of(self, brand: str, customer_id: str, limit: int = 20) -> list[tuple[Order, list[OrderLine]]]:
        """The customer's orders with their lines, newest first."""
        rows = await self._tuples(_ORDERS_OF, {"brand": brand, "customer": customer_id, "limit": limit})
        found: dict[int | None, tuple[Order, list[OrderLine]]] = {}
        for order, line in rows:
            lines = found.setdefault(order.id, (order, []))[1]
            if line is not None:
                lines.append(line)
        return list(found.values())

    async def lines_of(self, order_id: int) -> list[OrderLine]:
        """The lines of an order."""
        return await self._all(select(OrderLine).where(col(OrderLine.order_id) == order_id).order_by(col(OrderLine.id)))

    async def order(self, brand: str, code: str) -> Order | None:
        """The order with this code, written in any case."""
        return await self._first(
            select(Order).where(col(Order.brand) == brand, col(Order.code) == code.strip().upper())
        )

    async def order_by_code_and_phone_end(self, brand: str, code: str, last4: str) -> Order | None:
        """The order, if `last4` are the last four digits of the number it was placed with."""
        order = await self.order(brand, code)
        ends_so = order is not None and len(last4) == 4 and last4.isdecimal() and order.phone.endswith(last4)
        return order if ends_so else None

    async def orders_without_customer(self, brand: str, phone: str) -> list[Order]:
        """Orders placed with this E.164 number that wait for their customer, newest first."""
        if not phone:
            return []
        waiting = select(Order).where(
            col(Order.brand) == brand, col(Order.phone) == phone, col(Order.customer_id).is_(None)
        )
        return await self._all(waiting.order_by(col(Order.placed_at).desc()))

    async def adopt_orders(self, brand: str, phone: str, customer_id: str) -> int:
        """Give the waiting orders of this number to the customer who proved it; how many there were."""
        if not phone:
            return 0
        waiting = (_ORDERS.c.brand == brand, _ORDERS.c.phone == phone, _ORDERS.c.customer_id.is_(None))
        return await self._write(update(_ORDERS).where(*waiting).values(customer_id=customer_id))

    async def put_order(self, order: Order, lines: Sequence[OrderLine]) -> Order:
        """Add an order, or replace the one with its code, lines included. A known customer is not forgotten.

        An order that names no customer belongs to the one whose phone number it was placed with, if there is one.
        """
        order.code = order.code.strip().upper()
        owner, named = _ORDERS.c.customer_id, order.customer_id
        order.customer_id = named or await self._behind(order.brand, order.phone)
        put = self._upsert(Order)
        changed: dict[str, Any] = {
            column.name: put.excluded[column.name] for column in _ORDERS.c if column.name not in ("id", "brand", "code")
        }
        given = put.excluded.customer_id
        changed["customer_id"] = func.coalesce(given, owner) if named else func.coalesce(owner, given)
        put = put.on_conflict_do_update(index_elements=["brand", "code"], set_=changed)
        order.id = await self._session.scalar(put.returning(_ORDERS.c.id), values_of(order))
        await self._write(delete(_LINES).where(_LINES.c.order_id == order.id))
        if lines:
            owned = [values_of(line) | {"order_id": order.id, "brand": order.brand} for line in lines]
            await self._write(insert(_LINES), owned)
        return order

    async def _behind(self, brand: str, phone: str) -> str | None:
        """Who has this E.164 number; the oldest file if there are several."""
        if not phone:
            return None
        theirs = select(col(Customer.id)).where(col(Customer.brand) == brand, col(Customer.phone) == phone)
        first = theirs.order_by(col(Customer.created_at), col(Customer.id)).limit(1)
        found: str | None = await self._session.scalar(first)
        return found

    async def bestsellers(self, brand: str, since: datetime, limit: int) -> list[tuple[str, int]]:
        """The skus in most kept orders since then, with how many; ties by sku."""
        count = func.count(col(OrderLine.order_id).distinct())
        rows = await self._tuples(
            select(col(OrderLine.sku), count)
            .join(Order, col(Order.id) == col(OrderLine.order_id))
            .join(Product, _on_sale(col(OrderLine.sku)))
            .where(*_kept(brand, since))
            .group_by(col(OrderLine.sku))
            .order_by(count.desc(), col(OrderLine.sku))
            .limit(limit)
        )
        return [(sku, int(times)) for sku, times in rows]

    async def pairs(self, brand: str, since: datetime, limit: int) -> list[tuple[str, str, int]]:
        """(sku, other sku, in how many kept orders both), for everything on sale; the most frequent first."""
        own, other = aliased(OrderLine), aliased(OrderLine)
        count = func.count(col(own.order_id).distinct())
        rows = await self._tuples(
            select(col(own.sku), col(other.sku), count)
            .join(other, (col(other.order_id) == col(own.order_id)) & (col(other.sku) != col(own.sku)))
            .join(Order, col(Order.id) == col(own.order_id))
            .join(Product, _on_sale(col(other.sku)))
            .where(*_kept(brand, since))
            .group_by(col(own.sku), col(other.sku))
            .order_by(count.desc(), col(own.sku), col(other.sku))
            .limit(limit)
        )
        return [(sku, with_sku, int(times)) for sku, with_sku, times in rows]

    async def bought_together(
        self, brand: str, skus: Sequence[str], since: datetime, limit: int
    ) -> list[tuple[str, str, int]]:
        """(own sku, other sku, in how many kept orders both): what goes with `skus` and is not among them."""
        own, other = aliased(OrderLine), aliased(OrderLine)
        count = func.count(col(own.order_id).distinct())
        rows = await self._tuples(
            select(col(own.sku), col(other.sku), count)
            .join(other, col(other.order_id) == col(own.order_id))
            .join(Order, col(Order.id) == col(own.order_id))
            .join(Product, _on_sale(col(other.sku)))
            .where(*_kept(brand, since), col(own.sku).in_(skus), col(other.sku).not_in(skus))
            .group_by(col(own.sku), col(other.sku))
            .order_by(count.desc(), col(own.sku), col(other.sku))
            .limit(limit)
        )
        return [(sku, with_sku, int(times)) for sku, with_sku, times in rows]


def _kept(brand: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Order.brand) == brand, col(Order.placed_at) >= since, col(Order.status).not_in(_NOT_KEPT)


def _on_sale(sku: Mapped[str]) -> ColumnElement[bool]:
    return (col(Product.brand) == col(Order.brand)) & (col(Product.sku) == sku) & col(Product.active)
