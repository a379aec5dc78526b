"""Which way does a trip run, when the feed does not say?

Without it both directions of a line that share their stations would look like one that runs twice
as often. Only routes of which no trip states a direction are looked at.
"""

import numpy as np
import pandas as pd

from gtfs.raw import RawFeed
from gtfs.values import FloatArray, IntArray, parse_decimal


def with_inferred_directions(stated: IntArray, raw: RawFeed) -> IntArray:
    """Return the direction of every row of trips.txt: as stated (0 or 1); inferred for routes that
    state none; else -1.

    A trip's way is the arrow from its first to its last stop. On each route the trip with the
    longest arrow runs in direction 0, and so does every trip whose arrow does not point against
    it; the others run in direction 1.
    """
    route = raw.table("trips").column("route_id").codes
    silent = ~np.isin(route, np.unique(route[stated >= 0]))
    if not silent.any():
        return stated
    arrows = _arrows(raw)
    length = np.where(silent, np.hypot(arrows[:, 0], arrows[:, 1]), np.nan)
    lengths = pd.Series(length).dropna()
    if lengths.empty:
        return stated
    longest = lengths.groupby(route[lengths.index]).idxmax()
    reference = np.full(len(route), -1)
    reference[silent] = pd.Series(route[silent]).map(longest).fillna(-1).astype(int)
    along = (arrows * arrows[reference]).sum(axis=1)
    inferred = np.where(along < 0, 1, 0)
    return np.where(silent & (reference >= 0) & ~np.isnan(along), inferred, stated)


def _arrows(raw: RawFeed) -> FloatArray:
    """Return for every row of trips.txt the way from first to last stop, east and north, in
    degrees of latitude; NaN when it cannot be known."""
    stops = raw.table("stops")
    places = pd.DataFrame(
        {
            "east": stops.column("stop_lon").numbers(parse_decimal),
            "north": stops.column("stop_lat").numbers(parse_decimal),
        },
        index=stops.text("stop_id"),
    )
    places["east"] *= np.cos(np.radians(places["north"].mean()))
    places = places[~places.index.duplicated()]
    calls = raw.calls
    first = places.reindex(calls.frame["stop_id"][~calls.follows()]).to_numpy()
    last = places.reindex(calls.frame["stop_id"][calls.ends()]).to_numpy()
    trip_ids = np.array(calls.trip_ids, dtype=object)[calls.frame["trip"][calls.ends()]]
    ways = pd.DataFrame(last - first, index=trip_ids)
    arrows: FloatArray = ways.reindex(raw.table("trips").text("trip_id")).to_numpy()
    return arrows
