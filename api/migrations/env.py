"""Alembic's entry: connects and runs what is asked, in one transaction."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from api.database import SEARCH_PATH
from api.tables import metadata

# Two programs that start at once must not migrate at once.
LOCK = 7_302_018


def migrate(connection: Connection) -> None:
    """Do what was asked on this connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=lambda name, kind, _: (
            not (
                # The queue's tables are its own business.
                kind == "table" and (name or "").startswith("procrastinate_")
            )
        ),
    )
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()


# Restoring a backup migrates within its own transaction.
given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = create_engine(
        context.config.get_main_option("sqlalchemy.url") or "",
        poolclass=pool.NullPool,
        connect_args={"options": f"-c search_path={SEARCH_PATH}"},
    )
    with engine.connect() as opened:
        migrate(opened)
