"""Inbox rows that need no turn and no desk."""

from collections.abc import Sequence

from storage.database import Database


async def settle(database: Database, rows: Sequence[int]) -> None:
    """The updates are dealt with."""
    async with database.work(write=True) as work:
        await work.mailbox.settle(rows, None)
        await work.commit()


async def bury(database: Database, rows: Sequence[int], reason: str) -> None:
    """The updates can not be dealt with; the reason stays with them."""
    async with database.work(write=True) as work:
        for row in rows:
            await work.mailbox.fail(row, reason, dead=True)
        await work.commit()
