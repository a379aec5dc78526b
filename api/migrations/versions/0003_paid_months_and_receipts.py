"""A subscription says from when until when it is paid; receipts are counted by year."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("subscription", "current_period_start_date", new_column_name="paid_from_date")
    op.alter_column("subscription", "current_period_end_date", new_column_name="paid_until_date")
    op.create_table(
        "receipt_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    # Numbers read R2026-000001.
    op.execute(
        "INSERT INTO receipt_counter (year, last_number) "
        "SELECT CAST(substr(receipt_number, 2, 4) AS integer), "
        "max(CAST(substr(receipt_number, 7) AS bigint)) FROM payment GROUP BY 1"
    )


def downgrade() -> None:
    op.drop_table("receipt_counter")
    op.alter_column("subscription", "paid_until_date", new_column_name="current_period_end_date")
    op.alter_column("subscription", "paid_from_date", new_column_name="current_period_start_date")
