"""How is the bulk of a feed kept? Stop times, trips, frequencies and shapes as Parquet files.

Leaves out what the database holds: stops, routes, calendars and fares.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gtfs.feed import Feed
from gtfs.frequencies import headways
from gtfs.values import parse_decimal

STOP_TIMES, TRIPS, FREQUENCIES, SHAPES = "stop_times", "trips", "frequencies", "shapes"


def write_parquet(feed: Feed, folder: Path) -> None:
    """Write stop_times, trips, frequencies and shapes of a feed into `folder`, made if need be.

    Files of an earlier feed are overwritten one by one: write into a new folder and move it when
    readers may be at work.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = {
        STOP_TIMES: _stop_times(feed),
        TRIPS: feed.trips,
        FREQUENCIES: _frequencies(feed),
        SHAPES: _shapes(feed),
    }
    for name, frame in frames.items():
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def read_stop_times(folder: Path) -> pd.DataFrame:
    """Return the calls of all trips: trip_id, stop_id, stop_sequence, arrival_seconds,
    departure_seconds, pickup_type, drop_off_type, interpolated, is_last."""
    return _read(folder, STOP_TIMES)


def read_trips(folder: Path) -> pd.DataFrame:
    """Return the trips with the columns of Feed.trips."""
    return _read(folder, TRIPS)


def read_frequencies(folder: Path) -> pd.DataFrame:
    """Return the spans in which a trip is repeated: trip_id, start, end, headway (seconds)."""
    return _read(folder, FREQUENCIES)


def read_shapes(folder: Path) -> pd.DataFrame:
    """Return the points of all shapes in order: shape_id, sequence, lat, lon (degrees), distance
    (in the feed's own unit, NaN where not given)."""
    return _read(folder, SHAPES)


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pq.read_table(folder / f"{name}.parquet").to_pandas()


def _stop_times(feed: Feed) -> pd.DataFrame:
    calls = feed.stop_times.drop(columns="trip")
    calls.insert(0, "trip_id", feed.trips["trip_id"].to_numpy()[feed.stop_times["trip"]])
    return calls


def _frequencies(feed: Feed) -> pd.DataFrame:
    spans = headways(feed.table("frequencies"), feed.trips["trip_id"])
    spans.insert(0, "trip_id", feed.trips["trip_id"].to_numpy()[spans["trip"]])
    return spans.drop(columns="trip")


def _shapes(feed: Feed) -> pd.DataFrame:
    shapes = feed.table("shapes")
    frame = pd.DataFrame(
        {
            "shape_id": shapes.text("shape_id").to_numpy(),
            "sequence": shapes.column("shape_pt_sequence").integers(blank=-1).astype(np.int32),
            "lat": shapes.column("shape_pt_lat").numbers(parse_decimal),
            "lon": shapes.column("shape_pt_lon").numbers(parse_decimal),
            "distance": shapes.column("shape_dist_traveled").numbers(parse_decimal),
        }
    )
    frame = frame[frame["sequence"].ge(0) & frame["lat"].notna() & frame["lon"].notna()]
    return frame.sort_values(["shape_id", "sequence"], kind="stable", ignore_index=True)
