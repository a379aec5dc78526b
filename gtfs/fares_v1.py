"""What does a single ride cost by fare_attributes.txt and fare_rules.txt (GTFS Fares v1)?

Leaves out transfers, and the price for IC cards that GTFS-JP adds: a shadow fare is what a
resident without the plan would have paid in cash.
"""

from collections.abc import Iterator

from fares.money import Money
from fares.shadow_fares import FareRule, RuleFares
from gtfs.currencies import parse_price
from gtfs.feed import Feed
from gtfs.reading import Table

# Route, origin and destination of a row of fare_rules.txt.
Place = tuple[str, str, str]


def fare_table(feed: Feed) -> RuleFares | None:
    """Return the feed's fares, None when it has none or they are in several currencies.

    A fare without rules holds for every ride, as the reference has it. A fare without a readable
    price is left out: its rides have no known price.
    """
    prices = _prices(feed.table("fare_attributes"))
    if len({price.currency for price in prices.values()}) != 1:
        return None
    agencies = _agencies(feed)
    places = _places_by_fare(feed.table("fare_rules"))
    rules = tuple(
        rule
        for fare_id, price in prices.items()
        for rule in _rules(price, agencies.get(fare_id), places.get(fare_id, {("", "", ""): set()}))
    )
    return RuleFares(rules)


def _prices(fares: Table) -> dict[str, Money]:
    """Return the price of every fare that has one."""
    columns = (fares.text(name) for name in ("fare_id", "price", "currency_type"))
    prices = {
        fare_id: parse_price(price, currency)
        for fare_id, price, currency in zip(*columns, strict=True)
    }
    return {fare_id: price for fare_id, price in prices.items() if price is not None}


def _agencies(feed: Feed) -> dict[str, str]:
    """Return the agency of every fare that is of one agency only; with one agency in the feed
    every ride is with it, known or not."""
    if len(feed.table("agency").frame) < 2:
        return {}
    fares = feed.table("fare_attributes")
    return dict(zip(fares.text("fare_id"), fares.text("agency_id"), strict=True))


def _places_by_fare(rules: Table) -> dict[str, dict[Place, set[str]]]:
    """Return by fare the places it holds for, each with the zones a ride must pass.

    Rows that differ in contains_id alone are one rule: all their zones must be passed.
    """
    places: dict[str, dict[Place, set[str]]] = {}
    names = ("fare_id", "route_id", "origin_id", "destination_id", "contains_id")
    for fare_id, *place, passed in zip(*(rules.text(name) for name in names), strict=True):
        route_id, origin, destination = place
        zones = places.setdefault(fare_id, {}).setdefault((route_id, origin, destination), set())
        if passed:
            zones.add(passed)
    return places


def _rules(
    price: Money, agency_id: str | None, places: dict[Place, set[str]]
) -> Iterator[FareRule]:
    for (route_id, origin, destination), zones in places.items():
        yield FareRule(
            price,
            agency_id=agency_id or None,
            route_id=route_id or None,
            origin_zone_id=origin or None,
            destination_zone_id=destination or None,
            visited_zone_ids=frozenset(zones) or None,
        )
