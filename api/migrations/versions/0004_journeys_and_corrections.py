"""Walk-up rides belong to journeys; operators' corrections of rides are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("authorization", sa.Column("journey_id", sa.Uuid(), nullable=True))
    op.create_index(
        "authorization_journey",
        "authorization",
        ["account_id", "granted_at"],
        postgresql_where=sa.text("journey_id IS NOT NULL"),
    )
    op.create_index(
        "authorization_voided_after_export",
        "authorization",
        ["service_date"],
        postgresql_where=sa.text("status = 'voided' AND exported_at IS NOT NULL"),
    )
    op.create_table(
        "ride_correction",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("authorization_id", sa.Uuid(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.VARCHAR(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("action", sa.VARCHAR(), nullable=False),
        sa.Column("note", sa.VARCHAR(), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "authorization_id"],
            ["authorization.account_id", "authorization.authorization_id"],
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.operator_id"]),
        sa.PrimaryKeyConstraint("account_id", "authorization_id", "correction_id"),
    )
    op.create_index(
        "ride_correction_by_operator", "ride_correction", ["operator_id", "service_date"]
    )


def downgrade() -> None:
    op.drop_table("ride_correction")
    op.drop_index("authorization_voided_after_export", "authorization")
    op.drop_index("authorization_journey", "authorization")
    op.drop_column("authorization", "journey_id")
