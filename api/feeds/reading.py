"""What of a feed goes into which table, and which files are kept of it.

Reads and judges in this process and touches no database. What the tables can't hold (a second
row with the same id, a route of a mode that no plan covers) is left out; the notices and
`routes_without_mode` of the summary say so.
"""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gtfs.fares_v1 import fare_table
from gtfs.store import write_parquet

from api.feeds.areas import area_numbers
from api.feeds.fare_documents import fare_table_to_document
from api.town.document import AreaDocument
from fares.shadow_fares import RuleFares
from gtfs.feed import Feed, read_feed
from gtfs.notices import FeedError, Notice
from gtfs.timetable import interpolated_share

SOURCE_FILE = "source.zip"
# One bad column of a large feed gives a notice per row; the summary holds the true counts.
NOTICES_KEPT_PER_CODE = 50

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
    _keep_source(source, folder / SOURCE_FILE)
    return draft


def _draft(feed: Feed, dates: tuple[date, date], areas: Sequence[AreaDocument]) -> FeedDraft:
    routes = _unique(feed.routes, "route_id")
    carried = routes[routes["mode"].notna()]
    fares = fare_table(feed)
    return FeedDraft(
        sha256=feed.sha256,
        valid_from_date=dates[0],
        valid_until_date=dates[1],
        summary=_summary(feed),
        notices=_kept_notices(feed.notices),
        stops=_stops(feed, areas),
        routes=_rows(carried, ROUTE_COLUMNS),
        trips=_trips(feed, carried["route_id"]),
        service_dates=_service_dates(feed),
        fares=fare_table_to_document(fares) if isinstance(fares, RuleFares) else None,
    )


def _summary(feed: Feed) -> dict[str, Any]:
    return {
        "feed_name": feed.feed_name,
        "time_zone": feed.time_zone,
        "stops": len(feed.stops),
        "routes": len(feed.routes),
        "routes_without_mode": int(feed.routes["mode"].isna().sum()),
        "trips": len(feed.trips),
        "stop_times": len(feed.stop_times),
        "service_dates": int(feed.service_dates["date"].nunique()),
        "fare_rules": len(feed.table("fare_rules").frame),
        "interpolated_share": round(interpolated_share(feed), 4),
        "notices": dict(Counter(str(notice.severity) for notice in feed.notices)),
    }


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


def _kept_notices(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    by_code: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_code[notice.code].append(notice)
    return [
        {
            "code": notice.code,
            "severity": str(notice.severity),
            "filename": notice.filename,
            "row": notice.row,
            "field": notice.field,
            "value": _plain(notice.value),
            "message": _plain(notice.message),
        }
        for found in by_code.values()
        for notice in found[:NOTICES_KEPT_PER_CODE]
    ]


def _keep_source(source: Path, target: Path) -> None:
    """Keep what was given: a zip as it is, a folder's files as a zip."""
    if source.is_file():
        shutil.copyfile(source, target)
        return
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(source.iterdir()):
            if file.is_file():
                archive.write(file, file.name)
