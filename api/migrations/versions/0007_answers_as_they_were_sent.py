"""Keep each answer as the text that was sent: JSONB puts its keys in an order of its own."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE authorization_claim ALTER COLUMN answer TYPE json")


def downgrade() -> None:
    op.execute("ALTER TABLE authorization_claim ALTER COLUMN answer TYPE jsonb")
