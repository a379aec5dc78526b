"""What is in this feed? One opened, read and judged GTFS feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gtfs.calendars import Service, list_service_dates, read_services
from gtfs.directions import with_inferred_directions
from gtfs.modes import mode_of
from gtfs.names import stop_readings
from gtfs.notices import Notice
from gtfs.raw import RawFeed, read_raw_feed
from gtfs.reading import Table
from gtfs.stop_times import timed_stop_times
from gtfs.validation import Report, judge, refuse_unreadable
from gtfs.values import optional, parse_decimal

if TYPE_CHECKING:
    import gtfs_kit


@dataclass(frozen=True)
class Feed:
    """A feed as it was published; everything about it is derived when first asked for, and kept.

    Frames are shared between their readers: copy one before changing it.
    """

    raw: RawFeed

    @property
    def sha256(self) -> str:
        """The hash of the archive, or of the names and hashes of a folder's files."""
        return self.raw.sha256

    def table(self, name: str) -> Table:
        """Return a file by its name without ending, empty when the feed has no such file."""
        return self.raw.table(name)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every file by its name without ending; all values are text, blank is "", and the index
        is the row's number in the file."""
        return {name: table.frame for name, table in self.raw.files.items()}

    @cached_property
    def report(self) -> Report:
        """What the rules say that hold on any date."""
        return judge(self.raw)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices of the report."""
        return self.report.notices

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
        readings = stop_readings(self.table("translations"), names)
        return pd.DataFrame(
            {
                "stop_id": stops.text("stop_id"),
                "name": stops.text("stop_name"),
                "lat": stops.column("stop_lat").numbers(parse_decimal),
                "lon": stops.column("stop_lon").numbers(parse_decimal),
                "zone_id": optional(stops.text("zone_id")),
                "location_type": stops.column("location_type").integers(blank=0),
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
        types = routes.column("route_type").integers(blank=-1)
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
        """trip_id, route_id, service_id, direction_id (0 or 1, -1 when it cannot be known),
        direction_inferred (the feed does not state it), shape_id, mode."""
        trips = self.table("trips")
        stated = trips.column("direction_id").integers(blank=-1)
        direction = with_inferred_directions(stated, self.raw)
        modes = dict(zip(self.routes["route_id"], self.routes["mode"], strict=True))
        return pd.DataFrame(
            {
                "trip_id": trips.text("trip_id"),
                "route_id": trips.text("route_id"),
                "service_id": trips.text("service_id"),
                "direction_id": direction.astype(np.int8),
                "direction_inferred": (stated < 0) & (direction >= 0),
                "shape_id": optional(trips.text("shape_id")),
                "mode": trips.text("route_id").astype(object).map(modes),
            }
        ).reset_index(drop=True)

    @cached_property
    def stop_times(self) -> pd.DataFrame:
        """The calls of all trips, see gtfs.stop_times.timed_stop_times."""
        return timed_stop_times(self.raw.calls, self.trips["trip_id"])

    @cached_property
    def services(self) -> dict[str, Service]:
        """Every service by id."""
        return read_services(self.table("calendar"), self.table("calendar_dates"))

    def services_on(self, service_date: date) -> frozenset[str]:
        """Return the ids of the services that run on a date."""
        return frozenset(
            name for name, service in self.services.items() if service.runs_on(service_date)
        )

    @cached_property
    def service_dates(self) -> pd.DataFrame:
        """service_id and date (datetime.date), one row for every day a service runs."""
        return list_service_dates(self.services)

    @cached_property
    def date_range(self) -> tuple[date, date] | None:
        """The first and last date on which any trip's service runs."""
        used = self.service_dates["service_id"].isin(self.trips["service_id"])
        dates = self.service_dates["date"][used]
        return (dates.min(), dates.max()) if len(dates) else None

    @cached_property
    def kit(self) -> "gtfs_kit.Feed":
        """The feed as gtfs-kit knows it, for geometry and its own statistics."""
        # gtfs-kit takes seconds to import, for maps that reading a feed does not draw.
        from gtfs.kit import kit_feed

        return kit_feed(self.tables)


def read_feed(path: Path) -> Feed:
    """Open and read the feed at `path` (zip or folder).

    Raise FeedError when it cannot be read at all: not an archive that is safe to open, a required
    file is missing or empty, a file is not UTF-8. Everything else that is wrong is in `notices`.
    """
    raw = read_raw_feed(path)
    refuse_unreadable(raw)
    return Feed(raw)
