"""Is on-demand service (GTFS-Flex) given as the reference has it, in stop_times.txt?"""

from collections.abc import Container, Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from gtfs.raw import RawFeed
from gtfs.reading import Table
from gtfs.rules.base import Finding, Rule, at, in_rows
from gtfs.values import BoolArray, parse_time

REGULAR, NONE, PHONE, DRIVER = range(4)
START, END = "start_pickup_drop_off_window", "end_pickup_drop_off_window"


def windows(feed: RawFeed) -> tuple[BoolArray, BoolArray]:
    """Return for every row of stop_times.txt whether it has the start and the end of a window."""
    table = feed.table("stop_times")
    return table.column(START).filled(), table.column(END).filled()


class ForbiddenGeographyId(Rule):
    """A call is at more than one of a stop, a group of stops and a zone."""

    message = "Row {row} names more than one of stop, location group and zone."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        places = ("stop_id", "location_group_id", "location_id")
        count = np.sum([table.column(place).filled() for place in places], axis=0)
        yield from at(table, count > 1, "stop_id")


class ForbiddenArrivalOrDepartureTime(Rule):
    """A call has both a time and a window for pick-up and drop-off."""

    message = "Row {row} has a window and {field} {value} too."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        start, end = windows(feed)
        for field in ("arrival_time", "departure_time"):
            yield from at(table, (start | end) & table.column(field).filled(), field)


class MissingPickupOrDropOffWindow(Rule):
    """A window has a start and no end, or the reverse."""

    message = "Row {row} has no {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        start, end = windows(feed)
        yield from in_rows(table.filename, table.rows[~start & end], START)
        yield from in_rows(table.filename, table.rows[start & ~end], END)


class InvalidPickupDropOffWindow(Rule):
    """A window ends when it starts, or before."""

    message = "The window in row {row} ends at {value}, not after it starts."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        start, end = (table.column(field).numbers(parse_time) for field in (START, END))
        yield from at(table, end <= start, END)


class ForbiddenPickupType(Rule):
    """A call with a window is picked up as scheduled or by a sign to the driver."""

    message = "Row {row} has a window, so pickup_type must be 1 or 2."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        yield from _forbidden_types(feed, "pickup_type", (REGULAR, DRIVER))


class ForbiddenDropOffType(Rule):
    """A call with a window is dropped off as scheduled."""

    message = "Row {row} has a window, so drop_off_type must be 1, 2 or 3."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        yield from _forbidden_types(feed, "drop_off_type", (REGULAR,))


def _forbidden_types(feed: RawFeed, field: str, types: tuple[int, ...]) -> Iterator[Finding]:
    table = feed.table("stop_times")
    start, end = windows(feed)
    forbidden = np.isin(table.column(field).integers(blank=REGULAR), types)
    yield from at(table, (start | end) & forbidden, field)


class ForbiddenShapeDistTraveled(Rule):
    """A call at a group of stops or in a zone has a distance along the shape."""

    message = "Row {row} is at no stop and has shape_dist_traveled {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        elsewhere = (
            table.column("location_group_id").filled() | table.column("location_id").filled()
        )
        distance = table.column("shape_dist_traveled").filled()
        nowhere = ~table.column("stop_id").filled()
        yield from at(table, nowhere & elsewhere & distance, "shape_dist_traveled")


class ForbiddenContinuousPickupDropOff(Rule):
    """A route picks up or drops off all along the way, and a trip of it has windows."""

    message = "Row {row} has a window, though its route picks up or drops off all along the way."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        routes, trips = feed.table("routes"), feed.table("trips")
        table = feed.table("stop_times")
        continuous = routes.column("continuous_pickup").where(lambda text: text in {"0", "2", "3"})
        continuous |= routes.column("continuous_drop_off").where(
            lambda text: text in {"0", "2", "3"}
        )
        route_ids = set(routes.text("route_id")[continuous])
        on_route = trips.column("route_id").where(route_ids.__contains__)
        trip_ids = set(trips.text("trip_id")[on_route])
        start, end = windows(feed)
        broken = (start | end) & table.column("trip_id").where(trip_ids.__contains__)
        yield from at(table, broken, "trip_id")


class MissingStopTimesRecord(Rule):
    """A trip within one zone or group has one row; it takes two, to get in and to get out."""

    message = "Row {row}: the trip {value} needs two rows, to get in and to get out."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        start, end = windows(feed)
        types = ("pickup_type", "drop_off_type")
        phone = [table.column(field).integers(blank=REGULAR) == PHONE for field in types]
        alone = ~table.text("trip_id").duplicated(keep=False).to_numpy()
        yield from at(table, start & end & phone[0] & phone[1] & alone, "trip_id")


class OverlappingZoneAndPickupDropOffWindow(Rule):
    """One trip serves two zones that overlap, in windows that overlap, in the same way."""

    message = (
        "Row {row}: the zone {value} overlaps that of another row of the trip in time and place."
    )

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        zones = feed.locations.zones()
        if not zones:
            return
        table = feed.table("stop_times")
        rows: set[int] = set()
        for calls in _zone_calls(table, zones).values():
            for one, other in combinations(calls, 2):
                alike = one.pickup_type == other.pickup_type or one.drop_off == other.drop_off
                at_once = one.start < other.end and other.start < one.end
                shared = zones[one.zone].intersection(zones[other.zone])
                if one.zone != other.zone and alike and at_once and shared.area > 0:
                    rows.add(other.row)
        texts = table.text("location_id").loc[sorted(rows)]
        yield from in_rows(table.filename, sorted(rows), "location_id", texts)


class ZoneCall(NamedTuple):
    """A row of stop_times.txt in a zone, with its window in seconds."""

    row: int
    zone: str
    start: float
    end: float
    pickup_type: int
    drop_off: int


def _zone_calls(table: Table, zones: Container[str]) -> dict[str, list[ZoneCall]]:
    """Return the rows with a whole window in one of `zones`, by trip_id."""
    start, end = (table.column(field).numbers(parse_time) for field in (START, END))
    types = [
        table.column(name).integers(blank=REGULAR) for name in ("pickup_type", "drop_off_type")
    ]
    trip_ids, places = table.text("trip_id"), table.text("location_id")
    calls: dict[str, list[ZoneCall]] = {}
    in_zone = table.column("location_id").where(zones.__contains__)
    for at_row in np.flatnonzero(in_zone & ~np.isnan(start) & ~np.isnan(end)).tolist():
        call = ZoneCall(
            int(table.rows[at_row]),
            places.iloc[at_row],
            start[at_row],
            end[at_row],
            int(types[0][at_row]),
            int(types[1][at_row]),
        )
        calls.setdefault(trip_ids.iloc[at_row], []).append(call)
    return calls
