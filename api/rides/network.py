"""What the desk must know of the network to decide a ride: stops, areas, routes and tariffs.

Held in memory by each worker, and read again when the town's `network_revision` has grown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.feeds.fare_documents import fare_table_from_document
from api.town.document import FlatTariff, MeteredTariff, Tariff, town_from_document
from fares.modes import Mode
from fares.money import Money
from fares.reasons import Reason, Refused
from fares.shadow_fares import FareTable, FlatFare, Leg, TaxiTariff


@dataclass(frozen=True, slots=True)
class KnownStop:
    """A stop of an operator's active feed."""

    areas: frozenset[int]
    zone_id: str | None


@dataclass(frozen=True, slots=True)
class KnownTrip:
    """A trip of an operator's active feed."""

    route_id: str
    direction_id: int | None


@dataclass(slots=True)
class OperatorNetwork:
    """One operator as the desk sees it; without a feed it has no stops and knows none.

    `listens` says whether it is told of its rides (`api/webhooks`).
    """

    modes: frozenset[Mode]
    tap_off: str
    tariff: FlatFare | TaxiTariff | FareTable | None
    has_feed: bool = False
    listens: bool = False
    stops: dict[str, KnownStop] = field(default_factory=dict)
    routes: set[str] = field(default_factory=set)
    trips: dict[str, KnownTrip] = field(default_factory=dict)

    def check(
        self, stop_id: str | None, route_id: str | None, trip_id: str | None
    ) -> Refused | None:
        """Refuse names that the active feed does not have; without a feed nothing is known."""
        if not self.has_feed:
            return None
        if stop_id is not None and stop_id not in self.stops:
            return Refused(Reason.UNKNOWN_STOP, "network:stop")
        if route_id is not None and route_id not in self.routes:
            return Refused(Reason.UNKNOWN_ROUTE, "network:route")
        if trip_id is not None and trip_id not in self.trips:
            return Refused(Reason.UNKNOWN_TRIP, "network:trip")
        return None

    def find_trip(self, trip_id: str | None) -> KnownTrip | None:
        """The trip of the active feed; None when none is named or it is not known."""
        return None if trip_id is None else self.trips.get(trip_id)

    def areas_of(self, stop_id: str | None) -> frozenset[int]:
        """The areas that a stop lies in; empty when the stop is not known."""
        stop = self.stops.get(stop_id) if stop_id is not None else None
        return stop.areas if stop else frozenset()

    def price(
        self,
        route_id: str | None,
        from_stop_id: str | None,
        to_stop_id: str | None,
        distance_meters: int | None = None,
    ) -> Money | None:
        """The shadow fare as far as it can be known; None, never zero, when it can't."""
        if self.tariff is None:
            return None
        return self.tariff.price(
            Leg(
                route_id=route_id,
                origin_zone_id=self._zone(from_stop_id),
                destination_zone_id=self._zone(to_stop_id),
                distance_meters=distance_meters,
            )
        )

    def _zone(self, stop_id: str | None) -> str | None:
        stop = self.stops.get(stop_id) if stop_id is not None else None
        return stop.zone_id if stop else None


@dataclass(frozen=True, slots=True)
class Network:
    """Everything the desk knows, as of one revision."""

    revision: int
    zone: ZoneInfo
    currency: str
    area_numbers: frozenset[int]
    operators: dict[str, OperatorNetwork]

    @property
    def listening(self) -> set[str]:
        """The operators that are told of their rides."""
        return {each for each, operator in self.operators.items() if operator.listens}


async def load_network(connection: AsyncConnection) -> Network:
    """Read the town, the operators and their active feeds."""
    row = (
        await connection.execute(
            text("SELECT network_revision, document FROM town WHERE town_id = 1")
        )
    ).one_or_none()
    if row is None:
        return Network(0, ZoneInfo("UTC"), "XXX", frozenset(), {})
    town = town_from_document(row.document)
    operators = await _load_operators(connection, town.currency)
    await _load_stops(connection, operators)
    await _load_routes_and_trips(connection, operators)
    await _load_feed_fares(connection, operators)
    areas = frozenset(area.area_number for area in town.areas)
    return Network(row.network_revision, town.zone(), town.currency, areas, operators)


async def _load_operators(connection: AsyncConnection, currency: str) -> dict[str, OperatorNetwork]:
    rows = await connection.execute(
        text(
            "SELECT o.operator_id, o.modes, o.tap_off, o.tariff, f.feed_version_id, w.url "
            "FROM operator o LEFT JOIN feed_version f "
            "ON f.operator_id = o.operator_id AND f.status = 'active' "
            "LEFT JOIN webhook w ON w.operator_id = o.operator_id"
        )
    )
    return {
        row.operator_id: OperatorNetwork(
            modes=frozenset(Mode(mode) for mode in row.modes),
            tap_off=row.tap_off,
            tariff=_tariff(row.tariff, currency),
            has_feed=row.feed_version_id is not None,
            listens=row.url is not None,
        )
        for row in rows
    }


def _tariff(document: dict[str, Any], currency: str) -> FlatFare | TaxiTariff | None:
    tariff = msgspec.convert(document, Tariff)
    if isinstance(tariff, FlatTariff):
        return FlatFare(Money(tariff.amount_minor, currency))
    if isinstance(tariff, MeteredTariff):
        return TaxiTariff(
            flag_fall=Money(tariff.flag_fall_minor, currency),
            flag_fall_meters=tariff.flag_fall_meters,
            unit_fare=Money(tariff.step_minor, currency),
            unit_meters=tariff.step_meters,
        )
    return None


_ACTIVE = "JOIN feed_version f USING (feed_version_id) WHERE f.status = 'active'"


async def _load_stops(connection: AsyncConnection, operators: dict[str, OperatorNetwork]) -> None:
    rows = await connection.execute(
        text(f"SELECT f.operator_id, stop_id, zone_id, area_numbers FROM feed_stop {_ACTIVE}")  # noqa: S608 - a constant
    )
    for row in rows:
        operators[row.operator_id].stops[row.stop_id] = KnownStop(
            frozenset(row.area_numbers), row.zone_id
        )


async def _load_routes_and_trips(
    connection: AsyncConnection, operators: dict[str, OperatorNetwork]
) -> None:
    routes = await connection.execute(
        text(f"SELECT f.operator_id, route_id FROM feed_route {_ACTIVE}")  # noqa: S608 - a constant
    )
    for row in routes:
        operators[row.operator_id].routes.add(row.route_id)
    trips = await connection.execute(
        text(f"SELECT f.operator_id, trip_id, route_id, direction_id FROM feed_trip {_ACTIVE}")  # noqa: S608 - a constant
    )
    for row in trips:
        operators[row.operator_id].trips[row.trip_id] = KnownTrip(row.route_id, row.direction_id)


async def _load_feed_fares(
    connection: AsyncConnection, operators: dict[str, OperatorNetwork]
) -> None:
    rows = await connection.execute(
        text(f"SELECT f.operator_id, document FROM feed_fare_table {_ACTIVE}")  # noqa: S608 - a constant
    )
    for row in rows:
        operator = operators[row.operator_id]
        if operator.tariff is None:
            operator.tariff = fare_table_from_document(row.document)
