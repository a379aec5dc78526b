"""What of a feed goes into which table, and which files are kept of it.

Reads and judges in this process and touches no database. What the tables can't hold (a second
row with the same id, a route of a mode that no plan covers) is left out; the notices and
`routes_without_mode` of the summary say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from api.feeds.areas import area_numbers
from api.feeds.fare_documents import fare_table_to_document
from api.feeds.storage import keep_source
from api.town.document import AreaDocument
from gtfs.fares_v1 import fare_table
from gtfs.feed import Feed, read_feed
from gtfs.notices import FeedError
from gtfs.store import write_parquet
from gtfs.summary import summarize

STOP_COLUMNS = (
    "stop_id",
    "name",
    "name_kana",
    "lat",
    "lon",
    "zone_id",
    "location_type",
    "parent_station",
    "area_numbers",
    "modes",
)
ROUTE_COLUMNS = ("route_id", "short_name", "long_name", "mode", "agency_id", "color")
TRIP_COLUMNS = ("trip_id", "route_id", "direction_id", "service_id", "departure_seconds")
SERVICE_DATE_COLUMNS = ("service_date", "service_id")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """A feed as it will be stored; rows in the order of the columns above."""

    sha256: str
    valid_from_date: date
    valid_until_date: date
    summary: dict[str, Any]
    notices: list[dict[str, Any]]
    stops: list[Row]
    routes: list[Row]
    trips: list[Row]
    service_dates: list[Row]
    fares: dict[str, Any] | None


def stage_feed(source: Path, folder: Path, areas: Sequence[AreaDocument]) -> FeedDraft:
    """Read the feed at `source` (zip or folder) and write the files to keep into `folder`.

    Raises `FeedError` when it can't be read, or when nothing in it ever runs.
    """
    feed = read_feed(source)
    if feed.date_range is None:
        raise FeedError("feed_without_service", "No trip of this feed runs on any date.")
    draft = _draft(feed, feed.date_range, areas)
    write_parquet(feed, folder)
    keep_source(source, folder)
    return draft


def _draft(feed: Feed, dates: tuple[date, date], areas: Sequence[AreaDocument]) -> FeedDraft:
    routes = _unique(feed.routes, "route_id")
    carried = routes[routes["mode"].notna()]
    fares = fare_table(feed)
    return FeedDraft(
        sha256=feed.sha256,
        valid_from_date=dates[0],
        valid_until_date=dates[1],
        summary=summarize(feed).as_document(),
        notices=[_plain_values(asdict(notice)) for notice in feed.notices],
        stops=_stops(feed, areas),
        routes=_rows(carried, ROUTE_COLUMNS),
        trips=_trips(feed, carried["route_id"]),
        service_dates=_service_dates(feed),
        fares=fare_table_to_document(fares) if fares else None,
    )


def _stops(feed: Feed, areas: Sequence[AreaDocument]) -> list[Row]:
    stops = _unique(feed.stops, "stop_id")
    numbers = area_numbers(areas, stops["lon"].to_numpy(float), stops["lat"].to_numpy(float))
    modes = _modes_by_stop(feed)
    return _rows(
        stops.assign(
            area_numbers=pd.Series(numbers, index=stops.index, dtype=object),
            modes=[modes.get(stop_id, []) for stop_id in stops["stop_id"]],
        ),
        STOP_COLUMNS,
    )


def _modes_by_stop(feed: Feed) -> dict[str, list[str]]:
    calls = pd.DataFrame(
        {
            "stop_id": feed.stop_times["stop_id"].to_numpy(),
            "mode": feed.trips["mode"].to_numpy()[feed.stop_times["trip"].to_numpy()],
        }
    )
    served = calls.dropna().drop_duplicates().sort_values("mode")
    modes: dict[str, list[str]] = served.groupby("stop_id")["mode"].agg(list).to_dict()
    return modes


def _trips(feed: Feed, route_ids: pd.Series) -> list[Row]:
    first = feed.stop_times.groupby("trip", sort=False)["departure_seconds"].first()
    trips = feed.trips.assign(
        departure_seconds=first.reindex(range(len(feed.trips))).to_numpy(),
        direction_id=feed.trips["direction_id"].where(feed.trips["direction_id"] >= 0),
    )
    trips = _unique(trips[trips["route_id"].isin(route_ids)], "trip_id")
    whole = {"direction_id": "Int64", "departure_seconds": "Int64"}
    return _rows(trips.astype(whole), TRIP_COLUMNS)


def _service_dates(feed: Feed) -> list[Row]:
    used = feed.service_dates[feed.service_dates["service_id"].isin(feed.trips["service_id"])]
    return _rows(used.rename(columns={"date": "service_date"}), SERVICE_DATE_COLUMNS)


def _unique(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """The first row of each id; a row without one can't be asked for."""
    return frame[(frame[key] != "") & ~frame[key].duplicated()]


def _rows(frame: pd.DataFrame, columns: Iterable[str]) -> list[Row]:
    """The values of some columns as Python's own, missing ones as None."""
    chosen = [_values(frame[column]) for column in columns]
    return list(zip(*chosen, strict=True))


def _values(column: pd.Series) -> list[Any]:
    values = column.astype(object).where(column.notna(), None).to_list()
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    # PostgreSQL's text holds every character but this one.
    return value.replace("\x00", "") if isinstance(value, str) else value


def _plain_values(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}
