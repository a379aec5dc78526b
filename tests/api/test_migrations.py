"""Migrations go both ways and lead to exactly the tables that the code knows."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from api.database import libpq_url
from api.migrations import alembic_config, downgrade, upgrade
from tests.support.postgres import fresh_database

pytestmark = pytest.mark.database


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, f"teiki_migrations_{uuid4().hex[:8]}") as url:
        yield url


def left_behind(url: str) -> set[str]:
    """Tables, types, functions and schemas of ours that are there."""
    with psycopg.connect(libpq_url(url)) as connection:
        rows = connection.execute(
            "SELECT 'relation ' || relname FROM pg_class c JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE nspname IN ('public', 'jobs') "
            "UNION SELECT 'function ' || proname FROM pg_proc p JOIN pg_namespace n "
            "ON n.oid = p.pronamespace WHERE nspname IN ('public', 'jobs') "
            "UNION SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'jobs'"
        ).fetchall()
    return {name for (name,) in rows} - {
        "relation alembic_version",
        "relation alembic_version_pkc",
    }


def test_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(alembic_config("postgresql://localhost/unused"))
    assert len(script.get_heads()) == 1


def test_up_down_to_nothing_and_up_again(empty_url: str) -> None:
    upgrade(empty_url)
    built = left_behind(empty_url)
    assert built
    downgrade(empty_url)
    assert left_behind(empty_url) == set()
    upgrade(empty_url)
    assert left_behind(empty_url) == built


def test_every_step_goes_back_and_forth(empty_url: str) -> None:
    script = ScriptDirectory.from_config(alembic_config(empty_url))
    for revision in reversed(list(script.walk_revisions())):
        upgrade(empty_url, revision.revision)
        built = left_behind(empty_url)
        downgrade(empty_url, revision.down_revision or "base")
        upgrade(empty_url, revision.revision)
        assert left_behind(empty_url) == built, revision.revision


def test_the_tables_are_those_that_the_code_knows(empty_url: str) -> None:
    upgrade(empty_url)
    command.check(alembic_config(empty_url))


def test_no_column_fills_itself_in_with_a_time(empty_url: str) -> None:
    upgrade(empty_url)
    with psycopg.connect(libpq_url(empty_url)) as connection:
        defaults = connection.execute(
            "SELECT table_name, column_name, column_default FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_default IS NOT NULL "
            "AND (data_type LIKE 'time%' OR data_type = 'date')"
        ).fetchall()
    assert defaults == []


def test_what_was_paid_survives_the_way_back(empty_url: str) -> None:
    upgrade(empty_url, "0002")
    with psycopg.connect(libpq_url(empty_url)) as connection:
        connection.execute(
            """
            INSERT INTO resident (account_id, resident_number, display_name, rider_category,
                trip_facts_consent, simulated, created_at)
            VALUES ('00000000-0000-0000-0000-000000000001', 'N', 'X', 'adult', false, false,
                '2026-04-01Z');
            INSERT INTO plan (plan_id, version, document, on_sale, published_at)
            VALUES ('p', 1, '{}', true, '2026-04-01Z');
            INSERT INTO staff (staff_id, email, display_name, role, created_at)
            VALUES ('00000000-0000-0000-0000-000000000003', 'e', 'd', 'desk', '2026-04-01Z');
            INSERT INTO subscription (account_id, subscription_id, plan_id, plan_version, status,
                created_at, current_period_start_date, current_period_end_date,
                cancel_at_period_end)
            VALUES ('00000000-0000-0000-0000-000000000001',
                '00000000-0000-0000-0000-000000000002', 'p', 1, 'active', '2026-04-01Z',
                '2026-04-01', '2026-05-01', false);
            INSERT INTO payment (account_id, payment_id, subscription_id, amount_minor, currency,
                method, receipt_number, staff_id, idempotency_key, period_start_date,
                period_end_date, paid_at)
            VALUES ('00000000-0000-0000-0000-000000000001',
                '00000000-0000-0000-0000-000000000004',
                '00000000-0000-0000-0000-000000000002', 1, 'JPY', 'cash', 'R2026-000041',
                '00000000-0000-0000-0000-000000000003', 'k', '2026-04-01', '2026-05-01',
                '2026-04-01Z');
            """
        )
    upgrade(empty_url, "0003")
    with psycopg.connect(libpq_url(empty_url)) as connection:
        counter = connection.execute("SELECT year, last_number FROM receipt_counter").fetchall()
        paid = connection.execute("SELECT paid_from_date::text FROM subscription").fetchall()
    assert (counter, paid) == ([(2026, 41)], [("2026-04-01",)])
    downgrade(empty_url, "0002")
    with psycopg.connect(libpq_url(empty_url)) as connection:
        kept = connection.execute("SELECT current_period_end_date::text FROM subscription")
        assert kept.fetchall() == [("2026-05-01",)]
