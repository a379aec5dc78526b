"""The job queue's own tables, in a schema of their own."""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path TO jobs")
    # Its text holds colons and percent signs: it goes to the driver as it is.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
    op.execute(text("SET LOCAL search_path TO public, jobs"))


def downgrade() -> None:
    op.execute("DROP SCHEMA jobs CASCADE")
