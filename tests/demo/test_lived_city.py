"""A city after its first start: the summary tells what the database holds, and it stays so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from api.database import libpq_url
from api.demo.cities import CITIES
from api.demo.home import demo_database
from api.settings import Settings
from tests.demo.conftest import Lived

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def connection(lived: Lived) -> Iterator[Connection]:
    """The database of the lived city."""
    settings = Settings.from_env({"TEIKI_DATA_DIR": str(lived.place.folder / "demo-muroran")})
    with demo_database(settings, CITIES["muroran"]) as url, psycopg.connect(libpq_url(url)) as own:
        yield own


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_everything_but_the_summary_is_on_standard_error(lived: Lived) -> None:
    assert len(lived.first.out.splitlines()) == 1
    summary = lived.first.summary
    assert (summary["city"], summary["service_date"]) == ("muroran", "2020-06-03")
    assert summary["simulated"] is True
    stages = {"set_up", "feeds", "plan", "join", "play", "export", "coverage", "total"}
    assert summary["seconds"].keys() == stages
    assert "Playing 2020-06-03 over HTTP" in lived.first.told


def test_every_resident_is_marked_as_simulated(lived: Lived, connection: Connection) -> None:
    found = rows(connection, "SELECT simulated, count(*) FROM resident GROUP BY 1")
    assert found == [(True, lived.first.summary["residents"])] == [(True, 40)]


def test_subscriptions_and_passes_are_those_in_the_database(
    lived: Lived, connection: Connection
) -> None:
    summary = lived.first.summary
    statuses = dict(rows(connection, "SELECT status, count(*) FROM subscription GROUP BY 1"))
    assert summary["subscriptions_by_status"] == statuses
    assert summary["subscriptions"] == sum(statuses.values())
    issued = rows(connection, "SELECT count(*) FROM pass_certificate")
    assert (summary["passes"]["issued"],) == issued[0]
    assert summary["passes"]["issued"] == statuses["active"]


def test_outcomes_by_mode_are_those_in_the_database(lived: Lived, connection: Connection) -> None:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    rides = 'SELECT mode, status, count(*) FROM "authorization" GROUP BY 1, 2'
    refusals = "SELECT mode, 'refused', count(*) FROM refusal GROUP BY 1"
    for mode, outcome, count in rows(connection, f"{rides} UNION {refusals}"):
        counted[mode][outcome] = count
    assert lived.first.summary["authorizations"] == counted
    assert "authorized" not in {outcome for of in counted.values() for outcome in of}
    assert counted["bus"]["captured"] > 80


def test_refusals_by_reason_are_those_in_the_database(lived: Lived, connection: Connection) -> None:
    found = dict(rows(connection, "SELECT reason, count(*) FROM refusal GROUP BY 1"))
    assert lived.first.summary["refusals"] == found
    assert found.keys() >= {"code_already_used", "mode_not_covered", "outside_service_time"}


def test_every_captured_ride_was_exported(lived: Lived, connection: Connection) -> None:
    taken = "FROM \"authorization\" WHERE status = 'captured' AND boarded_at IS NOT NULL"
    assert rows(connection, f"SELECT count(*) {taken}") == [(lived.first.summary["boardings"],)]
    assert rows(connection, f"SELECT count(*) {taken} AND exported_at IS NULL") == [(0,)]


def test_trip_facts_are_of_consenting_riders_only(lived: Lived, connection: Connection) -> None:
    consenting = rows(
        connection,
        """
        SELECT count(*) FROM "authorization" JOIN resident USING (account_id)
        WHERE status = 'captured' AND boarded_at IS NOT NULL AND boarding_stop_id IS NOT NULL
            AND trip_facts_consent
        """,
    )
    assert [(lived.first.summary["trip_facts"],)] == consenting
    assert 0 < lived.first.summary["trip_facts"] < lived.first.summary["boardings"]


def test_rides_are_at_stops_and_on_trips_of_the_feed_in_force(connection: Connection) -> None:
    unknown = """
        SELECT count(*) FROM "authorization" a
        JOIN feed_version v ON v.operator_id = a.operator_id AND v.status = 'active'
        LEFT JOIN feed_trip t USING (feed_version_id, trip_id)
        LEFT JOIN feed_stop s ON s.feed_version_id = v.feed_version_id
            AND s.stop_id = a.boarding_stop_id
        WHERE t.trip_id IS NULL OR s.stop_id IS NULL
    """
    assert rows(connection, unknown) == [(0,)]


def test_distance_fares_are_known_where_riders_tapped_off(connection: Connection) -> None:
    fares = rows(
        connection,
        'SELECT alighting_stop_id IS NOT NULL, shadow_fare_minor > 0 FROM "authorization" '
        "WHERE mode = 'bus'",
    )
    assert Counter(fares).keys() == {(True, True), (False, None)}


def test_coverage_is_the_whole_days_and_says_why_it_is_not_assessed(
    lived: Lived, connection: Connection
) -> None:
    coverage = lived.first.summary["coverage"]
    stored = rows(connection, "SELECT summary FROM coverage_run WHERE window_from_seconds IS NULL")
    assert stored == [(coverage,)]
    assert coverage["missing"] == ["streets", "population"]
    shares = [preset["population_share"]["not_assessed"] for preset in coverage["presets"].values()]
    assert shares
    assert set(shares) == {1.0}


def test_who_does_not_ask_leaves_the_lookups_alone(connection: Connection) -> None:
    """The counter looks everybody up who pays, and nobody else."""
    paying = rows(connection, "SELECT DISTINCT account_id FROM payment ORDER BY 1")
    seen = rows(connection, "SELECT DISTINCT account_id FROM lookup ORDER BY 1")
    assert paying == seen
