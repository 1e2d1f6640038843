"""The policies in force: version 1 is seeded from config.yaml, later the database leads and drift is reported."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bot.policy.model import PolicyBook
from storage.database import Database
from storage.policies import checksum
from storage.tables import PolicyVersion

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edition:
    """One published policy book. `sound` is False when the newest version is damaged and an older one serves."""

    book: PolicyBook
    number: int
    sound: bool = True


class Library:
    """Holds the edition in force for one brand; `refresh` looks whether a newer one was published."""

    def __init__(self, database: Database, brand: str, configured: PolicyBook) -> None:
        self._database = database
        self._brand = brand
        self._configured = configured
        self.edition = Edition(configured, 0)
        self._newest = 0  # the newest version looked at, sound or not

    async def open(self) -> Edition:
        """Seed version 1 where there is none, then load what is in force."""
        async with self._database.work(write=True) as work:
            if await work.policies.live(self._brand) is None:
                document = self._configured.document()
                await work.policies.publish(self._brand, document, "config.yaml", "first start")
                await work.commit()
        return await self.refresh()

    async def refresh(self) -> Edition:
        """Take up the newest version; a damaged one is passed over for the newest sound one, loudly."""
        async with self._database.work() as work:
            live = await work.policies.live(self._brand)
            if live is not None and live.number != self._newest:
                self._newest = live.number
                self.edition = self._edition(await work.policies.versions(self._brand))
        return self.edition

    async def drift(self) -> bool:
        """Whether config.yaml says something else than the version in force."""
        return checksum(self._configured.document()) != checksum(self.edition.book.document())

    def _edition(self, versions: Sequence[PolicyVersion]) -> Edition:
        for version in versions:
            try:
                book = PolicyBook.model_validate(version.body)
            except ValidationError as error:
                log.error("policy version %d is damaged: %s", version.number, error.errors()[0]["msg"])
                continue
            return Edition(book, version.number, sound=version is versions[0])
        log.error("no published policy version is sound; config.yaml's policies serve")
        return Edition(self._configured, 0, sound=False)
