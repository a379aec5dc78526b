"""Which vehicle is where and when on a day? Scheduled calls at stops, frequencies expanded."""

from datetime import date

import numpy as np
import pandas as pd

from fares.modes import Mode
from gtfs.feed import Feed
from gtfs.frequencies import expand_frequencies, headways
from gtfs.values import BoolArray

EVENT_COLUMNS = (
    "trip_id",
    "route_id",
    "direction_id",
    "mode",
    "stop_id",
    "stop_sequence",
    "arrival_seconds",
    "departure_seconds",
    "pickup_type",
    "drop_off_type",
    "interpolated",
    "is_last",
    "start_seconds",
)


def stop_events(feed: Feed, service_date: date) -> pd.DataFrame:
    """Return every call of every trip that runs on `service_date`, by run and stop_sequence.

    Times are seconds since noon minus 12 h of the service date and may pass 24:00. A trip with
    frequencies gives one run for each departure; trip_id and start_seconds together name a run.
    Columns: EVENT_COLUMNS; direction_id is -1 when not stated, `interpolated` marks times that
    the feed leaves blank, `is_last` the last call of a run, where nobody can board.
    """
    running = feed.trips["service_id"].isin(feed.services_on(service_date))
    return _events(feed, running.to_numpy())


def interpolated_share(feed: Feed) -> float:
    """Return the share of the timetable's calls whose time the feed leaves blank, 0 to 1."""
    return float(feed.stop_times["interpolated"].mean()) if len(feed.stop_times) else 0.0


def departure_span(
    feed: Feed, mode: Mode, service_date: date | None = None
) -> tuple[int, int] | None:
    """Return the first and last departure of a mode in seconds, on a date or in the whole feed;
    None when nothing of that mode runs."""
    chosen = (feed.trips["mode"] == mode.value).to_numpy()
    if service_date is not None:
        running = feed.trips["service_id"].isin(feed.services_on(service_date))
        chosen = chosen & running.to_numpy()
    events = _events(feed, chosen)
    departures = events["departure_seconds"][~events["is_last"]]
    return (int(departures.min()), int(departures.max())) if len(departures) else None


def _events(feed: Feed, chosen: BoolArray) -> pd.DataFrame:
    """Return the calls of the trips that `chosen` marks."""
    calls = feed.stop_times[chosen[feed.stop_times["trip"].to_numpy()]]
    first = calls.groupby("trip", sort=False)["departure_seconds"].transform("first")
    calls = calls.assign(start_seconds=first.astype(np.int32))
    calls = expand_frequencies(
        calls, headways(feed.raw.table("frequencies"), feed.trips["trip_id"])
    )
    trips = feed.trips.iloc[calls["trip"].to_numpy()]
    for column in ("trip_id", "route_id", "direction_id", "mode"):
        calls[column] = trips[column].to_numpy()
    return calls.loc[:, list(EVENT_COLUMNS)].reset_index(drop=True)
