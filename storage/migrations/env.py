"""Alembic's entry: runs the revisions on the connection that storage.migrations hands over."""

from typing import Any, Literal

from alembic import context

from storage.tables import TABLES, BigId, Json, UtcDateTime


def _plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write the house's own column types in SQLAlchemy's words: a revision must not change when the tables do."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    for name, known in (("number", BigId), ("document", Json)):
        if repr(item) == repr(known) and item._variant_mapping:
            return name
    if item.__visit_name__ == "string" or type(item).__name__ == "AutoString":
        return f"sa.String({item.length or ''})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES[0].metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=_plain,
)
with context.begin_transaction():
    context.run_migrations()
