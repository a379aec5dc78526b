"""Where a demo city lives: a database of its own, which says whether its day was played in full.

With `TEIKI_DATABASE_URL` that is a database beside the one named, never the one named: a real
town is not to be played into. The row in `demo.state` marks a database as a demo's; without it,
a database that holds tables is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Json
from sqlalchemy import make_url

from api.database import libpq_url, psycopg_url
from api.demo.cities import City
from api.demo.problems import DemoError, database_gone
from api.embedded_postgres import start_embedded
from api.settings import Settings

State = dict[str, Any]

_STATE_TABLE = """
    CREATE SCHEMA demo;
    CREATE TABLE demo.state (only_row boolean PRIMARY KEY CHECK (only_row), document json NOT NULL)
"""
_OTHERS_TABLES = """
    SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""


@contextmanager
def demo_database(settings: Settings, city: City) -> Iterator[str]:
    """The address of the city's own database, embedded in `data_dir` or beside the one named."""
    name = f"teiki_demo_{city.city_id.replace('-', '_')}"
    if settings.database_url is not None:
        yield _create_beside(settings.database_url, name)
        return
    embedded = start_embedded(settings.data_dir, name)
    try:
        yield embedded.url
    finally:
        embedded.stop()


def _create_beside(named_url: str, name: str) -> str:
    own = make_url(psycopg_url(named_url)).set(database=name)
    try:
        with psycopg.connect(libpq_url(named_url), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DemoError(
            f"The demo plays in a database of its own, {name}, and the user of "
            "TEIKI_DATABASE_URL may not create it. Create it for that user, or unset "
            "TEIKI_DATABASE_URL: then the demo brings its own PostgreSQL."
        ) from error
    except psycopg.OperationalError as error:
        raise DemoError(
            f"No PostgreSQL answers at TEIKI_DATABASE_URL ({str(error).splitlines()[0]}). Start "
            "it, or unset TEIKI_DATABASE_URL: then the demo brings its own."
        ) from error
    return own.render_as_string(hide_password=False)


class Home:
    """The city's database while this process alone plays in it."""

    def __init__(self, url: str, claim: psycopg.AsyncConnection) -> None:
        self.url = url
        self._claim = claim

    async def read_state(self) -> State | None:
        """What the last start left: None for a new database.

        Raises `DemoError` for a database that is not a demo's.
        """
        async with await _connect(self.url) as connection:
            found = await connection.execute("SELECT to_regclass('demo.state') IS NOT NULL")
            row = await found.fetchone()
            if row is None or not row[0]:
                await _refuse_others(connection)
                return None
            found = await connection.execute("SELECT document FROM demo.state")
            row = await found.fetchone()
            return row[0] if row else None

    async def begin_anew(self, state: State) -> None:
        """Empty the database, at once and for good; until `write_state` nothing is played."""
        async with await _connect(self.url) as connection, connection.transaction():
            await connection.execute("DROP SCHEMA IF EXISTS public, jobs, demo CASCADE")
            # Nothing simulated is worth waiting for the disk, a real tap is; see `write_state`.
            name = sql.Identifier(connection.info.dbname)
            await connection.execute(
                sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name)
            )
            await connection.execute("CREATE SCHEMA public")
            await connection.execute(_STATE_TABLE)
            await connection.execute("INSERT INTO demo.state VALUES (true, %s)", (Json(state),))

    async def write_state(self, state: State) -> None:
        """Note how far the city has come; this, and all that was before it, is on disk then."""
        async with await _connect(self.url) as connection:
            await connection.execute("SET synchronous_commit = on")
            await connection.execute("UPDATE demo.state SET document = %s", (Json(state),))

    async def watch(self) -> None:
        """Wait until the database goes away; raises `DemoError` then."""
        try:
            # Nothing is ever sent here; the wait ends when the server does.
            async for _ in self._claim.notifies():
                pass
        except psycopg.OperationalError as error:
            _hush()
            raise database_gone() from error


def _hush() -> None:
    """One sentence will say that the database is gone; libraries would say it over and over."""
    for name in ("psycopg", "procrastinate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


@asynccontextmanager
async def open_home(url: str) -> AsyncIterator[Home]:
    """Claim the database for this process; raises `DemoError` if another demo has it."""
    async with await _connect(url) as claim:
        found = await claim.execute("SELECT pg_try_advisory_lock(hashtext('teiki demo'))")
        row = await found.fetchone()
        if row is None or not row[0]:
            raise DemoError(
                "This city's demo is running already. Stop it first, or use another TEIKI_DATA_DIR."
            )
        yield Home(url, claim)


async def _connect(url: str) -> psycopg.AsyncConnection:
    try:
        return await psycopg.AsyncConnection.connect(libpq_url(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise database_gone() from error


async def _refuse_others(connection: psycopg.AsyncConnection) -> None:
    found = await connection.execute(_OTHERS_TABLES)
    row = await found.fetchone()
    if row is not None and row[0]:
        raise DemoError(
            f"The database {connection.info.dbname} is not a demo's: it holds {row[0]} tables. The "
            "demo leaves it alone. Rename it, or point TEIKI_DATABASE_URL at another server."
        )
