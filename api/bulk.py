"""What the table classes can't say, within the session's transaction: SQL and COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import AsyncConnection, sql
from sqlalchemy import CursorResult, Executable, text
from sqlmodel.ext.asyncio.session import AsyncSession


async def run_sql(session: AsyncSession, statement: Executable, **values: Any) -> CursorResult[Any]:
    """Run a statement that yields plain rows, or none. What was added to the session and not
    flushed is not seen by it."""
    connection = await session.connection()
    return await connection.execute(statement, values)


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def lock_name(session: AsyncSession, name: str) -> None:
    """Wait until nobody else works under this name; held until the session ends."""
    await run_sql(session, _LOCK, name=name)


async def copy_rows(
    session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert `rows`, each with a value for every one of `columns`; JSON as text.

    Raises what an INSERT would; nothing is kept unless the session commits.
    """
    connection = await session.connection()
    driver: AsyncConnection[Any] = (await connection.get_raw_connection()).driver_connection  # type: ignore[assignment]  # SQLAlchemy can't say which driver it runs on
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)
