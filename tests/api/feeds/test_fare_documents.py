"""Fare rules come back from the database as they went in."""

from __future__ import annotations

from pathlib import Path

import orjson

from api.feeds.fare_documents import fare_table_from_document, fare_table_to_document
from fares.money import Money
from fares.shadow_fares import FareRule, Leg, RuleFares, shadow_fare
from gtfs.fares_v1 import fare_table
from gtfs.feed import read_feed

MURORAN = Path("api/demo/data/muroran/feeds/gtfs_jp_muroran_donan.zip")


def test_every_part_of_a_rule_survives() -> None:
    table = RuleFares(
        (
            FareRule(Money(210, "JPY")),
            FareRule(Money(300, "JPY"), "A", "L1", "Z1", "Z2", frozenset({"Z1", "Z2"})),
        )
    )
    stored = orjson.loads(orjson.dumps(fare_table_to_document(table)))
    assert fare_table_from_document(stored) == table


def test_the_distance_fares_of_a_japanese_town_survive() -> None:
    table = fare_table(read_feed(MURORAN))
    assert table is not None
    stored = fare_table_from_document(fare_table_to_document(table))
    assert len(stored.rules) == 63_745
    rule = stored.rules[0]
    leg = Leg(
        route_id=rule.route_id,
        origin_zone_id=rule.origin_zone_id,
        destination_zone_id=rule.destination_zone_id,
    )
    assert shadow_fare(stored, leg) == rule.fare
