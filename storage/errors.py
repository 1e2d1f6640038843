"""What storage raises: one kind of error whose message names what is wrong and where."""

import re

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageError(Exception):
    """The database could not do what was asked. The message is for the operator and holds no personal data."""


def explained(error: SQLAlchemyError | OSError, url: URL) -> StorageError:
    """The same error in one clear sentence: which database, what is wrong, what to try."""
    where = f"The database {url.render_as_string(hide_password=True)}"
    if isinstance(error, PoolTimeout):
        return StorageError(f"{where}: all connections are busy; raise storage.pool_size.")
    if isinstance(error, OSError):
        return StorageError(f"{where} can not be reached: {error or type(error).__name__}")
    # PostgreSQL quotes the row in its second line, its driver a value behind the argument's number.
    said = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
    said = re.sub(r"(query argument \$\d+):.*", r"\1", said)
    for sign, meaning in _MEANINGS.items():
        if sign in said:
            return StorageError(f"{where} {meaning}")
    statement = getattr(error, "statement", None)
    return StorageError(f"{where}: {said}" + (f" [{' '.join(statement.split())[:200]}]" if statement else ""))


_MEANINGS = {
    "is locked": "is locked by another process: stop that process, or wait and try again.",
    "unable to open database file": "can not be opened: its folder does not exist or may not be written to.",
    "readonly database": "can not be written to: check the rights of the file and its folder.",
    "file is not a database": "is no SQLite database: the file holds something else.",
    "disk is full": "can not be written to: the disk is full.",
    "no such table": "has no tables yet, or older ones: it was not migrated.",
    "UndefinedTableError": "has no tables yet, or older ones: it was not migrated.",
}
