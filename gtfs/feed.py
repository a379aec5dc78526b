"""What is in this feed? One opened, read and judged GTFS feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import gtfs_kit
import numpy as np
import pandas as pd

from gtfs.archive import open_source
from gtfs.calendars import all_service_dates
from gtfs.modes import mode_of
from gtfs.names import stop_readings
from gtfs.notices import FeedError, Notice
from gtfs.reading import Table, read_table
from gtfs.stop_times import timed_stop_times
from gtfs.values import integers, numbers, optional, parse_decimal

REQUIRED = ("agency", "stops", "routes", "trips", "stop_times")


@dataclass(frozen=True)
class Feed:
    """A feed as it was published; everything else about it is derived when first asked for."""

    sha256: str
    files: Mapping[str, Table]
    notices: tuple[Notice, ...] = ()

    def table(self, name: str) -> Table:
        """Return a file of the feed, an empty one when the feed has no such file."""
        return self.files.get(name) or Table(name, f"{name}.txt", pd.DataFrame())

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every file by its name without ending; values are text, blank is ""."""
        return {name: table.frame for name, table in self.files.items()}

    @cached_property
    def feed_name(self) -> str:
        """The names of the feed's agencies."""
        return ", ".join(dict.fromkeys(self.table("agency").text("agency_name")))

    @cached_property
    def time_zone(self) -> str:
        """The IANA name of the time zone in which the feed's times are meant."""
        return str(self.table("agency").text("agency_timezone").iloc[0])

    @cached_property
    def stops(self) -> pd.DataFrame:
        """stop_id, name, lat, lon (degrees, NaN when unknown), zone_id, location_type,
        parent_station, name_kana; unknown text is None."""
        stops = self.table("stops")
        names = dict(zip(stops.text("stop_id"), stops.text("stop_name"), strict=True))
        readings = stop_readings(self.files.get("translations"), names)
        return pd.DataFrame(
            {
                "stop_id": stops.text("stop_id"),
                "name": stops.text("stop_name"),
                "lat": numbers(stops.text("stop_lat"), parse_decimal),
                "lon": numbers(stops.text("stop_lon"), parse_decimal),
                "zone_id": optional(stops.text("zone_id")),
                "location_type": integers(stops.text("location_type"), blank=0),
                "parent_station": optional(stops.text("parent_station")),
                "name_kana": optional(
                    stops.text("stop_id").map(lambda stop_id: readings.get(stop_id, ""))
                ),
            }
        ).reset_index(drop=True)

    @cached_property
    def routes(self) -> pd.DataFrame:
        """route_id, short_name, long_name, mode (value of fares.modes.Mode, None for a route
        type that no plan covers), color (six hex digits or None), agency_id."""
        routes = self.table("routes")
        types = integers(routes.text("route_type"), blank=-1)
        modes = {number: mode_of(number) for number in np.unique(types).tolist()}
        only_agency = self.table("agency").text("agency_id")
        agency_id = routes.text("agency_id")
        if len(only_agency) == 1:
            agency_id = agency_id.where(agency_id != "", only_agency.iloc[0])
        values = [mode.value if (mode := modes[number]) else None for number in types.tolist()]
        return pd.DataFrame(
            {
                "route_id": routes.text("route_id"),
                "short_name": optional(routes.text("route_short_name")),
                "long_name": optional(routes.text("route_long_name")),
                "mode": pd.Series(values, index=routes.frame.index, dtype=object),
                "color": optional(routes.text("route_color")),
                "agency_id": optional(agency_id),
            }
        ).reset_index(drop=True)

    @cached_property
    def trips(self) -> pd.DataFrame:
        """trip_id, route_id, service_id, direction_id (-1 when not stated), shape_id, mode."""
        trips = self.table("trips")
        modes = dict(zip(self.routes["route_id"], self.routes["mode"], strict=True))
        return pd.DataFrame(
            {
                "trip_id": trips.text("trip_id"),
                "route_id": trips.text("route_id"),
                "service_id": trips.text("service_id"),
                "direction_id": integers(trips.text("direction_id"), blank=-1).astype(np.int8),
                "shape_id": optional(trips.text("shape_id")),
                "mode": trips.text("route_id").astype(object).map(modes),
            }
        ).reset_index(drop=True)

    @cached_property
    def stop_times(self) -> pd.DataFrame:
        """The calls of all trips, see gtfs.stop_times.timed_stop_times."""
        return timed_stop_times(self.table("stop_times"), self.trips["trip_id"])

    @cached_property
    def service_dates(self) -> pd.DataFrame:
        """service_id and date (datetime.date), one row for every day a service runs."""
        return all_service_dates(self.table("calendar"), self.table("calendar_dates"))

    @cached_property
    def date_range(self) -> tuple[date, date] | None:
        """The first and last date on which any trip's service runs."""
        used = self.service_dates["service_id"].isin(self.trips["service_id"])
        dates = self.service_dates["date"][used]
        return (dates.min(), dates.max()) if len(dates) else None

    @cached_property
    def kit(self) -> gtfs_kit.Feed:
        """The feed as gtfs-kit knows it, for geometry and its own statistics.

        Built from our reading, not from the file: gtfs-kit takes ids such as "NA" or "null" for
        missing values and stops at the first number it cannot read.
        """
        kinds = gtfs_kit.constants.DTYPES
        known = {
            name: _typed(self.files[name].frame, columns)
            for name, columns in kinds.items()
            if name in self.files and len(self.files[name].frame)
        }
        units = gtfs_kit.shapes.infer_dist_units(known.get("shapes"))
        return gtfs_kit.clean_times(gtfs_kit.Feed(dist_units=units, **known))


def _typed(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Return a copy with gtfs-kit's column types; what is blank or unreadable is missing."""
    typed = {}
    for column in frame.columns:
        kind = kinds.get(column, "string")
        if kind == "string":
            typed[column] = frame[column].astype("string").where(frame[column] != "", pd.NA)
        else:
            numeric = pd.to_numeric(frame[column], errors="coerce")
            typed[column] = numeric.astype("Float64" if kind == "float" else "Int64")
    return pd.DataFrame(typed).reset_index(drop=True)


def read_feed(path: Path) -> Feed:
    """Open, read and judge the feed at `path` (zip or folder).

    Raise FeedError when it cannot be read at all: not a safe archive, a required file is missing,
    a file is not UTF-8.
    """
    with open_source(path) as source:
        files = {
            file.stem: read_table(file)
            for name in source.filenames
            if (file := source.folder / name).suffix == ".txt"
        }
    for name in REQUIRED:
        if name not in files:
            raise FeedError("missing_required_file", f"{name}.txt is missing.")
    for table in files.values():
        if table.encoding is not None:
            message = f"{table.filename} is not UTF-8; it looks like {table.encoding}."
            raise FeedError("not_utf8", message)
    return Feed(source.sha256, files)
