"""Single fares out of fare_attributes.txt and fare_rules.txt."""

from fares.money import Money
from fares.shadow_fares import Leg, RuleFares, shadow_fare
from gtfs.fares_v1 import fare_table
from tests.support.feeds import SOUND, small_feed

FARES = "fare_id,price,currency_type,payment_method,transfers"


def price(table: RuleFares | None, leg: Leg) -> Money | None:
    """The shadow fare of a leg by a table that must be there."""
    assert table is not None
    return shadow_fare(table, leg)


def test_a_feed_without_fares_has_no_table() -> None:
    assert fare_table(small_feed()) is None


def test_a_fare_without_rules_is_for_every_ride() -> None:
    table = fare_table(small_feed(fare_attributes=f"{FARES} / tarifa,4.7,BRL,0,0"))
    assert price(table, Leg()) == Money(470, "BRL")


def test_yen_have_no_decimals_and_zones_may_be_stops() -> None:
    table = fare_table(
        small_feed(
            fare_attributes=f"{FARES} / k_210,210,JPY,0,0 / k_230,230,JPY,0,0",
            fare_rules="fare_id,route_id,origin_id,destination_id / k_210,r,A,B / k_230,r,B,A",
        )
    )
    there = Leg(route_id="r", origin_zone_id="A", destination_zone_id="B")
    back = Leg(route_id="r", origin_zone_id="B", destination_zone_id="A")
    unknown = Leg(route_id="r", origin_zone_id="A", destination_zone_id="C")
    assert price(table, there) == Money(210, "JPY")
    assert price(table, back) == Money(230, "JPY")
    assert price(table, unknown) is None


def test_zones_that_must_be_passed_are_one_rule() -> None:
    table = fare_table(
        small_feed(
            fare_attributes=f"{FARES} / f,3.00,EUR,0,0",
            fare_rules="fare_id,contains_id / f,1 / f,2",
        )
    )
    assert table is not None
    assert [rule.visited_zone_ids for rule in table.rules] == [frozenset({"1", "2"})]
    assert price(table, Leg(visited_zone_ids=frozenset({"1", "2"}))) == Money(300, "EUR")
    assert price(table, Leg(visited_zone_ids=frozenset({"1"}))) is None


def test_an_agency_counts_only_where_there_are_several() -> None:
    header = f"{FARES},agency_id"
    one = fare_table(small_feed(fare_attributes=f"{header} / f,210,JPY,0,0,o"))
    assert price(one, Leg()) == Money(210, "JPY")
    several = fare_table(
        small_feed(
            agency=f"{SOUND['agency.txt']} / n,Nishi,https://nishi.example,Asia/Tokyo",
            fare_attributes=f"{header} / f,210,JPY,0,0,o / g,180,JPY,0,0,n",
        )
    )
    assert price(several, Leg(agency_id="n")) == Money(180, "JPY")
    assert price(several, Leg(agency_id="o")) == Money(210, "JPY")


def test_prices_that_cannot_be_paid_are_unknown_never_zero() -> None:
    for row in ("f,free,JPY,0,0", "f,-1,JPY,0,0", "f,210.5,JPY,0,0", "f,210,YEN,0,0"):
        assert fare_table(small_feed(fare_attributes=f"{FARES} / {row}")) is None


def test_one_table_has_one_currency() -> None:
    fares = f"{FARES} / f,210,JPY,0,0 / g,2.10,EUR,0,0"
    assert fare_table(small_feed(fare_attributes=fares)) is None
