"""What would this ride have cost without the plan?

An unknown price is None, never zero: a zero would tell an operator that its ride was worth
nothing. Leaves out transfers between legs and GTFS Fares v2.
"""

from dataclasses import dataclass, field

from fares.money import Money


@dataclass(frozen=True, slots=True)
class Leg:
    """One ride on one vehicle, as far as it is known.

    Zones are GTFS `zone_id`s; `visited_zone_ids` are all zones the leg touches, both ends included.
    """

    agency_id: str | None = None
    route_id: str | None = None
    origin_zone_id: str | None = None
    destination_zone_id: str | None = None
    visited_zone_ids: frozenset[str] | None = None
    distance_meters: int | None = None


@dataclass(frozen=True, slots=True)
class FlatFare:
    """Every ride costs the same."""

    fare: Money

    def price(self, _leg: Leg) -> Money | None:
        """The one price."""
        return self.fare


@dataclass(frozen=True, slots=True)
class TaxiTariff:
    """A metered tariff: a flag fall covers the first meters, then every begun unit costs.

    Leaves out the clock of the meter (waiting, slow traffic) and night rates: no record of
    a ride carries them.
    """

    flag_fall: Money
    flag_fall_meters: int
    unit_fare: Money
    unit_meters: int

    def __post_init__(self) -> None:
        if self.unit_meters <= 0:
            raise ValueError("a taxi tariff counts in units of at least one meter")

    def price(self, leg: Leg) -> Money | None:
        """The price by distance, or None without one."""
        if leg.distance_meters is None:
            return None
        beyond = max(0, leg.distance_meters - self.flag_fall_meters)
        units = -(-beyond // self.unit_meters)
        fares = Money(units * self.unit_fare.amount_minor, self.unit_fare.currency)
        return self.flag_fall + fares


@dataclass(frozen=True, slots=True)
class FareRule:
    """A row of GTFS fare_rules.txt with its price; None matches anything.

    `visited_zone_ids` are all `contains_id`s of the fare together: the leg must touch exactly
    these zones.
    """

    fare: Money
    agency_id: str | None = None
    route_id: str | None = None
    origin_zone_id: str | None = None
    destination_zone_id: str | None = None
    visited_zone_ids: frozenset[str] | None = None


_Facts = tuple[str | frozenset[str] | None, ...]
_Asked = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class RuleFares:
    """Fares by zone pair, stop pair, route or zones passed, as GTFS Fares v1 states them.

    Rules match row by row; of those that match, the cheapest holds, as in OpenTripPlanner (the
    specification does not say). A leg that lacks a fact which a rule of its route asks for has
    no known price. Raises ValueError when rules mix currencies.
    """

    rules: tuple[FareRule, ...]
    _prices: dict[_Facts, Money] = field(init=False, compare=False, repr=False)
    _asked_by_route: dict[str | None, frozenset[_Asked]] = field(
        init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        prices: dict[_Facts, Money] = {}
        asked_by_route: dict[str | None, set[_Asked]] = {}
        for rule in self.rules:
            facts = _facts(rule)
            prices[facts] = min(rule.fare, prices.get(facts, rule.fare))
            asked = tuple(fact is not None for fact in facts)
            asked_by_route.setdefault(rule.route_id, set()).add(asked)
        if len({fare.currency for fare in prices.values()}) > 1:
            raise ValueError("one fare table has one currency")
        frozen = {route_id: frozenset(asked) for route_id, asked in asked_by_route.items()}
        object.__setattr__(self, "_prices", prices)
        object.__setattr__(self, "_asked_by_route", frozen)

    def price(self, leg: Leg) -> Money | None:
        """The cheapest fare that matches, or None when none does or too little is known."""
        facts = _facts(leg)
        found = []
        for asked in self._asked_about(leg):
            if any(needed and fact is None for needed, fact in zip(asked, facts, strict=True)):
                return None
            key = tuple(fact if needed else None for needed, fact in zip(asked, facts, strict=True))
            if (fare := self._prices.get(key)) is not None:
                found.append(fare)
        return min(found, default=None)

    def _asked_about(self, leg: Leg) -> frozenset[_Asked]:
        """The sets of facts that rules which may concern this leg ask for."""
        if leg.route_id is None:
            return frozenset().union(*self._asked_by_route.values())
        none: frozenset[_Asked] = frozenset()
        return self._asked_by_route.get(leg.route_id, none) | self._asked_by_route.get(None, none)


FareTable = FlatFare | TaxiTariff | RuleFares


def shadow_fare(table: FareTable, leg: Leg) -> Money | None:
    """The price of a leg by an operator's table; None when it cannot be known."""
    return table.price(leg)


def _facts(of: Leg | FareRule) -> _Facts:
    return (
        of.agency_id,
        of.route_id,
        of.origin_zone_id,
        of.destination_zone_id,
        of.visited_zone_ids,
    )
