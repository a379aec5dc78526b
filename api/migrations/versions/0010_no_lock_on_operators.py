"""A tap no longer looks up, and locks, the row of its operator: operators are never deleted."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("authorization", "authorization_claim")


def upgrade() -> None:
    for table in TABLES:
        op.drop_constraint(f"{table}_operator_id_fkey", table)


def downgrade() -> None:
    for table in TABLES:
        op.create_foreign_key(
            f"{table}_operator_id_fkey", table, "operator", ["operator_id"], ["operator_id"]
        )
