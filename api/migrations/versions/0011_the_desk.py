"""What the desk needs: attested categories, reversals, and drawers that are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resident", sa.Column("category_until_date", sa.Date(), nullable=True))
    op.create_table(
        "attestation",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("attestation_id", sa.Uuid(), nullable=False),
        sa.Column("rider_category", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("attested_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["resident.account_id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"]),
        sa.PrimaryKeyConstraint("account_id", "attestation_id"),
    )
    op.create_table(
        "cash_closing",
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("expected_minor", sa.BigInteger(), nullable=False),
        sa.Column("counted_minor", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"]),
        sa.PrimaryKeyConstraint("closing_id"),
    )
    op.create_index("cash_closing_by_staff", "cash_closing", ["staff_id", "closed_at"])
    op.add_column("payment", sa.Column("reverses", sa.Uuid(), nullable=True))
    op.add_column("payment", sa.Column("reason", sa.String(), nullable=True))
    op.add_column("payment", sa.Column("closing_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "payment_closing_id_fkey", "payment", "cash_closing", ["closing_id"], ["closing_id"]
    )
    op.create_index("payment_reversed_once", "payment", ["reverses"], unique=True)
    op.create_index(
        "payment_in_drawer",
        "payment",
        ["staff_id"],
        postgresql_where=sa.text("closing_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("payment_in_drawer", "payment")
    op.drop_index("payment_reversed_once", "payment")
    op.drop_constraint("payment_closing_id_fkey", "payment")
    for column in ("closing_id", "reason", "reverses"):
        op.drop_column("payment", column)
    op.drop_table("cash_closing")
    op.drop_table("attestation")
    op.drop_column("resident", "category_until_date")
