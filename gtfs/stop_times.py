"""When does each trip call at each stop? Parsed, in order, blank times interpolated.

Leaves out rows that call at no stop (on-demand zones) and rows whose time cannot be known.
"""

import numpy as np
import pandas as pd

from gtfs.reading import Table
from gtfs.values import BoolArray, FloatArray, integers, numbers, parse_decimal, parse_time


def timed_stop_times(stop_times: Table, trip_ids: pd.Series) -> pd.DataFrame:
    """Return the calls of all trips by trip and stop_sequence.

    Columns: trip (position of the trip in `trip_ids`), stop_id, stop_sequence, arrival_seconds,
    departure_seconds, pickup_type, drop_off_type, interpolated, is_last (the trip's last call).
    """
    frame = pd.DataFrame(
        {
            "trip": pd.Index(trip_ids).get_indexer(stop_times.text("trip_id")).astype(np.int32),
            "stop_id": stop_times.text("stop_id").to_numpy(),
            "stop_sequence": integers(stop_times.text("stop_sequence"), blank=-1).astype(np.int32),
            "arrival": numbers(stop_times.text("arrival_time"), parse_time),
            "departure": numbers(stop_times.text("departure_time"), parse_time),
            "pickup_type": integers(stop_times.text("pickup_type"), blank=0).astype(np.int8),
            "drop_off_type": integers(stop_times.text("drop_off_type"), blank=0).astype(np.int8),
            "distance": stop_times.text("shape_dist_traveled").to_numpy(),
        }
    )
    usable = (frame["trip"] >= 0) & (frame["stop_sequence"] >= 0) & (frame["stop_id"] != "")
    frame = frame[usable].sort_values(["trip", "stop_sequence"], kind="stable", ignore_index=True)
    return _fill_times(frame)


def _fill_times(frame: pd.DataFrame) -> pd.DataFrame:
    # A call with one time only arrives and departs at once.
    arrival = frame["arrival"].fillna(frame["departure"]).to_numpy()
    departure = frame["departure"].fillna(frame["arrival"]).to_numpy()
    blank = np.isnan(arrival)
    if blank.any():
        between = _interpolate(frame, arrival, departure, blank)
        arrival = np.where(blank, between, arrival)
        departure = np.where(blank, between, departure)
    timed = frame.drop(columns=["arrival", "departure", "distance"])
    timed["interpolated"] = blank
    known = ~np.isnan(arrival)
    timed, arrival, departure = timed[known], arrival[known], departure[known]
    timed.insert(3, "arrival_seconds", arrival.astype(np.int32))
    timed.insert(4, "departure_seconds", departure.astype(np.int32))
    trip = timed["trip"].to_numpy()
    timed["is_last"] = np.append(trip[1:] != trip[:-1], True) if len(trip) else np.empty(0, bool)
    return timed.reset_index(drop=True)


def _interpolate(
    frame: pd.DataFrame, arrival: FloatArray, departure: FloatArray, blank: BoolArray
) -> FloatArray:
    """Return for every call the time between the nearest calls with times before and after it.

    The reference leaves the interpolation to the reader: by shape_dist_traveled where the whole
    trip has it, evenly by order of calls elsewhere. NaN where the trip has no time on one side.
    """
    trip = frame["trip"].to_numpy()
    order = np.arange(len(trip))
    before = np.maximum.accumulate(np.where(blank, 0, order))
    after = np.minimum.accumulate(np.where(blank, len(trip) - 1, order)[::-1])[::-1]
    bracketed = (trip[before] == trip) & (trip[after] == trip) & ~blank[before] & ~blank[after]
    distance = _usable_distances(frame, trip, blank)
    by_distance = distance[after] > distance[before]
    position = np.where(by_distance, distance, order)
    start = np.where(by_distance, distance[before], before)
    end = np.where(by_distance, distance[after], after)
    share = np.divide(position - start, end - start, out=np.zeros(len(trip)), where=end > start)
    between = departure[before] + share * (arrival[after] - departure[before])
    return np.where(bracketed, np.rint(between), np.nan)


def _usable_distances(frame: pd.DataFrame, trip: np.ndarray, blank: BoolArray) -> FloatArray:
    """Return shape_dist_traveled of trips where every call has one and none decreases, else NaN."""
    distance = np.full(len(trip), np.nan)
    # Only trips with a blank time need distances, and parsing them is dear.
    wanted = np.isin(trip, np.unique(trip[blank])) & (frame["distance"] != "").to_numpy()
    distance[wanted] = numbers(frame["distance"][wanted], parse_decimal)
    same_trip = trip[1:] == trip[:-1]
    bad = np.isnan(distance)
    bad[1:] |= same_trip & (np.diff(distance) < 0)
    distance[np.isin(trip, np.unique(trip[bad]))] = np.nan
    return distance
