"""Does every transfer lead from and to a place where one can change?"""

from collections.abc import Iterator

import numpy as np

from gtfs.raw import RawFeed
from gtfs.reading import Table
from gtfs.rules.base import Finding, Rule, at
from gtfs.rules.stops import STATION, location_types


class TransferWithInvalidStopLocationType(Rule):
    """A transfer is from or to a location that is neither a stop nor a station."""

    message = "{field} {value} in row {row} is neither a stop nor a station."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        stops, transfers = feed.table("stops"), feed.table("transfers")
        wrong = set(stops.text("stop_id")[location_types(stops) > STATION])
        for field in ("from_stop_id", "to_stop_id"):
            yield from at(transfers, transfers.column(field).where(wrong.__contains__), field)


class TransferWithInvalidTripAndRoute(Rule):
    """A transfer is for a trip and a route, and the trip is not of the route."""

    message = "Row {row}: the trip {value} is not of the route of the transfer."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        trips, transfers = feed.table("trips"), feed.table("transfers")
        route_of = dict(zip(trips.text("trip_id"), trips.text("route_id"), strict=True))
        for side in ("from", "to"):
            trip_id, route_id = (transfers.text(f"{side}_{what}_id") for what in ("trip", "route"))
            actual = trip_id.map(route_of)
            broken = actual.notna() & (route_id != "") & (actual != route_id)
            yield from at(transfers, broken.to_numpy(), f"{side}_trip_id")


class TransferWithInvalidTripAndStop(Rule):
    """A transfer is for a trip and a stop, and the trip does not call there."""

    message = "Row {row}: the trip {value} does not call at the stop of the transfer."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        transfers, stop_times = feed.table("transfers"), feed.table("stop_times")
        named = {*transfers.column("from_trip_id").texts, *transfers.column("to_trip_id").texts}
        trip = stop_times.column("trip_id")
        chosen = trip.where((named - {""}).__contains__)
        called = stop_times.text("stop_id")[chosen]
        calls = set(zip(stop_times.text("trip_id")[chosen], called, strict=True))
        parents = _parents(feed.table("stops"))
        calls |= {(trip_id, parents.get(stop_id, "")) for trip_id, stop_id in calls}
        known = {trip_id for trip_id, _ in calls}
        for side in ("from", "to"):
            trip_ids, stop_ids = (transfers.text(f"{side}_{what}_id") for what in ("trip", "stop"))
            broken = [
                pair[0] in known and pair[1] != "" and pair not in calls
                for pair in zip(trip_ids, stop_ids, strict=True)
            ]
            yield from at(transfers, np.array(broken, np.bool_), f"{side}_trip_id")


def _parents(stops: Table) -> dict[str, str]:
    return dict(zip(stops.text("stop_id"), stops.text("parent_station"), strict=True))
