"""How often does a trip run that is given as "every ten minutes"?"""

import numpy as np
import pandas as pd

from gtfs.notices import FeedError
from gtfs.reading import Table
from gtfs.values import first_positions, parse_integer, parse_time

# A hostile feed may ask for a departure every second of every trip.
MOST_CALLS = 20_000_000


def headways(frequencies: Table, trip_ids: pd.Series) -> pd.DataFrame:
    """Return the readable rows of frequencies.txt: trip (position in `trip_ids`), start, end,
    headway (seconds)."""
    frame = pd.DataFrame(
        {
            "trip": first_positions(trip_ids, frequencies.text("trip_id")),
            "start": frequencies.column("start_time").numbers(parse_time),
            "end": frequencies.column("end_time").numbers(parse_time),
            "headway": frequencies.column("headway_secs").numbers(parse_integer),
        }
    )
    usable = (frame["trip"] >= 0) & (frame["headway"] > 0) & (frame["end"] > frame["start"])
    return frame[usable].astype(np.int64)


def expand_frequencies(calls: pd.DataFrame, headway: pd.DataFrame) -> pd.DataFrame:
    """Return `calls` with every trip of `headway` replaced by its runs: one departure at `start`
    and then every `headway` seconds before `end`. `calls` is not changed."""
    headway = headway[headway["trip"].isin(calls["trip"])]
    if headway.empty:
        return calls.copy()
    templates = calls[calls["trip"].isin(headway["trip"])]
    lengths = templates.groupby("trip").size()
    runs = -(-(headway["end"] - headway["start"]) // headway["headway"])
    if int((runs * headway["trip"].map(lengths)).sum()) > MOST_CALLS:
        raise FeedError("frequencies_too_dense", "frequencies.txt expands to too many departures.")
    starts = headway.loc[headway.index.repeat(runs), ["trip", "start", "headway"]]
    starts["start"] += starts.groupby(level=0).cumcount() * starts["headway"]
    expanded = starts[["trip", "start"]].merge(templates, on="trip", how="inner", sort=False)
    shift = (expanded["start"] - expanded["start_seconds"]).astype(np.int32)
    for column in ("arrival_seconds", "departure_seconds", "start_seconds"):
        expanded[column] += shift
    scheduled = calls[~calls["trip"].isin(headway["trip"])]
    return pd.concat([scheduled, expanded.drop(columns="start")], ignore_index=True)
