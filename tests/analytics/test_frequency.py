"""Departures at stops, and around people."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.frequency import (
    departures_around_points,
    departures_at_stops,
    in_window,
    one_way_departures_at_stops,
    served_hours_at_stops,
    window_hours,
)

Departure = tuple[int, str, int, int]
HOUR = 3600


def frame(*rows: Departure) -> pd.DataFrame:
    """stop, line, direction and hour."""
    table = pd.DataFrame(list(rows), columns=["stop", "line", "direction", "seconds"])
    return table.assign(seconds=table["seconds"] * HOUR).astype({"stop": int, "seconds": int})


def walks(*pairs: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=["point", "stop"])


def test_a_window_holds_its_start_and_not_its_end() -> None:
    departures = frame((0, "1", 0, 6), (0, "1", 0, 7), (0, "1", 0, 8), (0, "1", 0, 25))
    assert len(in_window(departures, (6 * HOUR, 8 * HOUR))) == 2
    assert len(in_window(departures, None)) == 4
    assert window_hours((6 * HOUR, 20 * HOUR)) == 14
    assert window_hours(None) == 24


def test_departures_of_a_stop_are_those_of_all_its_lines() -> None:
    departures = frame((0, "1", 0, 6), (0, "2", 0, 6), (2, "1", 0, 7))
    assert departures_at_stops(departures, 3).tolist() == [2, 0, 1]


def test_a_terminus_is_read_one_way() -> None:
    departures = frame((0, "1", 0, 6), (0, "1", 0, 7), (0, "2", 1, 6), (1, "1", 1, 6))
    assert one_way_departures_at_stops(departures, 3).tolist() == [2, 1, 0]


def test_an_hour_with_any_departure_is_served() -> None:
    departures = frame((0, "1", 0, 6), (0, "2", 1, 6), (0, "1", 0, 9))
    assert served_hours_at_stops(departures, 2).tolist() == [2, 0]


def test_the_two_stops_of_a_pair_count_once() -> None:
    departures = frame(*((stop, "1", stop, hour) for stop in (0, 1) for hour in (6, 7, 8)))
    assert departures_around_points(walks((0, 0), (0, 1)), departures, 1).tolist() == [3]


def test_a_line_counts_in_its_stronger_direction() -> None:
    departures = frame((0, "1", 0, 6), (0, "1", 1, 6), (0, "1", 1, 7))
    assert departures_around_points(walks((0, 0)), departures, 1).tolist() == [2]


def test_different_lines_add_up() -> None:
    departures = frame((0, "1", 0, 6), (1, "2", 0, 6), (1, "1", 0, 6))
    around = departures_around_points(walks((0, 0), (0, 1), (1, 1)), departures, 3)
    assert around.tolist() == [2, 2, 0]


departure = st.tuples(
    st.integers(0, 2), st.sampled_from(["1", "2"]), st.integers(0, 1), st.integers(5, 23)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(departure), st.lists(departure))
def test_adding_trips_never_lowers_what_is_around_people(
    now: list[Departure], added: list[Departure]
) -> None:
    reach = walks((0, 0), (0, 1), (1, 1), (1, 2))
    before = departures_around_points(reach, frame(*now), 2)
    after = departures_around_points(reach, frame(*now, *added), 2)
    assert (after >= before).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(departure), st.integers(1, 4))
def test_shifting_service_and_window_together_changes_nothing(
    rows: list[Departure], hours: int
) -> None:
    later = [(stop, line, direction, hour + hours) for stop, line, direction, hour in rows]
    now = in_window(frame(*rows), (7 * HOUR, 19 * HOUR))
    then = in_window(frame(*later), ((7 + hours) * HOUR, (19 + hours) * HOUR))
    np.testing.assert_array_equal(departures_at_stops(now, 3), departures_at_stops(then, 3))
    np.testing.assert_array_equal(served_hours_at_stops(now, 3), served_hours_at_stops(then, 3))


def test_nothing_in_reach_is_no_service() -> None:
    assert departures_around_points(walks(), frame((0, "1", 0, 6)), 2).tolist() == [0, 0]
    assert departures_at_stops(frame(), 2) == pytest.approx([0, 0])
