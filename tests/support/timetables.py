"""Timetables for tests without a feed around them, and journeys through them by brute force."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.access import Places, StraightWalks
from analytics.plane import FloatArray
from analytics.reach import TravelRules
from analytics.timetable import Timetable


@dataclass(frozen=True)
class Call:
    """A call of a run: the stop's position, seconds, and whether one may get on and off."""

    stop: int
    arrival: int
    departure: int
    boards: bool = True
    alights: bool = True


Run = Sequence[Call]


def timetable(stops: Places, runs: Sequence[Run], shift: int = 0) -> Timetable:
    """A timetable of bus runs, each a line of its own; the last call of a run cannot be boarded."""
    rows = [
        {
            "run": number,
            "trip_id": f"t{number}",
            "route_id": f"r{number}",
            "line": f"r{number}",
            "kind": "bus",
            "direction": 0,
            "stop": call.stop,
            "arrival": call.arrival + shift,
            "departure": call.departure + shift,
            "boards": call.boards and order + 1 < len(run),
            "alights": call.alights,
        }
        for number, run in enumerate(runs)
        for order, call in enumerate(run)
    ]
    columns = ["run", "trip_id", "route_id", "line", "kind", "direction", "stop"]
    columns += ["arrival", "departure", "boards", "alights"]
    calls = pd.DataFrame(rows, columns=columns).astype(
        dict.fromkeys(("run", "direction", "stop", "arrival", "departure"), np.int64)
        | {"boards": bool, "alights": bool}
    )
    names = [f"s{k}" for k in range(len(stops))]
    frame = pd.DataFrame({"stop_id": names, "name": names, "lon": stops.x, "lat": stops.y})
    served = calls[["stop", "route_id", "kind"]].drop_duplicates(ignore_index=True)
    return Timetable(frame, calls, served)


def brute_force(
    runs: Sequence[Run], stops: Places, origin: Places, destinations: Places, rules: TravelRules
) -> FloatArray:
    """Seconds to every destination for every departure minute, by Dijkstra's search over moments
    (time, stop, rides so far, whether the stop was ridden to)."""
    start, end = rules.window
    walks = _Walks(
        _walks(origin, stops, rules),
        _walks(stops, stops, rules) | {(stop, stop): 0 for stop in range(len(stops))},
        _walks(stops, destinations, rules),
        _walks(origin, destinations, rules),
    )
    columns = [
        _search(minute, runs, walks, len(destinations), rules) for minute in range(start, end, 60)
    ]
    return np.column_stack(columns)


Pairs = dict[tuple[int, int], int]


@dataclass(frozen=True)
class _Walks:
    """Seconds by from and to."""

    access: Pairs
    changes: Pairs
    egress: Pairs
    direct: Pairs


def _walks(start: Places, end: Places, rules: TravelRules) -> Pairs:
    pairs = StraightWalks(start, end).within(rules.walk_meters)
    return {
        (row.point, row.stop): int(rules.walk_seconds(np.array([row.meters]))[0])
        for row in pairs.itertuples()
    }


def _search(
    leaving: int, runs: Sequence[Run], walks: _Walks, destinations: int, rules: TravelRules
) -> FloatArray:
    best = np.full(destinations, np.inf)
    for (_, destination), walk in walks.direct.items():
        best[destination] = walk
    queue = [(leaving + walk, stop, 0, False) for (_, stop), walk in walks.access.items()]
    heapq.heapify(queue)
    seen = set()
    while queue:
        moment = heapq.heappop(queue)
        if moment in seen:
            continue
        seen.add(moment)
        time, stop, rides, ridden = moment
        if ridden:
            for (place, destination), walk in walks.egress.items():
                if place == stop:
                    best[destination] = min(best[destination], time + walk - leaving)
            for (place, target), walk in walks.changes.items():
                if place == stop:
                    heapq.heappush(
                        queue, (time + walk + rules.change_seconds, target, rides, False)
                    )
        elif rides < rules.rides:
            for run in runs:
                for order, call in enumerate(run[:-1]):
                    if call.stop == stop and call.boards and call.departure >= time:
                        for later in run[order + 1 :]:
                            if later.alights:
                                heapq.heappush(queue, (later.arrival, later.stop, rides + 1, True))
    return np.where(best <= rules.limit_seconds, best, np.inf)
