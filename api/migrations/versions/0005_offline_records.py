"""Readers register keys; their offline records, outcomes and disputes are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("operator_key", sa.Column("public_key", sa.LargeBinary(), nullable=True))
    op.add_column("pass_use", sa.Column("unix_seconds", sa.BigInteger(), nullable=True))
    op.add_column(
        "pass_use", sa.Column("offline", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _create_records()
    _create_outcomes()
    _create_disputes()
    op.create_table(
        "pass_mark",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.VARCHAR(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["resident.account_id"]),
        sa.PrimaryKeyConstraint("account_id", "pass_id", "mark"),
    )


def _create_records() -> None:
    op.create_table(
        "offline_record",
        sa.Column("operator_id", sa.VARCHAR(), nullable=False),
        sa.Column("validator_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.VARCHAR(), nullable=True),
        sa.Column("pass_id", sa.BigInteger(), nullable=True),
        sa.Column("online_key", sa.VARCHAR(), nullable=True),
        sa.Column("authorization_id", sa.Uuid(), nullable=True),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("action", sa.VARCHAR(), nullable=False),
        sa.Column("mode", sa.VARCHAR(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.operator_id"]),
        sa.PrimaryKeyConstraint("operator_id", "validator_id", "sequence"),
    )
    op.create_index("offline_record_by_id", "offline_record", ["record_id"], unique=True)
    op.create_index("offline_record_of_pass", "offline_record", ["pass_id"])
    op.create_index(
        "offline_record_by_day", "offline_record", ["operator_id", "service_date", "decided_at"]
    )
    op.create_index(
        "offline_record_not_final",
        "offline_record",
        ["received_at"],
        postgresql_where=sa.text("finalised_at IS NULL"),
    )


def _create_outcomes() -> None:
    op.create_table(
        "offline_outcome",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bearer", sa.VARCHAR(), nullable=False),
        sa.Column("rule", sa.VARCHAR(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.VARCHAR(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("rider_pays_minor", sa.BigInteger(), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["offline_record.record_id"]),
        sa.PrimaryKeyConstraint("record_id", "number"),
    )


def _create_disputes() -> None:
    op.create_table(
        "offline_dispute",
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.VARCHAR(), nullable=False),
        sa.Column("outcome_number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.VARCHAR(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bearer", sa.VARCHAR(), nullable=True),
        sa.Column("note", sa.VARCHAR(), nullable=True),
        sa.Column("ruled_by", sa.Uuid(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.operator_id"]),
        sa.ForeignKeyConstraint(["record_id"], ["offline_record.record_id"]),
        sa.ForeignKeyConstraint(["ruled_by"], ["staff.staff_id"]),
        sa.PrimaryKeyConstraint("dispute_id"),
    )
    op.create_index("offline_dispute_of_record", "offline_dispute", ["record_id"])
    op.create_index(
        "one_open_dispute",
        "offline_dispute",
        ["record_id"],
        unique=True,
        postgresql_where=sa.text("ruled_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("pass_mark", "offline_dispute", "offline_outcome", "offline_record"):
        op.drop_table(table)
    op.drop_column("pass_use", "offline")
    op.drop_column("pass_use", "unix_seconds")
    op.drop_column("operator_key", "public_key")
