"""Moods that staff corrected, and whether a customer's words may teach the reader."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
document = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Nobody was asked before: nobody has said yes."""
    op.add_column("customer", sa.Column("improve_allowed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "correction",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("turn_id", number, nullable=True),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("read", sa.String(16), nullable=False),
        sa.Column("mood", sa.String(16), nullable=False),
        sa.Column("heard", document, nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("model", sa.String(40), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("staff_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("turn_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_correction_customer_id", "correction", ["customer_id"])
    op.create_index("ix_correction_at", "correction", ["at"])


def downgrade() -> None:
    """Take both away, with everything in them."""
    op.drop_table("correction")
    op.drop_column("customer", "improve_allowed")
