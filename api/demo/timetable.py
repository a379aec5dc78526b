"""What runs on the day, as riders meet it: runs of vehicles by line and direction."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any

from fares.modes import Mode

if TYPE_CHECKING:
    import pandas as pd

NOT_AVAILABLE = 1  # pickup_type and drop_off_type of GTFS
# Riders of the line of a rank go down with this power of it (Zipf's law, made a little steeper).
STEEPNESS = 1.4

Row = tuple[Any, ...]
COLUMNS = (
    *("trip_id", "start_seconds", "route_id", "direction_id", "mode"),
    *("stop_id", "departure_seconds", "pickup_type", "drop_off_type", "is_last"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """A vehicle at a stop, in seconds of the service day."""

    stop_id: str
    seconds: int
    boards: bool
    alights: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One vehicle's way along its stops."""

    trip_id: str
    route_id: str
    direction_id: int
    mode: Mode
    calls: tuple[Call, ...]

    @property
    def starts(self) -> int:
        """When it leaves its first stop."""
        return self.calls[0].seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A route's runs by direction, each in order of time."""

    route_id: str
    runs: Mapping[int, Sequence[Run]]

    @property
    def run_count(self) -> int:
        """How much of it there is in a day."""
        return sum(map(len, self.runs.values()))

    def nearest_run(self, direction_id: int, at: int, after: int) -> Run | None:
        """The run that starts nearest to `at` and not before `after`."""
        runs = self.runs.get(direction_id, ())
        place = bisect_left(runs, at, key=attrgetter("starts"))
        near = [run for run in runs[max(0, place - 1) : place + 1] if run.starts >= after]
        if not near:
            near = list(runs[bisect_left(runs, after, key=attrgetter("starts")) :][:1])
        return min(near, key=lambda run: abs(run.starts - at), default=None)


@dataclass(frozen=True, slots=True)
class Timetable:
    """An operator's day: its lines, busiest first, and the areas of its stops."""

    operator_id: str
    lines: tuple[Line, ...]
    areas: Mapping[str, frozenset[int]]
    popularity: tuple[float, ...] = field(init=False, compare=False, repr=False)
    span: tuple[int, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        starts = [r.starts for line in self.lines for runs in line.runs.values() for r in runs]
        ranks = range(1, len(self.lines) + 1)
        object.__setattr__(self, "popularity", tuple(rank**-STEEPNESS for rank in ranks))
        # When the first and the last run of the day start; empty on a day without service.
        object.__setattr__(self, "span", (min(starts, default=0), max(starts, default=-1)))

    def usual_line(self, throw: Random) -> Line:
        """A line by its rank: the busiest carry most, as in any town."""
        return throw.choices(self.lines, weights=self.popularity)[0]


def build_timetable(
    operator_id: str, events: pd.DataFrame, areas: Mapping[str, frozenset[int]]
) -> Timetable:
    """The runs in a day's stop events (`gtfs.timetable.stop_events`) with two stops or more.

    `areas` are those of each stop; a stop that is in none is missing or has an empty set.
    """
    runs = [run for run in _runs(events) if len(run.calls) > 1]
    runs.sort(key=lambda run: (run.route_id, run.direction_id, run.starts, run.trip_id))
    lines = [
        Line(
            route_id,
            {key: tuple(found) for key, found in groupby(of, key=attrgetter("direction_id"))},
        )
        for route_id, of in groupby(runs, key=attrgetter("route_id"))
    ]
    lines.sort(key=lambda line: (-line.run_count, line.route_id))
    return Timetable(operator_id, tuple(lines), areas)


def _runs(events: pd.DataFrame) -> list[Run]:
    rows = events[events["mode"].notna()]
    columns = [rows[name].tolist() for name in COLUMNS]
    return [_run(list(calls)) for _, calls in groupby(zip(*columns, strict=True), _run_key)]


def _run_key(row: Row) -> tuple[str, int]:
    return row[0], row[1]


def _run(rows: list[Row]) -> Run:
    trip_id, _, route_id, direction_id, mode, *_ = rows[0]
    return Run(trip_id, route_id, direction_id, Mode(mode), tuple(_call(*row[5:]) for row in rows))


def _call(stop_id: str, seconds: int, pickup_type: int, drop_off_type: int, is_last: bool) -> Call:
    return Call(
        stop_id=stop_id,
        seconds=seconds,
        boards=pickup_type != NOT_AVAILABLE and not is_last,
        alights=drop_off_type != NOT_AVAILABLE,
    )
