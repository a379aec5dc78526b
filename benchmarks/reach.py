"""How long does a door-to-door travel time matrix take, every departure minute included?

Porto Alegre, cell to cell, 13:00 to 15:00 on the day of its feeds. The baseline answers minute by
minute with a compiled connection scan (Dibbelt, Pajor, Strasser and Wagner, 2013), on every n-th
origin and scaled up to all; its answers must be the engine's own, to the second, when the engine
takes as many rides as the baseline needs. The published figure for r5r (Pereira and others,
"r5r: rapid realistic routing", Findings, 2021) on this data is under two minutes on four cores;
it is stated, not measured here. Run: python benchmarks/reach.py [--cells N] [--every N]
"""

import argparse
import json
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analytics.access import Places
from analytics.compiled import compiled
from analytics.plane import to_plane
from analytics.population import read_population
from analytics.reach import ReachNetwork, TravelRules, reach_network, travel_times
from analytics.reach import travel_times_by_minute as engine_times
from analytics.reach_scan import MINUTE, NEVER, Runs, Walk
from analytics.streets import walk_network
from analytics.timetable import read_timetable

CITY = Path(__file__).resolve().parent.parent / "api" / "demo" / "data" / "porto-alegre"
DAY = date(2019, 5, 15)
RULES = TravelRules((13 * 3600, 15 * 3600))
WITHIN_MINUTES = 45
PUBLISHED_R5R_SECONDS = 120
# More rides than any fastest journey here takes: the connection scan does not count them.
MANY_RIDES = 12
Times = npt.NDArray[np.int32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=None, help="take the first N cells only")
    parser.add_argument("--every", type=int, default=20, help="baseline on every n-th origin")
    parser.add_argument("--cache", type=Path, default=Path(".teiki/cache"))
    asked = parser.parse_args()
    stages: dict[str, float] = {}
    start = perf_counter()
    people = read_population(CITY / "population.csv").head(asked.cells)
    timetable = read_timetable(sorted((CITY / "feeds").glob("*.zip")), DAY)
    stages["feeds"] = perf_counter() - start
    streets = walk_network(CITY / "streets.osm.pbf", asked.cache)
    stages["streets"] = perf_counter() - start - stages["feeds"]
    cells, stops = (places(frame, streets.plane) for frame in (people, timetable.stops))
    few = Places(cells.x[:1], cells.y[:1])
    start = perf_counter()
    travel_times(reach_network(timetable, stops, few, few, streets, RULES))
    stages["compile"] = perf_counter() - start
    start = perf_counter()
    network = reach_network(timetable, stops, cells, cells, streets, RULES)
    stages["walks"] = perf_counter() - start
    seconds = travel_times(network)
    value = perf_counter() - start
    stages["scan"] = value - stages["walks"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    baseline = minute_by_minute(network, asked.every)
    print(json.dumps(report(value, baseline, memory, stages, seconds, people)))


def places(frame: pd.DataFrame, plane: int) -> Places:
    return Places(*to_plane(frame["lon"].to_numpy(), frame["lat"].to_numpy(), plane))


def report(
    value: float,
    baseline: float,
    memory: float,
    stages: dict[str, float],
    seconds: npt.NDArray[np.float32],
    people: pd.DataFrame,
) -> dict[str, object]:
    within = (seconds[0] <= WITHIN_MINUTES * 60).astype(float)
    weights = people["population"].to_numpy()
    return {
        "name": "reach",
        "value": round(value, 3),
        "unit": "s",
        "baselines": [
            {
                "name": "connection_scan_per_minute",
                "value": round(baseline, 3),
                "ratio": round(value / baseline, 3),
            }
        ],
        "published_r5r_seconds_below": PUBLISHED_R5R_SECONDS,
        "cells": len(people),
        "departure_minutes": RULES.minutes,
        "processors": os.cpu_count(),
        "peak_megabytes": round(memory),
        "stages": {name: round(spent, 3) for name, spent in stages.items()},
        # What an average resident reaches with the median departure.
        f"within_{WITHIN_MINUTES}_minutes": {
            name: round(float(np.average(within @ people[name].fillna(0), weights=weights)), 1)
            for name in ("jobs", "schools", "clinics")
        },
    }


def minute_by_minute(network: ReachNetwork, every: int) -> float:
    """Seconds that the baseline needs for all origins; ends the run when its answers differ."""
    origins = range(0, network.origin_count, every)
    connections = Connections(network.runs)
    connections.times(network, 0)
    start = perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda origin: connections.times(network, origin), origins))
    spent = (perf_counter() - start) * network.origin_count / len(origins)
    unlimited = replace(network, rules=replace(network.rules, rides=MANY_RIDES))
    for origin, times in zip(origins, answers, strict=True):
        if not np.array_equal(times, engine_times(unlimited, origin)):
            raise SystemExit(f"the baseline and the engine disagree from origin {origin}")
    return spent


class Connections:
    """Every ride from a call to the next of its run, by departure."""

    def __init__(self, runs: Runs) -> None:
        call = np.flatnonzero(runs.run[:-1] == runs.run[1:])
        boards = np.isin(call, runs.departures)
        order = np.lexsort((call, runs.departure[call]))
        self.call, self.boards = call[order], boards[order]
        self.runs = runs

    def times(self, network: ReachNetwork, origin: int) -> npt.NDArray[np.float32]:
        rules = network.rules
        times = np.empty((network.destination_count, rules.minutes), np.int32)
        for minute in range(rules.minutes):
            times[:, minute] = one_departure(
                minute * MINUTE,
                origin,
                network.access,
                self.runs,
                self.call,
                self.boards,
                network.changes,
                network.egress,
                network.direct,
                rules.change_seconds,
                rules.limit_seconds,
            )
        return np.where(times > rules.limit_seconds, np.inf, times).astype(np.float32)


@compiled
def one_departure(
    leaving: int,
    origin: int,
    access: Walk,
    runs: Runs,
    calls: npt.NDArray[np.int64],
    boards: npt.NDArray[np.bool_],
    changes: Walk,
    egress: Walk,
    direct: Walk,
    change_seconds: int,
    limit_seconds: int,
) -> Times:
    stops = len(runs.stop_start) - 1
    ready, ridden = np.full(stops, NEVER, np.int32), np.full(stops, NEVER, np.int32)
    on_board = np.zeros(len(runs.run_start), np.bool_)
    for k in range(access.start[origin], access.start[origin + 1]):
        ready[access.target[k]] = leaving + access.seconds[k]
    first = np.searchsorted(runs.departure[calls], leaving)
    for position in range(first, len(calls)):
        call = calls[position]
        departure, arrival = runs.departure[call], runs.arrival[call + 1]
        if departure > leaving + limit_seconds:
            break
        run, stop = runs.run[call], runs.stop[call + 1]
        if not on_board[run]:
            on_board[run] = boards[position] and ready[runs.stop[call]] <= departure
        if on_board[run] and runs.alights[call + 1] and arrival < ridden[stop]:
            ridden[stop] = arrival
            for k in range(changes.start[stop], changes.start[stop + 1]):
                there = arrival + changes.seconds[k] + change_seconds
                ready[changes.target[k]] = min(ready[changes.target[k]], there)
    times = np.full(len(egress.start) - 1, NEVER, np.int32)
    for destination in range(len(times)):
        for k in range(egress.start[destination], egress.start[destination + 1]):
            there = ridden[egress.target[k]] + egress.seconds[k] - leaving
            times[destination] = min(times[destination], there)
    for k in range(direct.start[origin], direct.start[origin + 1]):
        times[direct.target[k]] = min(times[direct.target[k]], direct.seconds[k])
    return times


if __name__ == "__main__":
    main()
