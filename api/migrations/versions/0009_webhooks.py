"""What operators are told of their rides, and where to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.operator_id"]),
        sa.PrimaryKeyConstraint("operator_id"),
    )
    op.create_table(
        "outbox",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("authorization_id", sa.Uuid(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.operator_id"]),
        sa.PrimaryKeyConstraint("operator_id", "event_id"),
    )
    op.create_index(
        "outbox_due", "outbox", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index("outbox_latest", "outbox", ["operator_id", "created_at"])


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("webhook")
