"""One phone for each resident, cards, and the signed status list."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACTIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _devices()
    _cards()
    _certificates()
    op.add_column("issuer_key", sa.Column("drop_reason", sa.String(), nullable=True))
    op.alter_column("authorization", "pass_id", nullable=True)
    op.add_column("authorization", sa.Column("card_id", sa.Uuid(), nullable=True))
    op.create_table(
        "sequence_use",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("validator_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("pass_id", sa.BigInteger(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", "validator_id", "sequence"),
    )
    op.create_index("sequence_use_by_pass", "sequence_use", ["pass_id", "used_at"])
    op.create_index("sequence_use_by_card", "sequence_use", ["card_id", "used_at"])
    op.create_table(
        "status_list",
        sa.Column("status_list_id", sa.Integer(), nullable=False),
        sa.Column("list_number", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("status_list_id"),
    )


def _devices() -> None:
    op.create_table(
        "device",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_date", sa.Date(), nullable=False),
        sa.Column("counts_as_switch", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["resident.account_id"]),
        sa.PrimaryKeyConstraint("account_id", "device_id"),
    )
    op.create_index(
        "one_active_device", "device", ["account_id"], unique=True, postgresql_where=ACTIVE
    )


def _cards() -> None:
    op.create_table(
        "card",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("reference_hash", sa.LargeBinary(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_for", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["resident.account_id"]),
        sa.PrimaryKeyConstraint("account_id", "card_id"),
    )
    op.create_index(
        "one_holder_per_card", "card", ["reference_hash"], unique=True, postgresql_where=ACTIVE
    )
    op.create_index("one_active_card", "card", ["account_id"], unique=True, postgresql_where=ACTIVE)


def _certificates() -> None:
    # The certificates so far last a day at most and were not kept: phones fetch new ones.
    op.execute("DELETE FROM pass_certificate")
    op.add_column("pass_certificate", sa.Column("kid", sa.LargeBinary(), nullable=False))
    op.add_column(
        "pass_certificate", sa.Column("certificate_hash", sa.LargeBinary(), nullable=False)
    )
    op.add_column("pass_certificate", sa.Column("service_date", sa.Date(), nullable=True))
    op.add_column("pass_certificate", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.add_column("pass_certificate", sa.Column("revoked_for", sa.String(), nullable=True))
    op.create_foreign_key(
        "pass_certificate_kid_fkey", "pass_certificate", "issuer_key", ["kid"], ["kid"]
    )
    op.create_index("pass_certificate_by_end", "pass_certificate", ["valid_until_at"])
    op.create_index(
        "pass_certificate_revoked",
        "pass_certificate",
        ["valid_until_at"],
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("status_list")
    op.drop_table("sequence_use")
    op.execute('DELETE FROM "authorization" WHERE pass_id IS NULL')
    op.drop_column("authorization", "card_id")
    op.alter_column("authorization", "pass_id", nullable=False)
    op.drop_column("issuer_key", "drop_reason")
    op.drop_index("pass_certificate_revoked", "pass_certificate")
    op.drop_index("pass_certificate_by_end", "pass_certificate")
    op.drop_constraint("pass_certificate_kid_fkey", "pass_certificate")
    for column in ("revoked_for", "device_id", "service_date", "certificate_hash", "kid"):
        op.drop_column("pass_certificate", column)
    op.drop_table("card")
    op.drop_table("device")
