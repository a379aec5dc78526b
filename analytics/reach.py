"""How long does it take from door to door by timetable, for every departure minute of a window?

A journey walks to a stop, rides, perhaps walks to another stop and rides again, and walks to its
destination, or walks all the way. Walks go along the streets of analytics.streets.
"""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.access import NetworkWalks, Places, StraightWalks, Walks
from analytics.frequency import HOUR, Window
from analytics.plane import FloatArray, IntArray
from analytics.problems import InputError
from analytics.reach_scan import (
    MINUTE,
    NEVER,
    Limits,
    Runs,
    Walk,
    arrivals,
    percentile_seconds,
)
from analytics.streets import WalkNetwork
from analytics.timetable import Timetable

Seconds = npt.NDArray[np.float32]
# The median departure, and one that four of five travellers do not exceed.
PERCENTILES = (50, 80)
LONGEST_WINDOW = 24 * HOUR


@dataclass(frozen=True, slots=True)
class TravelRules:
    """What a journey may be.

    It departs at every minute of `window` (seconds of the service day, [start, end)) and takes at
    most `limit_seconds`; no walk in it is longer than `walk_meters` (at `walk_kph`; 4.8 km/h are
    the 80 m/min of PTAL); it takes at most `rides` vehicles, with `change_seconds` or more
    between leaving one and the next, walks not counted. Raise InputError for rules that allow no
    journey.
    """

    window: Window
    limit_seconds: int = 2 * HOUR
    walk_meters: float = 1000.0
    walk_kph: float = 4.8
    rides: int = 4
    change_seconds: int = 60

    def __post_init__(self) -> None:
        start, end = self.window
        if not 0 <= start < end <= start + LONGEST_WINDOW:
            raise InputError("bad_window", "The window must end after it starts, within a day.")
        if not (0 < self.limit_seconds <= LONGEST_WINDOW and 0 < self.walk_kph < math.inf):
            message = (
                "A journey needs a longest time of at most a day, and a walking speed above 0."
            )
            raise InputError("bad_travel_rules", message)
        if not 0 <= self.walk_meters < math.inf or self.rides < 0 or self.change_seconds < 0:
            message = "Walks, rides and the time for a change cannot be negative."
            raise InputError("bad_travel_rules", message)

    @property
    def minutes(self) -> int:
        """How many departure minutes the window has."""
        return -(-(self.window[1] - self.window[0]) // MINUTE)

    def walk_seconds(self, meters: FloatArray) -> npt.NDArray[np.int32]:
        """Return how long walks take, in whole seconds, rounded up."""
        # Less a microsecond, so that 300 m at 1 m/s are no 301 s.
        return np.ceil(meters / self.walk_kph * 3.6 - 1e-6).astype(np.int32)


@dataclass(frozen=True, slots=True)
class ReachNetwork:
    """Origins, runs and destinations, joined by walks: what the engine scans."""

    rules: TravelRules
    access: Walk
    runs: Runs
    changes: Walk
    egress: Walk
    direct: Walk

    @property
    def origin_count(self) -> int:
        """How many origins there are."""
        return len(self.access.start) - 1

    @property
    def destination_count(self) -> int:
        """How many destinations there are."""
        return len(self.egress.start) - 1


def reach_network(
    timetable: Timetable,
    stops: Places,
    origins: Places,
    destinations: Places,
    streets: WalkNetwork | None,
    rules: TravelRules,
) -> ReachNetwork:
    """Join the timetable to origins and destinations, all in the plane of the streets; `stops`
    are the places of the timetable's stops. Without streets, walks go as the crow flies."""
    calls = _calls_within(timetable.calls, rules)
    used, position = np.unique(calls["stop"], return_inverse=True)
    places = Places(stops.x[used], stops.y[used])

    def walks(start: Places, end: Places) -> pd.DataFrame:
        between: Walks = StraightWalks(start, end)
        if streets is not None and len(start) and len(end):
            between = NetworkWalks(streets, start, end)
        return between.within(rules.walk_meters)

    return ReachNetwork(
        rules,
        access=_walk(walks(origins, places), len(origins), rules),
        runs=_runs(calls, position, len(used), rules),
        changes=_walk(_with_same_stop(walks(places, places), len(places)), len(places), rules),
        egress=_walk(walks(destinations, places), len(destinations), rules),
        direct=_walk(
            _stay_where_they_are(walks(origins, destinations), origins, destinations),
            len(origins),
            rules,
        ),
    )


def _calls_within(calls: pd.DataFrame, rules: TravelRules) -> pd.DataFrame:
    """Return the calls of fixed services that a journey in the window can meet."""
    start, end = rules.window
    met = calls["departure"].ge(start) & calls["arrival"].lt(end + rules.limit_seconds)
    return calls[met & calls["kind"].notna()]


def _runs(calls: pd.DataFrame, stop: IntArray, stops: int, rules: TravelRules) -> Runs:
    run = pd.factorize(calls["run"])[0].astype(np.int32)
    departure = (calls["departure"] - rules.window[0]).to_numpy(np.int32)
    boards = np.flatnonzero(calls["boards"])
    boards = boards[np.lexsort((departure[boards], stop[boards]))]
    return Runs(
        run_start=_starts(run, int(run.max(initial=-1)) + 1),
        run=run,
        stop=stop.astype(np.int32),
        arrival=(calls["arrival"] - rules.window[0]).to_numpy(np.int32),
        departure=departure,
        alights=calls["alights"].to_numpy(np.bool_),
        departures=boards.astype(np.int32),
        stop_start=_starts(stop[boards], stops),
    )


def _walk(walks: pd.DataFrame, places: int, rules: TravelRules) -> Walk:
    return Walk(
        start=_starts(walks["point"].to_numpy(), places),
        target=walks["stop"].to_numpy(np.int32),
        seconds=rules.walk_seconds(walks["meters"].to_numpy()),
    )


def _starts(owners: npt.NDArray[np.integer], count: int) -> npt.NDArray[np.int32]:
    """Return where each owner's entries start among sorted `owners`, and where the last ends."""
    return np.searchsorted(owners, np.arange(count + 1)).astype(np.int32)


def _with_same_stop(walks: pd.DataFrame, count: int) -> pd.DataFrame:
    """Change at the same stop without a walk to the street and back."""
    others = walks[walks["point"] != walks["stop"]]
    same = pd.DataFrame({"point": np.arange(count), "stop": np.arange(count), "meters": 0.0})
    return pd.concat([same, others], ignore_index=True).sort_values("point", kind="stable")


def _stay_where_they_are(
    walks: pd.DataFrame, origins: Places, destinations: Places
) -> pd.DataFrame:
    """Whoever is at the destination walks nowhere, not to the street and back."""
    origin, destination = walks["point"].to_numpy(), walks["stop"].to_numpy()
    there = (origins.x[origin] == destinations.x[destination]) & (
        origins.y[origin] == destinations.y[destination]
    )
    return walks.assign(meters=np.where(there, 0.0, walks["meters"]))


def each_origin(
    network: ReachNetwork, percentiles: Sequence[int] = PERCENTILES
) -> Iterator[Seconds]:
    """Yield for every origin in turn the percentiles over the departure minutes of the seconds to
    every destination, shape (percentiles, destinations); inf where it takes longer than the limit.

    A percentile is the nearest rank: the p-th is the shortest time that p % of the departures do
    not exceed. As many origins are worked on at once as there are processors.
    """
    minutes = network.rules.minutes
    ranks = np.array([max(0, math.ceil(p / 100 * minutes) - 1) for p in percentiles], np.int32)

    def from_origin(origin: int) -> Seconds:
        seconds = percentile_seconds(_arrivals(network, origin), ranks)
        return np.where(seconds >= NEVER, np.inf, seconds).astype(np.float32)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(from_origin, range(network.origin_count))


def travel_times(network: ReachNetwork, percentiles: Sequence[int] = PERCENTILES) -> Seconds:
    """Return what `each_origin` yields, shape (percentiles, origins, destinations)."""
    shape = (len(percentiles), network.origin_count, network.destination_count)
    result = np.empty(shape, np.float32)
    for origin, seconds in enumerate(each_origin(network, percentiles)):
        result[:, origin] = seconds
    return result


def travel_times_by_minute(network: ReachNetwork, origin: int) -> Seconds:
    """Return the seconds from one origin to every destination for every departure minute, shape
    (destinations, minutes); inf where it takes longer than the limit."""
    times = _arrivals(network, origin)
    travel = times - MINUTE * np.arange(times.shape[1])
    return np.where(times >= NEVER, np.inf, travel).astype(np.float32)


def _arrivals(network: ReachNetwork, origin: int) -> npt.NDArray[np.int32]:
    rules = network.rules
    limits = Limits(rules.minutes, rules.rides, rules.limit_seconds, rules.change_seconds)
    return arrivals(
        origin,
        network.access,
        network.runs,
        network.changes,
        network.egress,
        network.direct,
        limits,
    )
