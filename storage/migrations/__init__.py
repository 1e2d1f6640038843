"""The history of the tables (Alembic), run by the program itself: no alembic.ini, works from an installed package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_SCRIPTS = Path(__file__).parent
# Any number, the same for all: processes that start at once migrate one after the other.
_LOCK = 7_401_912


class UnknownRevision(Exception):
    """The database has a schema this code does not know."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, for this connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return settings


def head() -> str:
    """The newest revision that this code knows."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables up to `revision`. Raises UnknownRevision when they are newer than the code."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if current is not None and current not in known:
        raise UnknownRevision(current)
    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the tables back to `revision` ("base": no tables at all)."""
    command.downgrade(config(connection), revision)
