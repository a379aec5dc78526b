"""The database's rows, out of one and into another PostgreSQL of any version from 15 on.

Tables are not copied but made by this program's own migrations, up to the revision that the
backup was made at; so nothing depends on which server or tools wrote it. Rows are read by COPY
in one snapshot: no ride without its usage, whatever is written meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from typing import Any

import psycopg
from psycopg import sql

_SCHEMAS = ["public", "jobs"]
# How values look must not hang on a server's settings.
_SPELLING = (
    "SET client_encoding = 'UTF8'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; "
    "SET timezone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 1"
)
_PART_BYTES = 4 * 1024 * 1024

Table = dict[str, Any]
"""`schema`, `name` and `columns` of a table, as a backup's contents list it."""


def begin_snapshot(connection: psycopg.Connection[Any]) -> None:
    """See the database as it is now, until the transaction ends."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.execute(_SPELLING)


def read_revision(connection: psycopg.Connection[Any]) -> str | None:
    """The migration that the database is at; None where it has never been migrated."""
    there = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
    if there is None or there[0] is None:
        return None
    row = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return None if row is None else str(row[0])


_TABLES = """
    SELECT c.oid, n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE n.nspname = ANY(%s) AND c.relkind = 'r' AND c.relname <> 'alembic_version'
    GROUP BY 1, 2, 3
"""
_REFERENCES = "SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f'"


def list_tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table, those first that others refer to."""
    found = {
        oid: {"schema": schema, "name": name, "columns": columns}
        for oid, schema, name, columns in connection.execute(_TABLES, [_SCHEMAS])
    }
    order: TopologicalSorter[int] = TopologicalSorter({oid: set() for oid in found})
    for table, other in connection.execute(_REFERENCES):
        if table in found and other in found and table != other:
            order.add(table, other)
    return [found[oid] for oid in order.static_order()]


def list_sequences(connection: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Where the numbers have come to that the database gives out itself."""
    names = connection.execute(
        "SELECT schemaname, sequencename FROM pg_sequences WHERE schemaname = ANY(%s)", [_SCHEMAS]
    ).fetchall()
    found = []
    for schema, name in names:
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        row = connection.execute(query).fetchone()
        assert row is not None
        found.append({"schema": schema, "name": name, "last": row[0], "called": row[1]})
    return found


def copy_out(connection: psycopg.Connection[Any], table: Table) -> Iterator[bytes]:
    """A table's rows as COPY writes them, in parts of a few MiB."""
    part = bytearray()
    with connection.cursor() as cursor, cursor.copy(_copy(table, "TO STDOUT")) as copy:
        for block in copy:
            part += block
            if len(part) >= _PART_BYTES:
                yield bytes(part)
                part.clear()
    if part:
        yield bytes(part)


# What a worker had in hand is done by another; what comes by the clock comes again by itself.
_LET_GO = """
    UPDATE jobs.procrastinate_jobs SET worker_id = NULL, status = CAST(
        CASE WHEN queueing_lock IS NULL THEN 'todo' ELSE 'failed' END
        AS jobs.procrastinate_job_status)
    WHERE status = 'doing'
"""


def begin_copying_in(connection: psycopg.Connection[Any], tables: Iterable[Table]) -> None:
    """Make room: what migrations put in goes, and no trigger acts on rows that it acted on once."""
    connection.execute(_SPELLING)
    for table in tables:
        name = _name(table)
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(name))


def copy_in(connection: psycopg.Connection[Any], table: Table, parts: Iterable[bytes]) -> int:
    """Put a table's rows in; return how many."""
    with connection.cursor() as cursor:
        with cursor.copy(_copy(table, "FROM STDIN")) as copy:
            for part in parts:
                copy.write(part)
        return cursor.rowcount


def end_copying_in(
    connection: psycopg.Connection[Any], tables: Iterable[Table], sequences: Iterable[Any]
) -> None:
    """Triggers act again, numbers go on where they were, and no job waits for a dead worker."""
    for sequence in sequences:
        name = sql.Identifier(sequence["schema"], sequence["name"]).as_string(connection)
        connection.execute(
            "SELECT setval(CAST(%s AS regclass), %s, %s)",
            [name, sequence["last"], sequence["called"]],
        )
    connection.execute(_LET_GO)
    connection.execute("DELETE FROM jobs.procrastinate_workers")
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(_name(table)))


def _name(table: Table) -> sql.Identifier:
    return sql.Identifier(table["schema"], table["name"])


def _copy(table: Table, direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table["columns"]))
    return sql.SQL("COPY {} ({}) {}").format(_name(table), columns, sql.SQL(direction))
