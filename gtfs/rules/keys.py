"""Does every row have a name of its own, and does every reference lead somewhere?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gtfs.raw import LOCATIONS_FILE, RawFeed
from gtfs.reading import Table
from gtfs.reference import Field, known_fields
from gtfs.rules.base import Finding, Rule, at, in_rows, typed_fields
from gtfs.values import BoolArray


class DuplicateKey(Rule):
    """Two rows have the same key: the field or fields that identify a row of their file."""

    message = "Row {row} of {filename} repeats the key {value} of a row above it."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, table in feed.files.items():
            fields = known_fields(name, table.columns).values()
            key = [field.name for field in fields if field.is_key and field.name in table.columns]
            broken = _repeats(table, key)
            if broken.any():
                values = table.frame.loc[broken, key].agg(", ".join, axis=1)
                yield from in_rows(table.filename, table.rows[broken], ", ".join(key), values)


def _repeats(table: Table, key: list[str]) -> BoolArray:
    """Return for every row whether a row above it has the same key; blank alone is no key."""
    if not key:
        return np.zeros(len(table.frame), np.bool_)
    codes = pd.DataFrame({name: table.column(name).codes for name in key})
    repeated: BoolArray = codes.duplicated().to_numpy()
    return repeated & table.column(key[0]).filled() if len(key) == 1 else repeated


class ForeignKeyViolation(Rule):
    """A value refers to a row of another file that is not there."""

    message = "{value} in {field} of {filename} is not in {about}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table, field in typed_fields(feed):
            if field.refers_to:
                column = table.column(field.name)
                broken = column.filled() & ~column.where(_referred(feed, field).__contains__)
                about = " or ".join(f"{file}.{name}" for file, name in field.refers_to)
                yield from at(table, broken, field.name, about)


def _referred(feed: RawFeed, field: Field) -> set[str]:
    """Return all values that a field may refer to."""
    known: set[str] = set()
    for file, name in field.refers_to:
        known |= (
            feed.locations.ids()
            if file == "locations"
            else set(feed.table(file).column(name).texts)
        )
    return known


class DuplicateGeographyId(Rule):
    """A stop, a group of stops and a zone share an id, so that stop_times.txt is ambiguous."""

    message = "{value} is the id of more than one of stops, location groups and zones."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops, groups = feed.table("stops"), feed.table("location_groups")
        seen = set(stops.column("stop_id").texts)
        group_id = groups.column("location_group_id")
        broken = group_id.where(lambda text: text != "" and text in seen)
        # The draft of GTFS-Flex had one row for each stop of a group.
        first = ~pd.Series(group_id.codes).duplicated().to_numpy()
        yield from at(groups, broken & first, "location_group_id")
        shared = sorted(feed.locations.ids() & (seen | set(group_id.texts)))
        for zone_id in shared:
            yield Finding(LOCATIONS_FILE, (), "id", (zone_id,))


class MissingRequiredAgencyId(Rule):
    """There are several agencies, and an agency, a route or a fare does not say which it is."""

    message = "agency_id in row {row} of {filename} is blank, though there are several agencies."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if len(feed.table("agency").frame) > 1:
            for name in ("agency", "routes", "fare_attributes"):
                table = feed.table(name)
                yield from at(table, ~table.column("agency_id").filled(), "agency_id")


class InconsistentAgencyTimezone(Rule):
    """Agencies of one feed have different time zones."""

    message = "The time zone {value} in row {row} is not that of the first agency."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        agency = feed.table("agency")
        zone = agency.column("agency_timezone")
        yield from at(agency, zone.filled() & (zone.codes != zone.codes[:1]), "agency_timezone")


class RouteNetworksSpecifiedInMoreThanOneFile(Rule):
    """Networks are given both in routes.txt and in route_networks.txt or networks.txt."""

    message = "routes.network_id and {filename} both say which network a route is of."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if feed.table("routes").column("network_id").filled().any():
            for name in ("route_networks", "networks"):
                if name in feed.files:
                    yield Finding(f"{name}.txt")


class RouteBothShortAndLongNameMissing(Rule):
    """A route has neither a short nor a long name."""

    message = "The route in row {row} has no name."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        routes = feed.table("routes")
        names = [routes.column(name).filled() for name in ("route_short_name", "route_long_name")]
        yield from at(routes, ~np.any(names, axis=0), "route_id")
