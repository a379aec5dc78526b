"""Pass-holders by route, direction and hour, and what is kept back."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from analytics.boardings import (
    SUPPRESSED_BELOW,
    Boarding,
    calls_of,
    pass_holders_by_hour,
    read_boardings,
    services_of,
    write_boardings,
)
from gtfs.feed import read_feed
from tests.support.towns import Trip, write_feed

DAY = date(2023, 3, 1)
STOPS = {name: (100.0 * k, 0.0) for k, name in enumerate("pqrs")}
# Line 1 runs out at 8 and 9 and back at 8; line 2 is a loop that calls at p twice.
TRIPS = [
    Trip("1", "pqrs", 8, minutes=5),
    Trip("1", "pqrs", 9, minutes=5),
    Trip("1", "srqp", 8, direction=1, minutes=5),
    Trip("2", "pqrp", 8, minutes=5),
]
Figure = tuple[int | None, int | None]


def ride(
    trip: int | None = 0,
    on: str | None = "p",
    off: str | None = "s",
    hour: int = 8,
    persons: int = 1,
) -> Boarding:
    """A ride on the trip with this number in TRIPS, or on line 1 without saying on which trip."""
    planned = TRIPS[trip or 0]
    return Boarding(
        "guaguas",
        "bus",
        hour,
        route_id=planned.route,
        direction_id=planned.direction,
        trip_id=None if trip is None else str(trip),
        boarding_stop_id=on,
        alighting_stop_id=off,
        persons=persons,
    )


def figures(folder: Path, rides: list[Boarding]) -> dict[tuple[str, int, int], Figure]:
    """Boardings and on_board by route, direction and hour."""
    feed = read_feed(write_feed(folder / "feed.zip", STOPS, TRIPS))
    write_boardings(str(folder), DAY, rides)
    table = pass_holders_by_hour(
        read_boardings(str(folder), DAY, DAY),
        services_of(feed, DAY, "guaguas"),
        calls_of(feed, DAY, "guaguas"),
    )
    return {
        (row["route_id"], row["direction_id"], row["hour"]): (row["boardings"], row["on_board"])
        for row in table.to_pyarrow().to_pylist()
    }


def test_every_hour_of_service_has_a_row_and_few_look_like_none(tmp_path: Path) -> None:
    out = [ride() for _ in range(SUPPRESSED_BELOW)]
    back = [ride(2, "s", "p") for _ in range(SUPPRESSED_BELOW - 1)]
    assert figures(tmp_path, [*out, *back]) == {
        ("1", 0, 8): (10, 10),
        ("1", 0, 9): (None, None),
        ("1", 1, 8): (None, None),
        ("2", 0, 8): (None, None),
    }


def test_rows_do_not_tell_whether_anybody_rode(tmp_path: Path) -> None:
    for name in ("nobody", "few"):
        (tmp_path / name).mkdir()
    few = [ride(), ride(2, "s", "q"), ride(None, None, None)]
    assert figures(tmp_path / "nobody", []) == figures(tmp_path / "few", few)


def test_on_board_is_counted_past_the_busiest_stop(tmp_path: Path) -> None:
    # 12 from p to q, 11 from q to r, 15 from p to r: 27 leave p, 26 leave q, none leave r.
    rides = [ride(0, "p", "q")] * 12 + [ride(0, "q", "r")] * 11 + [ride(0, "p", "r")] * 15
    assert figures(tmp_path, rides)["1", 0, 8] == (38, 27)


def test_nobody_is_on_board_after_alighting(tmp_path: Path) -> None:
    rides = [ride(0, "p", "q")] * 12 + [ride(0, "q", "r")] * 12
    assert figures(tmp_path, rides)["1", 0, 8] == (24, 12)


def test_without_a_tap_off_a_ride_boards_but_is_not_on_board(tmp_path: Path) -> None:
    assert figures(tmp_path, [ride(0, "p", None)] * 12)["1", 0, 8] == (12, None)
    assert figures(tmp_path, [ride(None, "p", "q")] * 12)["1", 0, 8] == (12, None)


def test_a_ride_against_the_trip_is_not_on_board(tmp_path: Path) -> None:
    assert figures(tmp_path, [ride(0, "s", "p")] * 12)["1", 0, 8] == (12, None)


def test_on_a_loop_the_shortest_ride_that_fits_is_taken(tmp_path: Path) -> None:
    # r to p is the last stretch, not backwards; p to q begins at the first p.
    rides = [ride(3, "r", "p")] * 10 + [ride(3, "p", "q")] * 11
    assert figures(tmp_path, rides)["2", 0, 8] == (21, 11)


def test_what_no_service_explains_shows_from_the_threshold_on(tmp_path: Path) -> None:
    assert ("1", 0, 23) not in figures(tmp_path, [ride(hour=23)] * (SUPPRESSED_BELOW - 1))
    assert figures(tmp_path, [ride(hour=23)] * SUPPRESSED_BELOW)["1", 0, 23][0] == 10


def test_rides_without_a_route_are_kept_apart(tmp_path: Path) -> None:
    taxi = Boarding("taxi", "taxi", 8)
    assert figures(tmp_path, [taxi] * 12)["", -1, 8] == (12, None)


def test_services_are_the_hours_with_a_call(tmp_path: Path) -> None:
    late = [Trip("N", "pq", 24.99, minutes=2)]
    feed = read_feed(write_feed(tmp_path / "feed.zip", STOPS, late))
    rows = services_of(feed, DAY, "guaguas").to_pyarrow().to_pylist()
    assert sorted(row["hour"] for row in rows) == [24, 25]


def test_everybody_on_a_pass_boards_and_is_on_board(tmp_path: Path) -> None:
    rides = [ride()] * 9 + [ride(persons=4)]
    assert figures(tmp_path, rides)["1", 0, 8] == (13, 13)


def test_a_group_is_one_pass_and_shows_nobody(tmp_path: Path) -> None:
    assert figures(tmp_path, [ride(persons=4)] * 9)["1", 0, 8] == (None, None)
    # The busiest stop with enough passes counts, not a busier one with a single group.
    rides = [ride(off="q")] * 10 + [ride(on="r", persons=9)] * 2
    assert figures(tmp_path, rides)["1", 0, 8] == (28, 10)


def test_days_from_before_groups_were_counted_are_one_person_a_ride(tmp_path: Path) -> None:
    write_boardings(str(tmp_path), DAY, [ride()] * 12)
    (file,) = tmp_path.rglob("*.parquet")
    pq.write_table(pq.read_table(file, partitioning=None).drop_columns(["persons"]), file)
    feed = read_feed(write_feed(tmp_path / "feed.zip", STOPS, TRIPS))
    table = pass_holders_by_hour(
        read_boardings(str(tmp_path), DAY, DAY),
        services_of(feed, DAY, "guaguas"),
        calls_of(feed, DAY, "guaguas"),
    )
    assert table.to_pyarrow().to_pylist()[0]["boardings"] == 12
