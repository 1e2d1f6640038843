"""Whether a customer's language is their own choice."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Languages noted so far came from files as well: what a customer writes may overrule them."""
    op.add_column("customer", sa.Column("language_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the mark away."""
    op.drop_column("customer", "language_chosen")
