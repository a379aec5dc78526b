"""In what order and when does each trip call where? As stop_times.txt says, nothing filled in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gtfs.reading import Table
from gtfs.values import BoolArray, parse_decimal, parse_integer, parse_time, starts


@dataclass(frozen=True, slots=True)
class Calls:
    """The rows of stop_times.txt by trip and stop_sequence.

    `frame` columns: row (number in the file), trip (position in `trip_ids`), stop_id,
    stop_sequence, arrival, departure (seconds), distance, window_start, window_end (seconds),
    all floats with NaN for blank or unreadable; pickup_type, drop_off_type (0 when blank).
    `trip_ids` has every trip_id of the file.
    """

    frame: pd.DataFrame
    trip_ids: tuple[str, ...]

    def follows(self) -> BoolArray:
        """Return for every call whether the one above it is of the same trip."""
        return ~starts(self.frame["trip"].to_numpy())

    def ends(self) -> BoolArray:
        """Return for every call whether it is the last of its trip."""
        return starts(self.frame["trip"].to_numpy()[::-1])[::-1]


def read_calls(stop_times: Table) -> Calls:
    """Parse and order the rows of stop_times.txt; rows without a trip or a place in it are left
    out, as rules about single fields name them."""
    trip = stop_times.column("trip_id")
    columns = {
        "row": stop_times.rows,
        "trip": trip.codes.astype(np.int32),
        "stop_id": stop_times.text("stop_id").to_numpy(),
        "stop_sequence": stop_times.column("stop_sequence").numbers(parse_integer),
        "arrival": stop_times.column("arrival_time").numbers(parse_time),
        "departure": stop_times.column("departure_time").numbers(parse_time),
        "distance": stop_times.column("shape_dist_traveled").numbers(parse_decimal),
        "window_start": stop_times.column("start_pickup_drop_off_window").numbers(parse_time),
        "window_end": stop_times.column("end_pickup_drop_off_window").numbers(parse_time),
        "pickup_type": stop_times.column("pickup_type").integers(blank=0).astype(np.int8),
        "drop_off_type": stop_times.column("drop_off_type").integers(blank=0).astype(np.int8),
    }
    frame = pd.DataFrame(columns)
    frame = frame[trip.filled() & frame["stop_sequence"].notna().to_numpy()]
    order = np.lexsort((frame["stop_sequence"], frame["trip"]))
    return Calls(frame.iloc[order].reset_index(drop=True), trip.texts)
