"""Where a demo may live: in a database of its own, and in nobody else's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg import sql

from api.database import libpq_url
from api.demo.cities import City
from api.demo.home import demo_database, open_home
from api.demo.problems import DemoError
from api.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.database]

CITY = City(f"test-{os.getpid()}", date(2026, 4, 8))
NAME = f"teiki_demo_test_{os.getpid()}"


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    """The demo's own database beside the one that the settings name."""
    settings = Settings.from_env({"TEIKI_DATABASE_URL": postgres_url})
    with demo_database(settings, CITY) as own:
        yield own
    with psycopg.connect(libpq_url(postgres_url), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


def do(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def test_the_database_is_beside_the_one_named(url: str, postgres_url: str) -> None:
    assert do(url, "SELECT current_database()") == [(NAME,)]
    assert do(postgres_url, "SELECT current_database()") != [(NAME,)]
    # A second start finds it.
    settings = Settings.from_env({"TEIKI_DATABASE_URL": postgres_url})
    with demo_database(settings, CITY) as again:
        assert again == url


async def test_a_state_is_kept_as_it_was_written(url: str) -> None:
    async with open_home(url) as home:
        assert await home.read_state() is None
        await home.begin_anew({"status": "living"})
        assert await home.read_state() == {"status": "living"}
        written = {"status": "lived", "b": 1, "a": [2.5, None, "町"]}
        await home.write_state(written)
        read = await home.read_state()
    assert (read, list(read or {})) == (written, ["status", "b", "a"])


async def test_beginning_anew_empties_the_database(url: str) -> None:
    async with open_home(url) as home:
        await home.begin_anew({"status": "living"})
        do(url, "CREATE TABLE ride (n int); CREATE SCHEMA jobs; CREATE TABLE jobs.job (n int)")
        await home.begin_anew({"status": "living", "count": 2})
        assert await home.read_state() == {"status": "living", "count": 2}
    left = do(
        url,
        "SELECT table_name FROM information_schema.tables WHERE table_schema ~ '^(p|j)'"
        " AND table_schema !~ '^pg_'",
    )
    assert left == []


async def test_a_database_that_is_not_a_demos_is_left_alone(url: str) -> None:
    do(url, "CREATE TABLE town (name text); INSERT INTO town VALUES ('a real one')")
    async with open_home(url) as home:
        with pytest.raises(DemoError, match="not a demo's: it holds 1 table"):
            await home.read_state()
    assert do(url, "SELECT name FROM town") == [("a real one",)]


async def test_two_demos_do_not_play_in_one_city(url: str) -> None:
    async with open_home(url):
        with pytest.raises(DemoError, match="running already"):
            async with open_home(url):
                pass
    async with open_home(url) as home:  # the first has left
        assert await home.read_state() is None


async def test_the_watch_ends_when_the_connection_is_cut(url: str) -> None:
    async with open_home(url) as home:
        do(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        with pytest.raises(DemoError, match="gone away"):
            await home.watch()


def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/none"
    settings = Settings.from_env({"TEIKI_DATABASE_URL": nobody})
    with (
        pytest.raises(DemoError, match="No PostgreSQL answers at TEIKI_DATABASE_URL"),
        demo_database(settings, CITY),
    ):
        pass
