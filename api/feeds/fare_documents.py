"""A feed's fare rules as a document for the database, and back as `fares` reads them."""

from __future__ import annotations

from typing import Any

from fares.money import Money
from fares.shadow_fares import FareRule, RuleFares


def fare_table_to_document(table: RuleFares) -> dict[str, Any]:
    """The rules as one array each, so that tens of thousands stay small.

    Each is [amount_minor, agency_id, route_id, origin_zone_id, destination_zone_id,
    visited_zone_ids]; null matches anything.
    """
    return {
        "currency": table.rules[0].fare.currency if table.rules else None,
        "rules": [_row(rule) for rule in table.rules],
    }


def fare_table_from_document(document: dict[str, Any]) -> RuleFares:
    """The inverse of `fare_table_to_document`."""
    currency = document["currency"]
    return RuleFares(tuple(_rule(row, currency) for row in document["rules"]))


def _row(rule: FareRule) -> list[Any]:
    visited = rule.visited_zone_ids
    return [
        rule.fare.amount_minor,
        rule.agency_id,
        rule.route_id,
        rule.origin_zone_id,
        rule.destination_zone_id,
        None if visited is None else sorted(visited),
    ]


def _rule(row: list[Any], currency: str) -> FareRule:
    amount_minor, agency_id, route_id, origin_zone_id, destination_zone_id, visited = row
    return FareRule(
        fare=Money(amount_minor, currency),
        agency_id=agency_id,
        route_id=route_id,
        origin_zone_id=origin_zone_id,
        destination_zone_id=destination_zone_id,
        visited_zone_ids=None if visited is None else frozenset(visited),
    )
