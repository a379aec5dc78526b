"""Which vehicle can be boarded where and left where on a day? Calls of runs, from any feeds.

Where analytics.supply has what departs, this has where it goes: what reach and scenarios need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.kinds import route_lines
from gtfs.feed import Feed, read_feed
from gtfs.timetable import stop_events

NO_BOARDING = NO_ALIGHTING = 1


@dataclass(frozen=True, slots=True)
class Timetable:
    """Stops and the calls of one day.

    `stops`: stop_id, name, lon, lat. `calls`, by run and in order: run (number), trip_id,
    route_id, line, kind (None for what is no fixed service to walk to), direction, stop (position
    in `stops`), arrival, departure (seconds of the service day), boards, alights (whether the
    public may). `served`: stop, route_id, kind of every route that calls at a stop on any day.
    """

    stops: pd.DataFrame
    calls: pd.DataFrame
    served: pd.DataFrame


def read_timetable(gtfs: Sequence[Path], service_date: date) -> Timetable:
    """Return the day's calls of all feeds; the same feed given twice counts once.

    Raise gtfs.notices.FeedError when a feed cannot be read.
    """
    feeds = {feed.sha256: feed for feed in map(read_feed, gtfs)}
    return combine([feed_timetable(feed, service_date) for feed in feeds.values()])


def feed_timetable(feed: Feed, service_date: date) -> Timetable:
    """Return the day's calls of one feed, those at unknown places left out."""
    routes, stops = route_lines(feed), _places(feed)
    events = stop_events(feed, service_date)
    # Rows of frequencies.txt may overlap and name a run twice.
    events = events.drop_duplicates(["trip_id", "start_seconds", "stop_sequence"])
    run = events.groupby(["trip_id", "start_seconds"], sort=False).ngroup()
    calls = pd.DataFrame(
        {
            "run": run.to_numpy(np.int64),
            "trip_id": events["trip_id"],
            "route_id": events["route_id"],
            "line": events["route_id"].map(routes["line"]),
            "kind": events["route_id"].map(routes["kind"]),
            "direction": events["direction_id"].astype(np.int64),
            "stop": pd.Index(stops["stop_id"]).get_indexer(events["stop_id"]).astype(np.int64),
            "arrival": events["arrival_seconds"].astype(np.int64),
            "departure": events["departure_seconds"].astype(np.int64),
            "boards": ~events["is_last"] & (events["pickup_type"] != NO_BOARDING),
            "alights": events["drop_off_type"] != NO_ALIGHTING,
        }
    )
    calls = calls.iloc[np.lexsort((events["stop_sequence"], calls["run"]))]
    calls = calls[calls["stop"] >= 0].reset_index(drop=True)
    return Timetable(stops, calls, _served(feed, routes, stops))


def _places(feed: Feed) -> pd.DataFrame:
    """Return the places where vehicles stop (no stations, entrances or unknown positions)."""
    stops = feed.stops[feed.stops["location_type"].eq(0)]
    stops = stops[stops["lon"].notna() & stops["lat"].notna()]
    return stops[["stop_id", "name", "lon", "lat"]].reset_index(drop=True)


def _served(feed: Feed, routes: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    """Return which routes of a fixed service call at which stops on any day."""
    route_id = feed.trips["route_id"].to_numpy()[feed.stop_times["trip"]]
    stop = pd.Index(stops["stop_id"]).get_indexer(feed.stop_times["stop_id"])
    served = pd.DataFrame({"stop": stop, "route_id": route_id}).drop_duplicates()
    served["kind"] = served["route_id"].map(routes["kind"])
    return served[(served["stop"] >= 0) & served["kind"].notna()].reset_index(drop=True)


def combine(parts: Sequence[Timetable]) -> Timetable:
    """Join timetables; runs and positions of stops shift by those before."""
    calls, served, stop_offset, run_offset = [], [], 0, 0
    for part in parts:
        shifted = part.calls.assign(
            run=part.calls["run"] + run_offset, stop=part.calls["stop"] + stop_offset
        )
        calls.append(shifted)
        served.append(part.served.assign(stop=part.served["stop"] + stop_offset))
        stop_offset += len(part.stops)
        run_offset += int(part.calls["run"].max()) + 1 if len(part.calls) else 0
    stops = pd.concat([part.stops for part in parts], ignore_index=True)
    return Timetable(
        stops, pd.concat(calls, ignore_index=True), pd.concat(served, ignore_index=True)
    )
