"""Times that the feed leaves blank lie between the ones it gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtfs.feed import Feed
from gtfs.timetable import interpolated_share
from gtfs.values import format_time
from tests.support.feeds import small_feed

HEADER = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled"


def feed_of(*rows: str, trips: str = "r,w,t") -> Feed:
    """A feed with these rows of stop_times.txt."""
    return small_feed(
        stop_times=" / ".join([HEADER, *rows]),
        trips=f"route_id,service_id,trip_id / {trips}",
    )


def arrivals(feed: Feed) -> list[str]:
    """The arrival of every call, as a feed writes it."""
    return [format_time(seconds) for seconds in feed.stop_times["arrival_seconds"].tolist()]


def test_blank_times_are_spread_evenly_over_the_calls() -> None:
    feed = feed_of("t,08:00:00,08:02:00,A,1,", "t,,,A,2,", "t,,,A,5,", "t,08:11:00,08:11:00,B,9,")
    assert arrivals(feed) == ["08:00:00", "08:05:00", "08:08:00", "08:11:00"]
    assert feed.stop_times["interpolated"].tolist() == [False, True, True, False]
    assert interpolated_share(feed) == 0.5


def test_blank_times_follow_the_distance_where_the_whole_trip_has_it() -> None:
    feed = feed_of("t,08:00:00,08:00:00,A,1,0", "t,,,A,2,1.5", "t,08:10:00,08:10:00,B,3,2.0")
    assert arrivals(feed) == ["08:00:00", "08:07:30", "08:10:00"]


@pytest.mark.parametrize("distances", [("0", "", "2"), ("0", "3", "2"), ("1", "1", "1")])
def test_distances_with_gaps_or_faults_do_not_count(distances: tuple[str, str, str]) -> None:
    first, between, last = distances
    feed = feed_of(
        f"t,08:00:00,08:00:00,A,1,{first}",
        f"t,,,A,2,{between}",
        f"t,08:10:00,08:10:00,B,3,{last}",
    )
    assert arrivals(feed) == ["08:00:00", "08:05:00", "08:10:00"]


def test_a_time_is_never_taken_from_another_trip() -> None:
    feed = feed_of(
        "t,08:00:00,08:00:00,A,1,",
        "t,,,B,2,",
        "u,,,A,1,",
        "u,09:00:00,09:00:00,B,2,",
        trips="r,w,t / r,w,u",
    )
    assert arrivals(feed) == ["08:00:00", "09:00:00"]
    assert feed.stop_times["is_last"].tolist() == [True, True]


def test_calls_are_put_in_order_of_their_number_not_of_their_row() -> None:
    feed = feed_of("t,08:10:00,08:10:00,B,10,", "t,08:00:00,08:00:00,A,9,")
    assert feed.stop_times["stop_id"].tolist() == ["A", "B"]
    assert feed.stop_times["is_last"].tolist() == [False, True]


def test_one_time_is_arrival_and_departure() -> None:
    feed = feed_of("t,,08:00:00,A,1,", "t,08:10:00,,B,2,")
    assert feed.stop_times["arrival_seconds"].tolist() == [28_800, 29_400]
    assert feed.stop_times["departure_seconds"].tolist() == [28_800, 29_400]


def test_times_pass_midnight() -> None:
    feed = feed_of("t,23:50:00,23:50:00,A,1,", "t,,,A,2,", "t,24:20:00,24:20:00,B,3,")
    assert arrivals(feed) == ["23:50:00", "24:05:00", "24:20:00"]


def test_rows_without_trip_stop_or_place_are_no_calls() -> None:
    feed = feed_of(
        "x,08:00:00,08:00:00,A,1,", "t,08:00:00,08:00:00,,1,", "t,08:05:00,08:05:00,A,x,"
    )
    assert feed.stop_times.empty
    assert interpolated_share(feed) == 0.0


def test_a_feed_merged_with_itself_calls_no_more_often() -> None:
    rows = ["t,08:00:00,08:00:00,A,1,", "t,08:10:00,08:10:00,B,2,", "u,09:00:00,09:00:00,A,1,"]
    once = feed_of(*rows, trips="r,w,t / r,w,u")
    twice = feed_of(*rows, *rows, trips="r,w,t / r,w,t / r,w,u / r,w,u")
    names = [twice.trips["trip_id"][trip] for trip in twice.stop_times["trip"]]
    assert names == ["t", "t", "u"]
    columns = ["stop_id", "arrival_seconds", "is_last"]
    assert twice.stop_times[columns].equals(once.stop_times[columns])


@settings(max_examples=50)
@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_filled_times_never_run_backwards(given_times: list[bool], data: st.DataObject) -> None:
    known = [True, *given_times, True]
    steps = data.draw(st.lists(st.integers(0, 600), min_size=len(known), max_size=len(known)))
    rows, seconds = [], 0
    for number, (is_known, step) in enumerate(zip(known, steps, strict=True)):
        seconds += step
        time = format_time(seconds) if is_known else ""
        rows.append(f"t,{time},{time},A,{number},")
    times = feed_of(*rows).stop_times
    assert len(times) == len(known)
    assert times["arrival_seconds"].is_monotonic_increasing
    assert times["interpolated"].tolist() == [not is_known for is_known in known]
