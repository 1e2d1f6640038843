"""The policies as they were published, version by version."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from storage.repository import Repository
from storage.tables import PolicyVersion


class Policies(Repository):
    async def live(self, brand: str) -> PolicyVersion | None:
        """The version in force: the highest number."""
        newest_first = select(PolicyVersion).where(col(PolicyVersion.brand) == brand)
        return await self._first(newest_first.order_by(col(PolicyVersion.number).desc()).limit(1))

    async def versions(self, brand: str) -> list[PolicyVersion]:
        """Every published version, newest first."""
        published = select(PolicyVersion).where(col(PolicyVersion.brand) == brand)
        return await self._all(published.order_by(col(PolicyVersion.number).desc()))

    async def publish(self, brand: str, body: dict[str, Any], author: str, note: str) -> PolicyVersion:
        """Put a new version in force; the first has number 1."""
        number = await self._next_number(brand, "policies")
        return await self._add(
            PolicyVersion(brand=brand, number=number, author=author, note=note, body=body, checksum=checksum(body))
        )


def checksum(body: dict[str, Any]) -> str:
    """The SHA-256 of a policy document, the same for the same content: tells drift between file and database."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
