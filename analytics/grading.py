"""How well is every point served under a standard? The best single stop in reach, graded."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.access import Walks
from analytics.frequency import (
    Window,
    departures_at_stops,
    in_window,
    one_way_departures_at_stops,
    served_hours_at_stops,
    window_hours,
)
from analytics.plane import BoolArray, FloatArray
from analytics.standards import Grade, Measure, Standard
from analytics.supply import Supply

TextArray = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Reachable:
    """The stops of some kinds within `meters` of each point, and what leaves there in the window.

    `walks`: point, stop, meters; `departures`: those of the kinds inside the window.
    """

    meters: int
    kinds: frozenset[str]
    walks: pd.DataFrame
    departures: pd.DataFrame


def reachable(
    standard: Standard, supply: Supply, walks: Walks, window: Window | None
) -> list[Reachable]:
    """Return what is in reach under a standard, one entry for each walking distance it names."""
    found = []
    for meters in sorted(set(standard.reach_meters.values())):
        kinds = frozenset(k for k, reach in standard.reach_meters.items() if reach == meters)
        of_kinds = supply.departures[supply.departures["kind"].isin(kinds)]
        stops = np.flatnonzero(stops_of(supply, kinds))
        pairs = walks.within(meters)
        found.append(
            Reachable(meters, kinds, pairs[pairs["stop"].isin(stops)], in_window(of_kinds, window))
        )
    return found


def stops_of(supply: Supply, kinds: frozenset[str]) -> BoolArray:
    """Tell for every stop whether any of the kinds ever calls there."""
    return np.array([not kinds.isdisjoint(text.split()) for text in supply.stops["kinds"]], bool)


def best_service(
    standard: Standard,
    supply: Supply,
    reach: list[Reachable],
    window: Window | None,
    point_count: int,
) -> FloatArray:
    """Return for every point the standard's measure at the best single stop in reach, 0 for none.

    Stops are never added up: at a pair of stops, or where walks to two stops overlap, the larger
    figure stands (DG REGIO: in overlapping service areas the maximum).
    """
    best = np.zeros(point_count)
    for group in reach:
        service = service_at_stops(standard.measure, group.departures, len(supply.stops), window)
        np.maximum(best, best_in_reach(group.walks, service, point_count), out=best)
    return best


def best_in_reach(walks: pd.DataFrame, stop_values: FloatArray, point_count: int) -> FloatArray:
    """Return for every point the largest value at a stop it walks to, 0 where there is none."""
    best = np.zeros(point_count)
    np.maximum.at(best, walks["point"].to_numpy(), stop_values[walks["stop"].to_numpy()])
    return best


def service_at_stops(
    measure: Measure, departures: pd.DataFrame, stop_count: int, window: Window | None
) -> FloatArray:
    """Return a measure at every stop."""
    if measure is Measure.ONE_WAY_DEPARTURES_PER_DAY:
        return one_way_departures_at_stops(departures, stop_count)
    counts = departures_at_stops(departures, stop_count)
    if measure is Measure.DEPARTURES_PER_HOUR:
        return counts / window_hours(window)
    return counts


def running_rate_at_stops(
    departures: pd.DataFrame, stop_count: int
) -> tuple[FloatArray, FloatArray]:
    """Return departures per hour over the clock hours in which something leaves, and how many
    such hours there are, at every stop."""
    hours = served_hours_at_stops(departures, stop_count)
    return departures_at_stops(departures, stop_count) / np.maximum(hours, 1), hours


def meets(grade: Grade, values: FloatArray) -> BoolArray:
    """Tell which values reach a grade."""
    return values > grade.least if grade.above else values >= grade.least


def classify(standard: Standard, values: FloatArray) -> TextArray:
    """Return the class of every value."""
    classes = np.full(len(values), standard.lowest, dtype=object)
    for grade in reversed(standard.grades):
        classes[meets(grade, values)] = grade.name
    return classes
