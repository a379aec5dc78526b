"""When does each trip call at each stop? Parsed, in order, blank times interpolated.

Leaves out rows that call at no stop (on-demand zones) and rows whose time cannot be known.
"""

import numpy as np
import pandas as pd

from gtfs.calls import Calls
from gtfs.values import FloatArray, IntArray, first_positions, starts


def timed_stop_times(calls: Calls, trip_ids: pd.Series) -> pd.DataFrame:
    """Return the calls of all trips at stops, by trip and stop_sequence.

    Columns: trip (position of the trip in `trip_ids`), stop_id, stop_sequence, arrival_seconds,
    departure_seconds, pickup_type, drop_off_type, interpolated, is_last (the trip's last call).
    """
    trip_of = first_positions(trip_ids, calls.trip_ids)
    frame = calls.frame[(calls.frame["stop_id"] != "").to_numpy()]
    # A row that repeats the place of one above it, as in a feed merged with itself, is no call.
    frame = frame[starts(frame["trip"].to_numpy()) | starts(frame["stop_sequence"].to_numpy())]
    trip = trip_of[frame["trip"]].astype(np.int32)
    frame, trip = frame[trip >= 0], trip[trip >= 0]
    # A call with one time only arrives and departs at once.
    arrival = frame["arrival"].fillna(frame["departure"]).to_numpy()
    departure = frame["departure"].fillna(frame["arrival"]).to_numpy()
    blank = np.isnan(arrival)
    if blank.any():
        distance = _usable_distances(frame["distance"].to_numpy(), trip)
        between = _interpolate(arrival, departure, distance, trip)
        arrival = np.where(blank, between, arrival)
        departure = np.where(blank, between, departure)
    known = ~np.isnan(arrival)
    trip = trip[known]
    frame = frame[known]
    return pd.DataFrame(
        {
            "trip": trip,
            "stop_id": frame["stop_id"].to_numpy(),
            "stop_sequence": frame["stop_sequence"].to_numpy(np.int32),
            "arrival_seconds": arrival[known].astype(np.int32),
            "departure_seconds": departure[known].astype(np.int32),
            "pickup_type": frame["pickup_type"].to_numpy(),
            "drop_off_type": frame["drop_off_type"].to_numpy(),
            "interpolated": blank[known],
            "is_last": starts(trip[::-1])[::-1],
        }
    )


def _interpolate(
    arrival: FloatArray, departure: FloatArray, distance: FloatArray, trip: IntArray
) -> FloatArray:
    """Return for every call the time between the nearest calls with times before and after it.

    The reference leaves the interpolation to the reader: by shape_dist_traveled where the whole
    trip has it, evenly by order of calls elsewhere. NaN where the trip has no time on one side.
    """
    blank = np.isnan(arrival)
    order = np.arange(len(trip))
    before = np.maximum.accumulate(np.where(blank, 0, order))
    after = np.minimum.accumulate(np.where(blank, len(trip) - 1, order)[::-1])[::-1]
    bracketed = (trip[before] == trip) & (trip[after] == trip) & ~blank[before] & ~blank[after]
    by_distance = distance[after] > distance[before]
    position = np.where(by_distance, distance, order)
    start = np.where(by_distance, distance[before], before)
    end = np.where(by_distance, distance[after], after)
    share = np.divide(position - start, end - start, out=np.zeros(len(trip)), where=end > start)
    between = departure[before] + share * (arrival[after] - departure[before])
    return np.where(bracketed, np.rint(between), np.nan)


def _usable_distances(distance: FloatArray, trip: IntArray) -> FloatArray:
    """Return the distances of trips where every call has one and none decreases, else NaN."""
    bad = np.isnan(distance)
    bad[1:] |= (trip[1:] == trip[:-1]) & (np.diff(distance) < 0)
    return np.where(np.isin(trip, np.unique(trip[bad])), np.nan, distance)
