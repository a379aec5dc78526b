"""What service is there around every cell, whatever a standard makes of it?"""

import numpy as np

from analytics.access import Walks
from analytics.frequency import (
    HOUR,
    Window,
    departures_around_points,
    departures_at_stops,
    in_window,
    window_hours,
)
from analytics.grading import best_in_reach, stops_of
from analytics.kinds import BUS, FERRY, KINDS, RAIL, TRAM
from analytics.town import Town

# Departures around a cell are read where SDG 11.2.1 lets people walk to.
REACH_METERS = {BUS: 500, TRAM: 500, RAIL: 1000, FERRY: 1000}
# When no window is asked for, they are read over the daytime of DG REGIO.
DEFAULT_WINDOW = (6 * HOUR, 20 * HOUR)
NEAREST_STOPS = 3
NEAREST_STOPS_METERS = 1000


def supply_columns(
    town: Town, walks: Walks, asked: Window | None, silent: bool
) -> dict[str, object]:
    """Return by column name: walk_meters_<kind> to the nearest stop of a kind, whenever it is
    served; departures_per_hour around the cell (S2) and best_stop_departures_per_hour in the
    window, NaN when the feeds are `silent` about it; nearest_stops."""
    columns: dict[str, object] = {}
    for kind in KINDS:
        stops = stops_of(town.supply, frozenset({kind}))
        if stops.any():
            columns[f"walk_meters_{kind}"] = np.round(walks.nearest(stops)[0], 1)
    columns["nearest_stops"] = nearest_stops(town, walks)
    window = asked or DEFAULT_WINDOW
    departures = in_window(town.supply.departures, window)
    around, best = np.zeros(len(town.points)), np.zeros(len(town.points))
    for kind, meters in REACH_METERS.items():
        of_kind, near = departures[departures["kind"] == kind], walks.within(meters)
        around += departures_around_points(near, of_kind, len(town.points))
        at_stops = departures_at_stops(of_kind, len(town.stops))
        np.maximum(best, best_in_reach(near, at_stops, len(town.points)), out=best)
    if silent:
        around[:], best[:] = np.nan, np.nan
    columns["departures_per_hour"] = np.round(around / window_hours(window), 3)
    columns["best_stop_departures_per_hour"] = np.round(best / window_hours(window), 3)
    return columns


def nearest_stops(town: Town, walks: Walks) -> list[list[dict[str, object]]]:
    """Return for every point the few nearest stops (stop_id, name, walk_meters), nearest first;
    where none is within a kilometre the nearest one, however far."""
    ever = stops_of(town.supply, frozenset(KINDS))
    near = walks.within(NEAREST_STOPS_METERS)
    near = near[ever[near["stop"].to_numpy()]].groupby("point").head(NEAREST_STOPS)
    found: list[list[tuple[int, float]]] = [[] for _ in range(len(town.points))]
    for point, stop, meters in near.itertuples(index=False):
        found[point].append((stop, meters))
    far_meters, far_stop = walks.nearest(ever)
    for point, stop in enumerate(far_stop.tolist()):
        if not found[point] and stop >= 0:
            found[point].append((stop, float(far_meters[point])))
    ids, names = town.supply.stops["stop_id"].tolist(), town.supply.stops["name"].tolist()
    return [
        [
            {"stop_id": ids[stop], "name": names[stop], "walk_meters": round(meters, 1)}
            for stop, meters in stops
        ]
        for stops in found
    ]
