"""What the feeds offer on a day."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics.kinds import kind_of
from analytics.supply import Supply, read_supply
from gtfs.notices import FeedError
from tests.support.towns import Trip, write_feed

DAY = date(2023, 3, 1)
STOPS = {"p": (0.0, 0.0), "q": (500.0, 0.0), "r": (900.0, 0.0)}


def supply_of(
    path: Path, trips: list[Trip], routes: dict[str, int] | None = None, copies: int = 1
) -> Supply:
    return read_supply([write_feed(path, STOPS, trips, routes, copies=copies)], DAY, None)


def listed(supply: Supply) -> list[tuple[str, int, int]]:
    """Stop, direction and minute of every departure."""
    stop = supply.stops["stop_id"]
    rows = supply.departures.itertuples(index=False)
    return sorted((stop[row.stop], row.direction, row.seconds // 60) for row in rows)


KINDS = {3: "bus", 11: "bus", 200: "bus", 702: "bus", 800: "bus", 0: "tram", 7: "tram", 900: "tram"}
KINDS |= {1: "rail", 2: "rail", 12: "rail", 109: "rail", 401: "rail", 4: "ferry", 1200: "ferry"}
NO_KIND = (715, 1500, 1100, -1, 99)


@pytest.mark.parametrize(
    ("route_type", "kind"), [*KINDS.items(), *((number, None) for number in NO_KIND)]
)
def test_kinds_of_service(route_type: int, kind: str | None) -> None:
    assert kind_of(route_type) == kind


def test_nobody_boards_at_a_last_stop(tmp_path: Path) -> None:
    assert listed(supply_of(tmp_path / "x.zip", [Trip("1", "pqr", 8)])) == [
        ("p", 0, 480),
        ("q", 0, 481),
    ]


def test_only_the_day_asked_for_departs_but_every_stop_is_known_to_be_served(
    tmp_path: Path,
) -> None:
    supply = supply_of(tmp_path / "x.zip", [Trip("1", "pq", 8), Trip("1", "qr", 9, service="next")])
    assert listed(supply) == [("p", 0, 480)]
    assert list(supply.stops["kinds"]) == ["bus", "bus", "bus"]
    assert supply.feeds[0].trips_on_date == 1


def test_departures_after_midnight_belong_to_the_day(tmp_path: Path) -> None:
    assert listed(supply_of(tmp_path / "x.zip", [Trip("1", "pq", 25.5)])) == [("p", 0, 1530)]


def test_a_feed_that_holds_its_trips_twice_offers_no_more(tmp_path: Path) -> None:
    trips = [Trip("1", "pqr", 8), Trip("1", "rqp", 8, direction=1), Trip("2", "pq", 8)]
    once = supply_of(tmp_path / "once.zip", trips)
    twice = supply_of(tmp_path / "twice.zip", trips, copies=2)
    pd.testing.assert_frame_equal(once.departures, twice.departures)
    assert len(once.departures) == 5


def test_the_same_feed_given_twice_counts_once(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "x.zip", STOPS, [Trip("1", "pq", 8)])
    copy = tmp_path / "copy.zip"
    copy.write_bytes(path.read_bytes())
    assert len(read_supply([path, copy], DAY, None).feeds) == 1


def test_feeds_add_up_with_stops_of_their_own(tmp_path: Path) -> None:
    bus = write_feed(tmp_path / "bus.zip", STOPS, [Trip("1", "pq", 8)])
    train = write_feed(tmp_path / "train.zip", STOPS, [Trip("T", "qr", 9)], {"T": 2})
    both = read_supply([bus, train], DAY, None)
    assert list(both.departures["stop"]) == [0, 4]
    assert list(both.departures["kind"]) == ["bus", "rail"]
    assert [feed.spans for feed in both.feeds] == [
        {"bus": (28_800, 28_800)},
        {"rail": (32_400, 32_400)},
    ]


def test_what_is_cached_is_what_was_read(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "x.zip", STOPS, [Trip("1", "pq", 8), Trip("2", "qr", 9)])
    fresh = read_supply([path], DAY, tmp_path / "cache")
    cached = read_supply([path], DAY, tmp_path / "cache")
    assert cached.feeds == fresh.feeds
    pd.testing.assert_frame_equal(cached.departures, fresh.departures, check_dtype=False)
    pd.testing.assert_frame_equal(cached.stops, fresh.stops, check_dtype=False)
    other_day = read_supply([path], date(2023, 3, 2), tmp_path / "cache")
    assert other_day.departures.empty


def test_a_broken_cache_is_read_again(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "x.zip", STOPS, [Trip("1", "pq", 8)])
    fresh = read_supply([path], DAY, tmp_path / "cache")
    for stored in (tmp_path / "cache").iterdir():
        stored.write_bytes(b"not parquet")
    again = read_supply([path], DAY, tmp_path / "cache")
    pd.testing.assert_frame_equal(again.departures, fresh.departures)


def test_a_missing_feed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError):
        read_supply([tmp_path / "none.zip"], DAY, tmp_path / "cache")


def test_a_feed_that_lists_trains_but_runs_none_says_so(tmp_path: Path) -> None:
    supply = supply_of(tmp_path / "x.zip", [Trip("1", "pq", 8)], routes={"1": 3, "T": 2})
    facts = supply.feeds[0]
    assert (facts.listed, facts.running) == (("bus", "rail"), ("bus",))
    assert (facts.first_date, facts.last_date) == ("2023-03-01", "2023-03-01")
