"""The signed list of cards for readers without network, and each card's pass of the day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card", sa.Column("certificate", sa.LargeBinary(), nullable=True))
    op.create_table(
        "card_list",
        sa.Column("card_list_id", sa.Integer(), nullable=False),
        sa.Column("list_number", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("card_list_id"),
    )


def downgrade() -> None:
    op.drop_table("card_list")
    op.drop_column("card", "certificate")
