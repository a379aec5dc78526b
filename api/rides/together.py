"""Statements that travel to the database together, so that a batch waits for it twice only.

A server that is busy comes back to a waiting batch late; each wait that is spared is worth more
than what the statements cost. They run in order, each with a snapshot of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row, tuple_row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's own form, `%(name)s`. Its rows are tuples, or mappings by column; a
    statement that writes has none."""

    sql: LiteralString
    values: Mapping[str, Any] = field(default_factory=dict)
    by_column: bool = False
    reads: bool = True


COMMIT = Statement("COMMIT", reads=False)


async def run_together(connection: AsyncConnection, *statements: Statement) -> list[list[Any]]:
    """Run statements in order in one journey; return the rows of each, none where it has none.

    The first that fails ends them all. Errors are SQLAlchemy's, as everywhere else.
    """
    driver = await _driver(connection)
    try:
        async with driver.pipeline():
            cursors = [await _send(driver, statement) for statement in statements]
        return [
            await c.fetchall() if s.reads else [] for c, s in zip(cursors, statements, strict=True)
        ]
    except psycopg.Error as error:
        raise _wrapped(connection, driver, error) from error


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection[Row]:
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection), "the one driver there is (decision 0001)"
    return driver


async def _send(
    driver: psycopg.AsyncConnection[Row], statement: Statement
) -> psycopg.AsyncCursor[Any]:
    cursor = driver.cursor(row_factory=dict_row if statement.by_column else tuple_row)
    prepare = bool(statement.values)  # there is nothing to plan in a COMMIT
    return await cursor.execute(statement.sql, statement.values, prepare=prepare)


def _wrapped(
    connection: AsyncConnection, driver: psycopg.AsyncConnection[Row], error: psycopg.Error
) -> BaseException:
    return DBAPIError.instance(
        None,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=driver.closed,
        dialect=connection.dialect,
    )
