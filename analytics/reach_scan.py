"""When does one arrive, for every departure minute of a window at once? The loops of the engine.

Round k finds what is reached with at most k rides, as RAPTOR does (Delling, Pajor and Werneck,
"Round-based public transit routing", Transportation Science 49, 2015). A round does not ask for
one departure but carries, for every run, the latest minute from which it can be boarded: whoever
leaves earlier can board it too, so one pass over the runs answers for all minutes of the window.

Times are seconds after the first departure. A table of times has a row for a place and a column
for a departure minute; along a row times never fall. NEVER stands for "not within the horizon".
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.compiled import compiled

Times = npt.NDArray[np.int32]
Positions = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
# Far from what overflows when a walk is added.
NEVER = np.int32(1 << 29)
MINUTE = 60


class Runs(NamedTuple):
    """The calls of all runs, run after run: those of run r are `run_start[r]:run_start[r + 1]`.

    `departures[stop_start[s]:stop_start[s + 1]]` are the calls that can be boarded at stop s,
    first departure first.
    """

    run_start: Positions
    run: Positions
    stop: Positions
    arrival: Times
    departure: Times
    alights: Flags
    departures: Positions
    stop_start: Positions


class Walk(NamedTuple):
    """Walks from many places: those of place p lead to `target[start[p]:start[p + 1]]`."""

    start: Positions
    target: Positions
    seconds: Times


class Limits(NamedTuple):
    """Departure minutes, rides and seconds that a journey may take, and the least between rides."""

    minutes: int
    rides: int
    seconds: int
    change_seconds: int


@compiled
def arrivals(
    origin: int, access: Walk, runs: Runs, changes: Walk, egress: Walk, direct: Walk, limits: Limits
) -> Times:
    """Return the seconds at which every destination is reached from one origin, shape
    (destinations, minutes), NEVER where it takes longer than the limit."""
    stops, minutes = len(runs.stop_start) - 1, limits.minutes
    by_ride = np.full((stops, minutes), NEVER, np.int32)
    by_walk = np.full((stops, minutes), NEVER, np.int32)
    found, fresh = np.full(len(runs.stop), -1, np.int32), np.full(len(runs.stop), -1, np.int32)
    walked, ridden = np.zeros(stops, np.bool_), np.zeros(stops, np.bool_)
    _leave(origin, access, by_walk, walked)
    for ride in range(limits.rides):
        boarded = _board(runs, by_walk, walked, found, fresh)
        _ride(runs, boarded, found, fresh, by_ride, ridden, limits)
        if ride + 1 < limits.rides:
            _change(changes, by_ride, ridden, by_walk, walked, limits)
    return _finish(origin, egress, direct, by_ride, limits)


@compiled
def _leave(origin: int, access: Walk, by_walk: Times, walked: Flags) -> None:
    """Walk from the origin to the stops around it."""
    for k in range(access.start[origin], access.start[origin + 1]):
        stop = access.target[k]
        walked[stop] = True
        for minute in range(by_walk.shape[1]):
            by_walk[stop, minute] = minute * MINUTE + access.seconds[k]


@compiled
def _board(runs: Runs, by_walk: Times, walked: Flags, found: Positions, fresh: Positions) -> Flags:
    """Set `fresh` to the latest minute from which a call can be boarded, where that is later than
    the one `found` in earlier rounds; return which runs have such a call."""
    boarded = np.zeros(len(runs.run_start) - 1, np.bool_)
    minutes = by_walk.shape[1]
    for stop in range(len(walked)):
        if not walked[stop]:
            continue
        walked[stop] = False
        latest, minute = -1, 0
        for call in runs.departures[runs.stop_start[stop] : runs.stop_start[stop + 1]]:
            departure = runs.departure[call]
            # A minute from which the journey hither takes too long holds up none after it.
            while minute < minutes and not departure < by_walk[stop, minute] < NEVER:
                if by_walk[stop, minute] <= departure:
                    latest = minute
                minute += 1
            if latest > found[call]:
                fresh[call] = latest
                boarded[runs.run[call]] = True
    return boarded


@compiled
def _ride(
    runs: Runs,
    boarded: Flags,
    found: Positions,
    fresh: Positions,
    by_ride: Times,
    ridden: Flags,
    limits: Limits,
) -> None:
    """Ride every boarded run to its end, leaving it wherever that is allowed."""
    for run in range(len(boarded)):
        if not boarded[run]:
            continue
        # On board by minutes of this round, and by those of earlier rounds, who have been there.
        latest, earlier = -1, -1
        for call in range(runs.run_start[run], runs.run_start[run + 1]):
            if latest > earlier and runs.alights[call]:
                _alight(runs, call, latest, earlier, by_ride, ridden, limits)
            earlier = max(earlier, found[call])
            if fresh[call] >= 0:
                latest = max(latest, fresh[call])
                found[call], fresh[call] = fresh[call], -1


@compiled
def _alight(
    runs: Runs,
    call: int,
    latest: int,
    earlier: int,
    by_ride: Times,
    ridden: Flags,
    limits: Limits,
) -> None:
    """Note the arrival for the minutes up to `latest` that were not on board earlier, back to
    the first that arrives as soon by other runs, or for which the journey is too long."""
    stop, arrival = runs.stop[call], runs.arrival[call]
    for minute in range(latest, earlier, -1):
        if by_ride[stop, minute] <= arrival or arrival - minute * MINUTE > limits.seconds:
            break
        by_ride[stop, minute] = arrival
        ridden[stop] = True


@compiled
def _change(
    changes: Walk, by_ride: Times, ridden: Flags, by_walk: Times, walked: Flags, limits: Limits
) -> None:
    """Walk from the stops that were reached better in this round to those around them."""
    for stop in range(len(ridden)):
        if not ridden[stop]:
            continue
        ridden[stop] = False
        for k in range(changes.start[stop], changes.start[stop + 1]):
            target = changes.target[k]
            walked[target] = True
            _improve(by_walk[target], by_ride[stop], changes.seconds[k] + limits.change_seconds)


@compiled
def _improve(times: Times, others: Times, seconds: np.int32) -> None:
    """Lower times to others plus some seconds, minute by minute."""
    for minute in range(len(times)):
        other = np.int32(others[minute] + seconds)
        times[minute] = other if other < times[minute] else times[minute]


@compiled
def _finish(origin: int, egress: Walk, direct: Walk, by_ride: Times, limits: Limits) -> Times:
    """Walk from the stops to the destinations, or all the way."""
    destinations = len(egress.start) - 1
    times = np.full((destinations, limits.minutes), NEVER, np.int32)
    for destination in range(destinations):
        for k in range(egress.start[destination], egress.start[destination + 1]):
            _improve(times[destination], by_ride[egress.target[k]], egress.seconds[k])
    for k in range(direct.start[origin], direct.start[origin + 1]):
        for minute in range(limits.minutes):
            walk = minute * MINUTE + direct.seconds[k]
            times[direct.target[k], minute] = min(times[direct.target[k], minute], walk)
    for destination in range(destinations):
        for minute in range(limits.minutes):
            if times[destination, minute] - minute * MINUTE > limits.seconds:
                times[destination, minute] = NEVER
    return times


@compiled
def percentile_seconds(times: Times, ranks: Positions) -> Times:
    """Return the travel times of every destination at some ranks over the departure minutes
    (0 the shortest), shape (ranks, destinations), NEVER where there is none."""
    destinations, minutes = times.shape
    result = np.empty((len(ranks), destinations), np.int32)
    for destination in range(destinations):
        row = times[destination].copy()
        for minute in range(minutes):
            if row[minute] < NEVER:
                row[minute] -= minute * MINUTE
        row.sort()
        for place in range(len(ranks)):
            result[place, destination] = row[ranks[place]]
    return result
