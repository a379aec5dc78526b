"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backdrop_layer",
        sa.Column("layer_id", sa.String(), nullable=False),
        sa.Column("source_sha256", sa.String(), nullable=False),
        sa.Column("geojson", sa.LargeBinary(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("layer_id"),
    )
    op.create_table(
        "boardings_by_hour",
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("direction_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("boardings", sa.Integer(), nullable=True),
        sa.Column("on_board", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("service_date", "operator_id", "route_id", "direction_id", "hour"),
    )
    op.create_table(
        "coverage_run",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("window_from_seconds", sa.Integer(), nullable=True),
        sa.Column("window_to_seconds", sa.Integer(), nullable=True),
        sa.Column("label_ja", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "town_file",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )
    op.create_table(
        "issuer_key",
        sa.Column("kid", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signs_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
    )
    op.create_table(
        "operator",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("modes", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("tap_off", sa.String(), nullable=False),
        sa.Column("tariff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("operator_id"),
    )
    op.create_table(
        "pass_use",
        sa.Column("pass_id", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("validator_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pass_id", "counter"),
    )
    op.create_table(
        "plan",
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "version"),
    )
    op.create_table(
        "resident",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("resident_number", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("rider_category", sa.String(), nullable=False),
        sa.Column("trip_facts_consent", sa.Boolean(), nullable=False),
        sa.Column("consent_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("resident_number"),
    )
    op.create_table(
        "town",
        sa.Column("town_id", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("network_revision", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town_id"),
    )
    op.create_table(
        "trip_fact_key",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "authorization",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("authorization_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("validator_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("leg_state", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rider_pays_minor", sa.BigInteger(), nullable=False),
        sa.Column("plan_pays_minor", sa.BigInteger(), nullable=True),
        sa.Column("hold_minor", sa.BigInteger(), nullable=True),
        sa.Column("captured_minor", sa.BigInteger(), nullable=True),
        sa.Column("shadow_fare_minor", sa.BigInteger(), nullable=True),
        sa.Column("distance_meters", sa.Integer(), nullable=True),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("consumed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("route_id", sa.String(), nullable=True),
        sa.Column("direction_id", sa.Integer(), nullable=True),
        sa.Column("trip_id", sa.String(), nullable=True),
        sa.Column("vehicle_id", sa.String(), nullable=True),
        sa.Column("boarding_stop_id", sa.String(), nullable=True),
        sa.Column("alighting_stop_id", sa.String(), nullable=True),
        sa.Column("boarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alighted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["resident.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.operator_id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "authorization_id"),
    )
    op.create_index("authorization_by_id", "authorization", ["authorization_id"], unique=False)
    op.create_index(
        "authorization_by_operator",
        "authorization",
        ["operator_id", "service_date", "granted_at"],
        unique=False,
    )
    op.create_index(
        "authorization_open",
        "authorization",
        ["account_id", "operator_id"],
        unique=False,
        postgresql_where=sa.text("status = 'authorized'"),
    )
    op.create_index(
        "authorization_unexported",
        "authorization",
        ["service_date"],
        unique=False,
        postgresql_where=sa.text("status = 'captured' AND exported_at IS NULL"),
    )
    op.create_table(
        "authorization_claim",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.operator_id"],
        ),
        sa.PrimaryKeyConstraint("operator_id", "idempotency_key"),
    )
    op.create_table(
        "coverage_cell",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.String(), nullable=False),
        sa.Column("geometry", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("properties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["coverage_run.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "cell_id"),
    )
    op.create_table(
        "coverage_gap",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("preset_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["coverage_run.run_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "preset_id", "rank"),
    )
    op.create_table(
        "feed_version",
        sa.Column("feed_version_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("notices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parquet_url", sa.String(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("valid_from_date", sa.Date(), nullable=False),
        sa.Column("valid_until_date", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.operator_id"],
        ),
        sa.PrimaryKeyConstraint("feed_version_id"),
    )
    op.create_index(
        "one_active_feed",
        "feed_version",
        ["operator_id"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "operator_key",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.operator_id"],
        ),
        sa.PrimaryKeyConstraint("key_hash"),
        sa.UniqueConstraint("key_id"),
    )
    op.create_index(
        op.f("ix_operator_key_operator_id"), "operator_key", ["operator_id"], unique=False
    )
    op.create_table(
        "pass_certificate",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("medium", sa.Integer(), nullable=False),
        sa.Column("valid_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["resident.account_id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "pass_id"),
        sa.UniqueConstraint("pass_id"),
    )
    op.create_table(
        "refusal",
        sa.Column("refusal_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("service_hour", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stop_id", sa.String(), nullable=True),
        sa.Column("route_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.operator_id"],
        ),
        sa.PrimaryKeyConstraint("refusal_id"),
    )
    op.create_index("refusal_by_day", "refusal", ["service_date", "operator_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["operator.operator_id"],
        ),
        sa.PrimaryKeyConstraint("staff_id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "subscription",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_period_start_date", sa.Date(), nullable=True),
        sa.Column("current_period_end_date", sa.Date(), nullable=True),
        sa.Column("cancel_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["resident.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "plan_version"],
            ["plan.plan_id", "plan.version"],
        ),
        sa.PrimaryKeyConstraint("account_id", "subscription_id"),
    )
    op.create_index(
        "one_open_subscription",
        "subscription",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('canceled', 'incomplete_expired')"),
    )
    op.create_table(
        "feed_fare_table",
        sa.Column("feed_version_id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_version_id"],
            ["feed_version.feed_version_id"],
        ),
        sa.PrimaryKeyConstraint("feed_version_id"),
    )
    op.create_table(
        "feed_route",
        sa.Column("feed_version_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=True),
        sa.Column("long_name", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("color", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["feed_version_id"],
            ["feed_version.feed_version_id"],
        ),
        sa.PrimaryKeyConstraint("feed_version_id", "route_id"),
    )
    op.create_table(
        "feed_service_date",
        sa.Column("feed_version_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_version_id"],
            ["feed_version.feed_version_id"],
        ),
        sa.PrimaryKeyConstraint("feed_version_id", "service_date", "service_id"),
    )
    op.create_table(
        "feed_stop",
        sa.Column("feed_version_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("zone_id", sa.String(), nullable=True),
        sa.Column("location_type", sa.Integer(), nullable=False),
        sa.Column("parent_station", sa.String(), nullable=True),
        sa.Column("area_numbers", postgresql.ARRAY(sa.INTEGER()), nullable=False),
        sa.Column("modes", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_version_id"],
            ["feed_version.feed_version_id"],
        ),
        sa.PrimaryKeyConstraint("feed_version_id", "stop_id"),
    )
    op.create_table(
        "feed_trip",
        sa.Column("feed_version_id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.String(), nullable=False),
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("direction_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("departure_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["feed_version_id"],
            ["feed_version.feed_version_id"],
        ),
        sa.PrimaryKeyConstraint("feed_version_id", "trip_id"),
    )
    op.create_table(
        "lookup",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("lookup_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("staff_role", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["resident.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.staff_id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "lookup_id"),
    )
    op.create_table(
        "payment",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("period_start_date", sa.Date(), nullable=False),
        sa.Column("period_end_date", sa.Date(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscription.account_id", "subscription.subscription_id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.staff_id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "payment_id"),
    )
    op.create_index("payment_once_per_key", "payment", ["staff_id", "idempotency_key"], unique=True)
    op.create_index("payment_receipt", "payment", ["receipt_number"], unique=True)
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["resident.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.staff_id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["resident.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.staff_id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(
        op.f("ix_sign_in_session_account_id"), "sign_in_session", ["account_id"], unique=False
    )
    op.create_table(
        "usage",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("allowance_id", sa.String(), nullable=False),
        sa.Column("period_start_date", sa.Date(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscription.account_id", "subscription.subscription_id"],
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "subscription_id", "allowance_id", "period_start_date"
        ),
    )


def downgrade() -> None:
    op.drop_table("town_file")
    op.drop_table("usage")
    op.drop_index(op.f("ix_sign_in_session_account_id"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_table("sign_in_link")
    op.drop_index("payment_receipt", table_name="payment")
    op.drop_index("payment_once_per_key", table_name="payment")
    op.drop_table("payment")
    op.drop_table("lookup")
    op.drop_table("feed_trip")
    op.drop_table("feed_stop")
    op.drop_table("feed_service_date")
    op.drop_table("feed_route")
    op.drop_table("feed_fare_table")
    op.drop_index(
        "one_open_subscription",
        table_name="subscription",
        postgresql_where=sa.text("status NOT IN ('canceled', 'incomplete_expired')"),
    )
    op.drop_table("subscription")
    op.drop_table("staff")
    op.drop_index("refusal_by_day", table_name="refusal")
    op.drop_table("refusal")
    op.drop_table("pass_certificate")
    op.drop_index(op.f("ix_operator_key_operator_id"), table_name="operator_key")
    op.drop_table("operator_key")
    op.drop_index(
        "one_active_feed", table_name="feed_version", postgresql_where=sa.text("status = 'active'")
    )
    op.drop_table("feed_version")
    op.drop_table("coverage_gap")
    op.drop_table("coverage_cell")
    op.drop_table("authorization_claim")
    op.drop_index(
        "authorization_unexported",
        table_name="authorization",
        postgresql_where=sa.text("status = 'captured' AND exported_at IS NULL"),
    )
    op.drop_index(
        "authorization_open",
        table_name="authorization",
        postgresql_where=sa.text("status = 'authorized'"),
    )
    op.drop_index("authorization_by_operator", table_name="authorization")
    op.drop_index("authorization_by_id", table_name="authorization")
    op.drop_table("authorization")
    op.drop_table("trip_fact_key")
    op.drop_table("town")
    op.drop_table("resident")
    op.drop_table("plan")
    op.drop_table("pass_use")
    op.drop_table("operator")
    op.drop_table("issuer_key")
    op.drop_table("coverage_run")
    op.drop_table("boardings_by_hour")
    op.drop_table("backdrop_layer")
