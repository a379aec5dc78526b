"""Journeys from door to door, against a search by brute force and against laws."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.access import Places
from analytics.plane import to_plane
from analytics.problems import InputError
from analytics.reach import (
    Seconds,
    TravelRules,
    reach_network,
    travel_times,
    travel_times_by_minute,
)
from analytics.streets import walk_network
from analytics.timetable import combine, read_timetable
from tests.support.timetables import Call, Run, brute_force, timetable
from tests.support.towns import EPSG, Trip, Way, every, places, write_feed, write_streets

HOUR = 3600
RULES = TravelRules((8 * HOUR, 8 * HOUR + 600), limit_seconds=2400, walk_meters=400, walk_kph=3.6)
# At 3.6 km/h a metre is a second.
FAR = places((0, 0), (10_000, 0))


def bus(*calls: tuple[int, int]) -> list[Call]:
    """A run that calls at stops at minutes after eight."""
    return [Call(stop, 8 * HOUR + 60 * minute, 8 * HOUR + 60 * minute) for stop, minute in calls]


def times(
    runs: list[Run],
    stops: Places,
    origins: Places,
    destinations: Places,
    rules: TravelRules = RULES,
    shift: int = 0,
) -> Seconds:
    """Seconds by origin, destination and departure minute."""
    made = timetable(stops, runs, shift)
    network = reach_network(made, stops, origins, destinations, None, rules)
    return np.stack([travel_times_by_minute(network, k) for k in range(len(origins))])


def test_a_journey_walks_waits_rides_and_walks() -> None:
    ends = places((-100, 0), (10_200, 0))
    (there,) = times([bus((0, 5), (1, 20))], FAR, ends, ends)[0, 1:]
    # Leaving on the hour one waits 200 s at the stop; at 8:03 there are 20 s left for 100 m.
    assert there[:4].tolist() == [1400 - 60 * minute for minute in range(4)]
    assert np.isinf(there[4:]).all()


def test_who_is_there_walks_nowhere() -> None:
    here = places((0, 0), (0, 300))
    assert times([], FAR, here, here)[:, :, 0].tolist() == [[0, 300], [300, 0]]
    assert np.isinf(times([], FAR, here, places((0, -401)))).all()


def test_a_change_takes_its_time_at_the_same_stop_too() -> None:
    stops = places((0, 0), (5000, 0), (10_000, 0))
    ends = places((0, 0)), places((10_000, 0))
    first, second = bus((0, 0), (1, 10)), bus((1, 10), (2, 20))
    assert np.isinf(times([first, second], stops, *ends)).all()
    later = bus((1, 11), (2, 21))
    assert times([first, second, later], stops, *ends)[0, 0, 0] == 21 * 60
    hasty = replace(RULES, change_seconds=0)
    assert times([first, second], stops, *ends, hasty)[0, 0, 0] == 20 * 60


def test_a_change_may_walk_to_another_stop_but_only_one() -> None:
    stops = places((0, 0), (5000, 0), (5000, 300), (5000, 600), (10_000, 0))
    ends = places((0, 0)), places((10_000, 0))
    first = bus((0, 0), (1, 10))
    assert times([first, bus((2, 16), (4, 25))], stops, *ends)[0, 0, 0] == 25 * 60
    assert np.isinf(times([first, bus((2, 15), (4, 25))], stops, *ends)).all()
    assert np.isinf(times([first, bus((3, 30), (4, 35))], stops, *ends)).all()


def test_those_who_left_too_early_hold_up_nobody() -> None:
    stops = places((0, 0), (5000, 0), (10_000, 0))
    runs = [bus((0, 12), (1, 15)), bus((1, 17), (2, 20))]
    rules = replace(RULES, window=(8 * HOUR, 8 * HOUR + 1200), limit_seconds=600)
    (there,) = times(runs, stops, places((0, 0)), places((10_000, 0)), rules)[0]
    assert np.flatnonzero(np.isfinite(there)).tolist() == [10, 11, 12]


def test_rides_are_limited() -> None:
    stops = places((0, 0), (5000, 0), (10_000, 0))
    runs = [bus((0, 0), (1, 10)), bus((1, 12), (2, 20))]
    for rides, reached in ((0, False), (1, False), (2, True)):
        rules = replace(RULES, rides=rides)
        found = times(runs, stops, places((0, 0)), places((10_000, 0)), rules)
        assert np.isfinite(found).any() == reached


def test_nobody_boards_or_leaves_where_that_is_forbidden() -> None:
    ends = places((0, 0)), places((10_000, 0))
    (on, off) = bus((0, 5), (1, 20))
    shut = Call(0, on.arrival, on.departure, boards=False)
    assert np.isinf(times([[shut, off]], FAR, *ends)).all()
    stay = Call(1, off.arrival, off.departure, alights=False)
    assert np.isinf(times([[on, stay]], FAR, *ends)).all()


def test_percentiles_are_nearest_ranks_over_the_departure_minutes() -> None:
    ends = places((0, 0)), places((10_000, 0))
    made = timetable(FAR, [bus((0, 4), (1, 20)), bus((0, 7), (1, 21))])
    network = reach_network(made, FAR, *ends, None, RULES)
    by_minute = np.sort(travel_times_by_minute(network, 0)[0])
    # Eight of ten departures arrive: 20 min, 19 ... 16, then 16, 15 and 14.
    assert (by_minute[:8] / 60).tolist() == [14, 15, 16, 16, 17, 18, 19, 20]
    found = travel_times(network, (10, 50, 80, 81))[:, 0, 0] / 60
    assert found.tolist() == [14, 17, 20, np.inf]


def test_walks_follow_the_streets(tmp_path: Path) -> None:
    corners = {"a": (-2000.0, 0.0), "b": (500.0, 0.0), "c": (4000.0, 0.0), "g": (500.0, 300.0)}
    streets = walk_network(
        write_streets(tmp_path / "x.osm", corners, [Way("abc"), Way("bg")]), None
    )
    stops = {"p": (200.0, 0.0), "s": (3000.0, 0.0)}
    feed = write_feed(tmp_path / "feed.zip", stops, every(10, "1", "ps", (8, 9)))
    made = read_timetable([feed], date(2023, 3, 1))
    at = Places(*to_plane(made.stops["lon"].to_numpy(), made.stops["lat"].to_numpy(), EPSG))
    homes, work = places((500, 280)), places((3100, 0))
    rules = TravelRules((8 * HOUR, 8 * HOUR + 600), walk_meters=700, walk_kph=3.6)
    along = travel_times_by_minute(reach_network(made, at, homes, work, streets, rules), 0)
    # 580 s to the stop, the bus of 8:10 for a minute, 100 s on foot; at 8:01 the bus is missed.
    assert along[0, :2] == pytest.approx([760, 1300], abs=2)
    straight = travel_times_by_minute(reach_network(made, at, homes, work, None, rules), 0)
    assert straight[0, :2] == pytest.approx([760, 700], abs=2)


@pytest.mark.parametrize(
    "change",
    [
        {"window": (10, 10)},
        {"window": (-60, 10)},
        {"window": (0, 90_000)},
        {"limit_seconds": 0},
        {"walk_kph": 0},
        {"walk_kph": float("nan")},
        {"walk_meters": -1},
        {"rides": -1},
        {"change_seconds": -1},
    ],
)
def test_rules_that_allow_no_journey_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(RULES, **change)  # type: ignore[arg-type]


# Small worlds, few enough for brute force: stops 400 m apart, and ends within 150 m of some.
STOP_COUNT = 6


@dataclass(frozen=True)
class World:
    stops: Places
    runs: list[Run]
    ends: Places


def world(seed: int) -> World:
    """Drawn evenly: simple worlds, which Hypothesis would rather draw, have no journeys."""
    random = np.random.default_rng(seed)
    at = 400.0 * random.permutation([(x, y) for x in range(3) for y in range(3)])[:STOP_COUNT]
    ends = random.choice(at, 3) + random.integers(-100, 101, (3, 2))
    return World(places(*at), a_few_runs(random, 14), places(*ends))


def a_few_runs(random: np.random.Generator, most: int) -> list[Run]:
    return [a_run(random) for _ in range(random.integers(1, most + 1))]


def a_run(random: np.random.Generator) -> Run:
    """Two to four calls; times may stand still, as in feeds that round them to minutes."""
    time = 8 * HOUR + 60 * int(random.integers(-2, 20))
    calls = []
    for stop in random.integers(0, STOP_COUNT, random.integers(2, 5)):
        leaving = time + int(random.choice([0, 0, 30]))
        boards, alights = random.random(2) < 0.85
        calls.append(Call(int(stop), time, leaving, bool(boards), bool(alights)))
        time = leaving + int(random.choice([0, 60, 90, 240]))
    return calls


worlds = st.integers(0, 2**32 - 1).map(world)
rules = st.builds(
    TravelRules,
    window=st.just((8 * HOUR, 8 * HOUR + 420)),
    limit_seconds=st.sampled_from([600, 900, 3000]),
    walk_meters=st.sampled_from([160.0, 420.0]),
    walk_kph=st.sampled_from([3.6, 4.8]),
    rides=st.integers(0, 4),
    change_seconds=st.sampled_from([0, 60, 90]),
)


@settings(max_examples=60, deadline=None)
@given(worlds, rules)
def test_journeys_agree_with_brute_force(drawn: World, travel: TravelRules) -> None:
    found = times(drawn.runs, drawn.stops, drawn.ends, drawn.ends, travel)
    for k in range(len(drawn.ends)):
        origin = Places(drawn.ends.x[k : k + 1], drawn.ends.y[k : k + 1])
        expected = brute_force(drawn.runs, drawn.stops, origin, drawn.ends, travel)
        np.testing.assert_array_equal(found[k], expected)


@settings(max_examples=25, deadline=None)
@given(worlds, st.integers(0, 2**32 - 1), rules)
def test_added_service_never_slows_anybody(drawn: World, seed: int, travel: TravelRules) -> None:
    added = a_few_runs(np.random.default_rng(seed), 4)
    before = times(drawn.runs, drawn.stops, drawn.ends, drawn.ends, travel)
    after = times([*added, *drawn.runs], drawn.stops, drawn.ends, drawn.ends, travel)
    assert (after <= before).all()


@settings(max_examples=25, deadline=None)
@given(worlds, rules, st.integers(-7 * HOUR, 20 * HOUR))
def test_a_doubled_timetable_and_a_shifted_day_change_nothing(
    drawn: World, travel: TravelRules, shift: int
) -> None:
    now = times(drawn.runs, drawn.stops, drawn.ends, drawn.ends, travel)
    doubled = times(drawn.runs * 2, drawn.stops, drawn.ends, drawn.ends, travel)
    np.testing.assert_array_equal(doubled, now)
    start, end = travel.window
    later = replace(travel, window=(start + shift, end + shift))
    shifted = times(drawn.runs, drawn.stops, drawn.ends, drawn.ends, later, shift)
    np.testing.assert_array_equal(shifted, now)


def test_feeds_are_joined(tmp_path: Path) -> None:
    stops = {"p": (0.0, 0.0), "q": (5000.0, 0.0)}
    there = write_feed(tmp_path / "a.zip", stops, [Trip("1", "pq", 8)])
    back = write_feed(tmp_path / "b.zip", stops, [Trip("1", "qp", 9, 1)], prefix="b")
    day = date(2023, 3, 1)
    joined = read_timetable([there, back, there], day)
    assert (len(joined.stops), joined.calls["run"].nunique()) == (4, 2)
    assert joined.calls["stop"].tolist() == [0, 1, 3, 2]
    alone = combine([read_timetable([there], day)])
    assert alone.calls["boards"].tolist() == [True, False]
