"""Is every stop somewhere, named, and where in a station its kind belongs?"""

from collections.abc import Iterator

import numpy as np

from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.reading import Table
from gtfs.rules.base import Finding, Rule, at, in_rows
from gtfs.values import BoolArray, IntArray, parse_decimal

STOP, STATION, ENTRANCE, NODE, BOARDING_AREA = range(5)
PARENT_TYPE = {STOP: STATION, ENTRANCE: STATION, NODE: STATION, BOARDING_AREA: STOP}


def location_types(stops: Table) -> IntArray:
    """Return the location type of every row of stops.txt; blank is a stop."""
    return stops.column("location_type").integers(blank=STOP)


class StopWithoutLocation(Rule):
    """A stop, station or entrance has no latitude or longitude."""

    message = "{field} in row {row} is missing; a stop must be somewhere."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        placed = location_types(stops) <= ENTRANCE
        for field in ("stop_lat", "stop_lon"):
            missing = np.isnan(stops.column(field).numbers(parse_decimal))
            yield from at(stops, placed & missing, field)


class MissingStopName(Rule):
    """A stop, station or entrance has no name."""

    message = "The stop in row {row} has no name."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        placed = location_types(stops) <= ENTRANCE
        yield from at(stops, placed & ~stops.column("stop_name").filled(), "stop_name")


class StationWithParentStation(Rule):
    """A station is inside another station."""

    message = "The station in row {row} has the parent station {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        has_parent = stops.column("parent_station").filled()
        yield from at(stops, has_parent & (location_types(stops) == STATION), "parent_station")


class LocationWithoutParentStation(Rule):
    """An entrance, a node or a boarding area belongs to no station."""

    message = "The location in row {row} has no parent station."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        alone = ~stops.column("parent_station").filled()
        yield from at(stops, alone & (location_types(stops) >= ENTRANCE), "parent_station")


class WrongParentLocationType(Rule):
    """The parent of a stop, entrance or node is no station, or that of a boarding area no stop."""

    message = "The parent {value} in row {row} is not of a kind that can be one."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        types = location_types(stops).tolist()
        type_of = dict(zip(stops.text("stop_id"), types, strict=True))
        parents = stops.text("parent_station")
        broken = [
            kind in PARENT_TYPE and type_of.get(parent, PARENT_TYPE[kind]) != PARENT_TYPE[kind]
            for kind, parent in zip(types, parents, strict=True)
        ]
        yield from at(stops, np.array(broken, np.bool_), "parent_station")


class LocationWithUnexpectedStopTime(Rule):
    """A trip calls at a location that is no stop, a station for example."""

    message = "Trips call at {value}, which is no stop."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        yield from at(stops, _called(feed, stops) & (location_types(stops) != STOP), "stop_id")


class StopWithoutStopTime(Rule):
    """No trip calls at a stop, nor does a group of stops for on-demand service hold it."""

    severity = Severity.WARNING
    message = "No trip calls at {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        grouped = set(feed.table("location_group_stops").column("stop_id").texts)
        unused = ~_called(feed, stops) & (location_types(stops) == STOP)
        not_grouped = stops.column("stop_id").where(lambda text: text not in grouped)
        yield from at(stops, unused & not_grouped, "stop_id")


class StopAccessSpecifiedForIncorrectLocation(Rule):
    """stop_access is given for a location that is no stop."""

    message = "stop_access in row {row} is only for stops."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        given = stops.column("stop_access").filled()
        yield from at(stops, given & (location_types(stops) != STOP), "stop_access")


class StopAccessSpecifiedForStopWithNoParentStation(Rule):
    """stop_access is given for a stop outside any station."""

    message = "stop_access in row {row} is only for stops of a station."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops = feed.table("stops")
        given = stops.column("stop_access").filled() & (location_types(stops) == STOP)
        yield from at(stops, given & ~stops.column("parent_station").filled(), "stop_access")


def _called(feed: RawFeed, stops: Table) -> BoolArray:
    called = set(feed.table("stop_times").column("stop_id").texts)
    return stops.column("stop_id").where(lambda text: text in called)


class StopWithoutZoneId(Rule):
    """Fares go by zones, and a stop that trips call at has none."""

    severity = Severity.INFO
    message = "The stop in row {row} is in no fare zone."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        rules, stops = feed.table("fare_rules"), feed.table("stops")
        zones = ("origin_id", "destination_id", "contains_id")
        if any(rules.column(zone).filled().any() for zone in zones):
            rows = stops.rows[_called(feed, stops) & ~stops.column("zone_id").filled()]
            yield from in_rows(stops.filename, rows, "zone_id")
