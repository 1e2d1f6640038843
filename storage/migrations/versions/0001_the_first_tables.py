"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
document = sa.JSON().with_variant(JSONB(), "postgresql")

TABLES = (
    "request_event",
    "order_line",
    "conversation",
    "channel_identity",
    "case_event",
    "voucher",
    "turn",
    "token",
    "staff_topic",
    "staff_group",
    "staff",
    "request",
    "reading",
    "product",
    "policy_version",
    "outbox",
    "orders",
    "number_series",
    "message_link",
    "inbox",
    "event",
    "escalation_case",
    "decision",
    "customer",
    "consent",
)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "consent",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("value", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_customer_id", "consent", ["customer_id"])

    op.create_table(
        "customer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("address", sa.String(12), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("suggestions_stopped", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_customer_brand", "customer", ["brand"])
    op.create_index("ix_customer_phone", "customer", ["phone"])

    op.create_table(
        "decision",
        sa.Column("turn_id", number, autoincrement=False, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("conversation_id", number, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("body", document, nullable=False),
        sa.Column("answer", document, nullable=False),
        sa.Column("situation", document, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("turn_id"),
    )
    op.create_index("ix_decision_at", "decision", ["at"])
    op.create_index("ix_decision_conversation_id", "decision", ["conversation_id"])

    op.create_table(
        "escalation_case",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("conversation_id", number, nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("turn_id", number, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("card", document, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_escalation_case_conversation_id", "escalation_case", ["conversation_id"])
    op.create_index("ix_escalation_case_customer_id", "escalation_case", ["customer_id"])
    op.create_index("ix_escalation_case_opened_at", "escalation_case", ["opened_at"])

    op.create_table(
        "event",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("data", document, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_customer_at", "event", ["customer_id", "at"])

    op.create_table(
        "inbox",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("bot", sa.String(40), nullable=False),
        sa.Column("update_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("conversation", sa.String(96), nullable=False),
        sa.Column("payload", document, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("turn_id", number, nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bot", "update_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_conversation", "inbox", ["conversation", "state"])
    op.create_index("ix_inbox_state", "inbox", ["state", "id"])

    op.create_table(
        "message_link",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("conversation", sa.String(96), nullable=False),
        sa.Column("chat", sa.String(40), nullable=False),
        sa.Column("message", sa.String(24), nullable=False),
        sa.Column("copy_chat", sa.String(40), nullable=False),
        sa.Column("copy_message", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_link_from", "message_link", ["brand", "chat", "message"])
    op.create_index("ix_link_to", "message_link", ["brand", "copy_chat", "copy_message"])

    op.create_table(
        "number_series",
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("series", sa.String(16), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("brand", "series"),
    )
    op.create_table(
        "orders",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=True),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("tracking", sa.String(40), nullable=False),
        sa.Column("total", number, nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])
    op.create_index("ix_orders_phone", "orders", ["brand", "phone"])

    op.create_table(
        "outbox",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("lane", sa.String(96), nullable=False),
        sa.Column("conversation", sa.String(96), nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("payload", document, nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("turn_id", number, nullable=True),
        sa.Column("case_id", number, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("remote", document, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_conversation", "outbox", ["conversation", "state"])
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due_at"])

    op.create_table(
        "policy_version",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("body", document, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "product",
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("price", number, nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("description_vi", sa.Text(), nullable=False),
        sa.Column("attributes", document, nullable=False),
        sa.Column("keywords", document, nullable=False),
        sa.Column("warranty_months", sa.Integer(), nullable=False),
        sa.Column("returnable", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("brand", "sku"),
    )
    op.create_table(
        "reading",
        sa.Column("turn_id", number, autoincrement=False, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("conversation_id", number, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("mood", sa.String(16), nullable=False),
        sa.Column("intent", sa.String(24), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("body", document, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("turn_id"),
    )
    op.create_index("ix_reading_at", "reading", ["at"])
    op.create_index("ix_reading_conversation_id", "reading", ["conversation_id"])

    op.create_table(
        "request",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("conversation_id", number, nullable=False),
        sa.Column("order_code", sa.String(24), nullable=False),
        sa.Column("fields", document, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_request_customer_id", "request", ["customer_id"])

    op.create_table(
        "staff",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("telegram_id", sa.String(24), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_staff_login", "staff", ["login"])
    op.create_index("ix_staff_telegram_id", "staff", ["telegram_id"])

    op.create_table(
        "staff_group",
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("bot", sa.String(40), nullable=False),
        sa.Column("chat", sa.String(24), nullable=False),
        sa.Column("bound_by", sa.String(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand"),
    )
    op.create_table(
        "staff_topic",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("conversation", sa.String(96), nullable=False),
        sa.Column("chat", sa.String(24), nullable=False),
        sa.Column("thread", sa.String(24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "conversation"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_topic_thread", "staff_topic", ["chat", "thread"])

    op.create_table(
        "token",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_token_staff_id", "token", ["staff_id"])

    op.create_table(
        "turn",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("conversation_id", number, nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("answers", number, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("incoming", document, nullable=False),
        sa.Column("messages", document, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turn_brand_at", "turn", ["brand", "at"])
    op.create_index("ix_turn_conversation", "turn", ["conversation_id", "id"])
    op.create_index("ix_turn_customer_id", "turn", ["customer_id"])

    op.create_table(
        "voucher",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("amount", number, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voucher_customer_id", "voucher", ["customer_id"])

    op.create_table(
        "case_event",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("case_id", number, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("staff_name", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["escalation_case.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "channel_identity",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "channel", "external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_identity_customer_id", "channel_identity", ["customer_id"])

    op.create_table(
        "conversation",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(96), nullable=False),
        sa.Column("customer_id", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand", "address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversation_customer_id", "conversation", ["customer_id"])

    op.create_table(
        "order_line",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("order_id", number, nullable=False),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", number, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"])

    op.create_table(
        "request_event",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("request_id", number, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_request_event_request_id", "request_event", ["request_id"])


def downgrade() -> None:
    """Drop every table, children before parents."""
    for name in TABLES:
        op.drop_table(name)
