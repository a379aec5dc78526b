"""Bank cards: what Stripe knows of us, was asked and told; and sessions that can be told apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _name_sessions()
    _extend_subscriptions()
    _extend_payments()
    op.create_table(
        "stripe_customer",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["resident.account_id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index("stripe_customer_by_id", "stripe_customer", ["customer_id"], unique=True)
    op.create_table(
        "stripe_price",
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("rider_category", sa.String(), nullable=False),
        sa.Column("price_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id", "plan_version"], ["plan.plan_id", "plan.version"]),
        sa.PrimaryKeyConstraint("plan_id", "plan_version", "rider_category"),
    )
    op.create_index("stripe_price_by_id", "stripe_price", ["price_id"], unique=True)
    op.create_table(
        "stripe_call",
        sa.Column("call_key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_id", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("call_key"),
    )
    op.create_index(
        "stripe_call_pending",
        "stripe_call",
        ["made_at"],
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "stripe_event",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("payment_intent_id", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index(
        "stripe_event_waiting",
        "stripe_event",
        ["received_at"],
        postgresql_where=sa.text("handled_at IS NULL"),
    )


def _name_sessions() -> None:
    op.add_column(
        "sign_in_session",
        sa.Column(
            "session_id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")
        ),
    )
    op.alter_column("sign_in_session", "session_id", server_default=None)
    op.add_column("sign_in_session", sa.Column("browser", sa.String(), nullable=True))
    op.create_unique_constraint("sign_in_session_session_id_key", "sign_in_session", ["session_id"])


def _extend_subscriptions() -> None:
    for name, kind in (
        ("covered_until_date", sa.Date()),
        ("stripe_subscription_id", sa.String()),
        ("stripe_price_id", sa.String()),
        ("paused_until_date", sa.Date()),
        ("next_plan_id", sa.String()),
        ("next_plan_version", sa.Integer()),
    ):
        op.add_column("subscription", sa.Column(name, kind, nullable=True))
    op.add_column(
        "subscription",
        sa.Column("collection", sa.String(), nullable=False, server_default="counter"),
    )
    op.alter_column("subscription", "collection", server_default=None)
    op.execute("UPDATE subscription SET covered_until_date = paid_until_date")
    op.create_index(
        "subscription_at_stripe", "subscription", ["stripe_subscription_id"], unique=True
    )


def _extend_payments() -> None:
    op.alter_column("payment", "staff_id", nullable=True)
    op.alter_column("payment", "idempotency_key", nullable=True)
    op.add_column("payment", sa.Column("stripe_id", sa.String(), nullable=True))
    op.create_index("payment_at_stripe", "payment", ["stripe_id"], unique=True)
    op.drop_index("payment_reversed_once", "payment")
    op.create_index(
        "payment_reversed_once",
        "payment",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("method = 'cash'"),
    )


def downgrade() -> None:
    op.drop_constraint("sign_in_session_session_id_key", "sign_in_session")
    op.drop_column("sign_in_session", "browser")
    op.drop_column("sign_in_session", "session_id")
    for table in ("stripe_event", "stripe_call", "stripe_price", "stripe_customer"):
        op.drop_table(table)
    # What was paid by bank card has no place in the tables of before.
    op.execute("DELETE FROM payment WHERE method = 'bank_card'")
    op.drop_index("payment_reversed_once", "payment")
    op.create_index("payment_reversed_once", "payment", ["reverses"], unique=True)
    op.drop_index("payment_at_stripe", "payment")
    op.drop_column("payment", "stripe_id")
    op.alter_column("payment", "idempotency_key", nullable=False)
    op.alter_column("payment", "staff_id", nullable=False)
    op.drop_index("subscription_at_stripe", "subscription")
    for name in (
        "collection",
        "next_plan_version",
        "next_plan_id",
        "paused_until_date",
        "stripe_price_id",
        "stripe_subscription_id",
        "covered_until_date",
    ):
        op.drop_column("subscription", name)
