"""From where to where do consenting riders travel, coarsely? Trip facts, about 1 km and 15 minutes.

Nothing here says who a rider is: the pseudonym hangs on a key that changes with the month and is
deleted 56 days after it; `forget_pseudonyms` then empties the column.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import h3
import ibis
import pyarrow as pa

from analytics.lake import Dataset, read_days, stored_dates, write_day

# H3 cells of resolution 8 are about 1 km from middle to middle.
CELL_RESOLUTION = 8
BIN_SECONDS = 15 * 60

TRIP_FACTS = Dataset(
    "trip_facts",
    pa.schema(
        [
            pa.field("mode", pa.string(), nullable=False),
            pa.field("origin_cell", pa.string(), nullable=False),
            pa.field("destination_cell", pa.string()),
            pa.field("boarded_bin", pa.int16(), nullable=False),
            pa.field("alighted_bin", pa.int16()),
            pa.field("pseudonym", pa.string()),
        ]
    ),
)


@dataclass(frozen=True, slots=True)
class TripFact:
    """One ride of a consenting rider. Cells as `coarse_cell`, bins as `quarter_hour` give them;
    `pseudonym` as `pseudonym_of` gives it, None once its month is forgotten."""

    mode: str
    origin_cell: str
    boarded_bin: int
    pseudonym: str | None
    destination_cell: str | None = None
    alighted_bin: int | None = None


def coarse_cell(lat: float, lon: float) -> str:
    """Return the H3 cell, about 1 km wide, of a place in degrees."""
    return str(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION))


def quarter_hour(service_seconds: int) -> int:
    """Return the number of the quarter of an hour of the service day; 0 begins at 0:00."""
    return service_seconds // BIN_SECONDS


def pseudonym_of(month_key: bytes, rider: str) -> str:
    """Return HMAC-SHA-256 of a rider under a month's key, in hex."""
    return hmac.new(month_key, rider.encode(), hashlib.sha256).hexdigest()


def write_trip_facts(lake: str, service_date: date, facts: Iterable[TripFact]) -> int:
    """Write all trip facts of a service day, in place of what the day held; return their number."""
    return write_day(lake, TRIP_FACTS, service_date, facts)


def read_trip_facts(lake: str, first: date, last: date) -> ibis.Table:
    """Return the trip facts of some service days, with service_date."""
    return read_days(lake, TRIP_FACTS, first, last)


def forget_pseudonyms(lake: str, month: date) -> int:
    """Empty the pseudonyms of all days of the month that `month` is in; return how many days."""
    days = [
        day for day in stored_dates(lake, TRIP_FACTS) if day.replace(day=1) == month.replace(day=1)
    ]
    for day in days:
        rows = read_trip_facts(lake, day, day).drop("service_date").to_pyarrow().to_pylist()
        write_trip_facts(lake, day, (replace(TripFact(**row), pseudonym=None) for row in rows))
    return len(days)
