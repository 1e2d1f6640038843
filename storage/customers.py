"""Customers, how channels know them, and what they allowed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, delete, select, update
from sqlmodel import col

from storage.errors import StorageError
from storage.people import BY_CUSTOMER
from storage.repository import Repository, table
from storage.sqlite import QUICK
from storage.tables import ChannelIdentity, Consent, Customer, new_id, now_utc

_CUSTOMERS, _IDENTITIES = table(Customer), table(ChannelIdentity)

_BY_IDENTITY = (
    select(Customer, ChannelIdentity)
    .join(ChannelIdentity, col(ChannelIdentity.customer_id) == col(Customer.id))
    .where(
        col(ChannelIdentity.brand) == bindparam("brand"),
        col(ChannelIdentity.channel) == bindparam("channel"),
        col(ChannelIdentity.external_id) == bindparam("external_id"),
    )
    .execution_options(**QUICK)
)


class Customers(Repository):
    async def get(self, brand: str, customer_id: str) -> Customer | None:
        """The customer with this id."""
        return await self._first(select(Customer).where(col(Customer.brand) == brand, col(Customer.id) == customer_id))

    async def by_identity(self, brand: str, channel: str, external_id: str) -> tuple[Customer, ChannelIdentity] | None:
        """The customer a channel knows by `external_id`, and that identity."""
        rows = await self._tuples(_BY_IDENTITY, {"brand": brand, "channel": channel, "external_id": external_id})
        return (rows[0][0], rows[0][1]) if rows else None

    async def by_phone(self, brand: str, phone: str) -> Customer | None:
        """The customer with this E.164 number; the oldest if there are several."""
        if not phone:
            return None
        same_phone = select(Customer).where(col(Customer.brand) == brand, col(Customer.phone) == phone)
        return await self._first(same_phone.order_by(col(Customer.created_at), col(Customer.id)).limit(1))

    async def all(self, brand: str, after_id: str = "", limit: int = 100) -> list[Customer]:
        """A page of customers in the order of their ids."""
        page = select(Customer).where(col(Customer.brand) == brand, col(Customer.id) > after_id)
        return await self._all(page.order_by(col(Customer.id)).limit(limit))

    async def create(self, brand: str, channel: str, external_id: str, name: str, id: str | None = None) -> Customer:
        """A new customer with their first identity; level `off` until they say otherwise."""
        customer = await self.add(Customer(id=id or new_id(), brand=brand, name=name))
        await self.identify(brand, customer.id, channel, external_id, name)
        return customer

    async def add(self, customer: Customer) -> Customer:
        """A customer no channel knows yet, such as one from the shop's own list."""
        return await self._add(customer)

    async def identify(self, brand: str, customer_id: str, channel: str, external_id: str, name: str = "") -> None:
        """Let a channel know the customer by `external_id`."""
        identity = ChannelIdentity(
            brand=brand, channel=channel, external_id=external_id, customer_id=customer_id, name=name
        )
        await self._add(identity)

    async def accounts(self, brand: str, customer_id: str, channel: str) -> list[str]:
        """What a channel calls the customer: the external ids of their identities there."""
        theirs = (_IDENTITIES.c.brand == brand, _IDENTITIES.c.customer_id == customer_id)
        known = select(_IDENTITIES.c.external_id).where(*theirs, _IDENTITIES.c.channel == channel)
        return list(await self._session.scalars(known))

    async def set(self, brand: str, customer_id: str, **fields: Any) -> bool:
        """Change columns of a customer; False when there is no such customer."""
        return await self._write(self._change(brand, customer_id).values(**fields)) > 0

    async def set_blocked(self, brand: str, channel: str, external_id: str, at: datetime | None) -> None:
        """The customer blocked the bot at `at`, or (None) lets it in again."""
        identity = (
            _IDENTITIES.c.brand == brand,
            _IDENTITIES.c.channel == channel,
            _IDENTITIES.c.external_id == external_id,
        )
        await self._write(update(_IDENTITIES).where(*identity).values(blocked_at=at))

    async def record_consent(
        self,
        brand: str,
        customer_id: str,
        purpose: str,
        value: str,
        channel: str,
        wording: str,
        evidence: str,
        at: datetime | None = None,
    ) -> None:
        """Write what was allowed or refused into the ledger; "level" and "improve" hold for the customer at once."""
        entry = Consent(
            brand=brand,
            customer_id=customer_id,
            purpose=purpose,
            value=value,
            channel=channel,
            wording=wording,
            evidence=evidence,
            at=at or now_utc(),
        )
        await self._add(entry)
        if purpose == "level":
            await self.set(brand, customer_id, level=value)
        elif purpose == "improve":
            await self.set(brand, customer_id, improve_allowed=value == "yes")

    async def consents(self, brand: str, customer_id: str) -> list[Consent]:
        """The ledger of a customer, oldest first."""
        ledger = select(Consent).where(col(Consent.brand) == brand, col(Consent.customer_id) == customer_id)
        return await self._all(ledger.order_by(col(Consent.at), col(Consent.id)))

    async def merge(self, brand: str, into_id: str, from_id: str) -> None:
        """Two files turned out to be one person: everything moves to `into_id`, the other file goes.

        What the person said last about their level and about learning from their words holds; a stop of suggestions on
        either side holds.
        """
        kept, gone = await self.get(brand, into_id), await self.get(brand, from_id)
        if kept is None or gone is None or into_id == from_id:
            raise StorageError(f"Customers {from_id!r} and {into_id!r} of {brand!r} are not two files to merge")
        for owned in BY_CUSTOMER:
            await self._write(
                update(owned).where(owned.c.brand == brand, owned.c.customer_id == from_id).values(customer_id=into_id)
            )
        said = {entry.purpose: entry.value for entry in await self.consents(brand, into_id)}  # the last word of each
        filled = {name: getattr(kept, name) or getattr(gone, name) for name in _FILLED_BY_MERGE}
        stopped = kept.suggestions_stopped or gone.suggestions_stopped
        held = {"level": said.get("level", kept.level), "improve_allowed": said.get("improve") == "yes"}
        await self.set(brand, into_id, **filled, suggestions_stopped=stopped, **held)
        await self._write(delete(_CUSTOMERS).where(_CUSTOMERS.c.brand == brand, _CUSTOMERS.c.id == from_id))

    @staticmethod
    def _change(brand: str, customer_id: str) -> Update:
        return update(_CUSTOMERS).where(_CUSTOMERS.c.brand == brand, _CUSTOMERS.c.id == customer_id)


_FILLED_BY_MERGE = ("name", "phone", "email", "language", "address", "notes")
