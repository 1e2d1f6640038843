"""The unit of work: everything one turn changes, in one commit or not at all."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.cases import Cases
from storage.catalog import Catalog
from storage.corrections import Corrections
from storage.customers import Customers
from storage.errors import StorageError, explained
from storage.events import Events
from storage.mailbox import Mailbox
from storage.policies import Policies
from storage.staff import StaffDesk
from storage.turns import Turns


class WriteLock:
    """One writing task at a time in this process: SQLite takes one writer, and queueing here costs no busy retries."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[object] | None = None

    async def __aenter__(self) -> None:
        if self._holder is asyncio.current_task():
            raise StorageError("A write work was opened inside a write work of the same task: it would wait for itself")
        await self._lock.acquire()
        self._holder = asyncio.current_task()

    async def __aexit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


class Work:
    """`async with database.work(write=True) as work: …; await work.commit()`. Leaving without commit rolls back."""

    def __init__(self, engine: AsyncEngine, url: URL, lock: WriteLock | None = None) -> None:
        self._url, self._lock = url, lock
        self._after: list[Callable[[], None]] = []
        self.session = session = AsyncSession(engine, expire_on_commit=False, autoflush=False)
        self.customers = Customers(session)
        self.catalog = Catalog(session)
        self.turns = Turns(session)
        self.corrections = Corrections(session)
        self.cases = Cases(session)
        self.policies = Policies(session)
        self.events = Events(session)
        self.mailbox = Mailbox(session)
        self.staff = StaffDesk(session)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run once, after a commit that succeeded; it must be quick and must not raise."""
        self._after.append(call)

    async def commit(self) -> None:
        """Make everything so far durable. The only commit there is. Raises StorageError."""
        try:
            await self.session.commit()
        except (SQLAlchemyError, OSError) as error:
            raise explained(error, self._url) from None
        calls, self._after = self._after, []
        for call in calls:
            call()

    async def __aenter__(self) -> Self:
        if self._lock is not None:
            await self._lock.__aenter__()
        try:
            # Begins at once, so that a locked or unreachable database is met here and not in the middle.
            await self.session.connection()
        except BaseException as error:
            await self._leave()
            if isinstance(error, SQLAlchemyError | OSError):
                raise explained(error, self._url) from None
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave()
        if isinstance(error, SQLAlchemyError):
            raise explained(error, self._url) from None

    async def _leave(self) -> None:
        try:
            await self.session.close()
        finally:
            if self._lock is not None:
                await self._lock.__aexit__()
