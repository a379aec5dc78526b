import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.money import Money
from fares.shadow_fares import FareRule, FlatFare, Leg, RuleFares, TaxiTariff, shadow_fare
from tests.support.fares import yen

# Muroran's shape: every pair of stops on every route.
BY_STOP_PAIR = RuleFares(
    (
        FareRule(yen(210), route_id="10", origin_zone_id="A", destination_zone_id="B"),
        FareRule(yen(340), route_id="10", origin_zone_id="A", destination_zone_id="C"),
        FareRule(yen(190), route_id="20", origin_zone_id="A", destination_zone_id="B"),
    )
)
# The first 1,000 m for 500 yen, then 100 yen for each begun 250 m.
TARIFF = TaxiTariff(yen(500), 1000, yen(100), 250)


def test_a_flat_fare_asks_nothing() -> None:
    assert shadow_fare(FlatFare(Money(480, "BRL")), Leg()) == Money(480, "BRL")


def test_a_stop_pair_has_its_fare_by_route_and_direction() -> None:
    assert shadow_fare(BY_STOP_PAIR, Leg(None, "10", "A", "B")) == yen(210)
    assert shadow_fare(BY_STOP_PAIR, Leg(None, "10", "A", "C")) == yen(340)
    assert shadow_fare(BY_STOP_PAIR, Leg(None, "20", "A", "B")) == yen(190)
    assert shadow_fare(BY_STOP_PAIR, Leg(None, "10", "B", "A")) is None


@pytest.mark.parametrize(
    "leg",
    [
        Leg(None, "10", "A", None),  # boarded, not yet left
        Leg(None, "10", None, "B"),
        Leg(None, None, "A", "B"),
        Leg(None, "30", "A", "B"),
        Leg(),
    ],
)
def test_what_is_not_known_is_not_free(leg: Leg) -> None:
    assert shadow_fare(BY_STOP_PAIR, leg) is None


def test_a_fare_by_route_needs_no_destination() -> None:
    mixed = RuleFares((FareRule(yen(250), route_id="30"), *BY_STOP_PAIR.rules))
    assert shadow_fare(mixed, Leg(None, "30", "A")) == yen(250)
    assert shadow_fare(mixed, Leg(None, "10", "A")) is None


def test_the_cheapest_of_the_matching_rules_holds() -> None:
    table = RuleFares(
        (FareRule(yen(300)), FareRule(yen(250), route_id="30"), FareRule(yen(400), route_id="30"))
    )
    assert shadow_fare(table, Leg(route_id="30")) == yen(250)
    assert shadow_fare(table, Leg(route_id="40")) == yen(300)
    assert shadow_fare(table, Leg()) is None  # on route 30 it would be cheaper


def test_zones_passed_must_be_exactly_those_of_the_rule() -> None:
    table = RuleFares(
        (
            FareRule(yen(200), visited_zone_ids=frozenset({"1"})),
            FareRule(yen(320), visited_zone_ids=frozenset({"1", "2"})),
        )
    )
    assert shadow_fare(table, Leg(visited_zone_ids=frozenset({"1", "2"}))) == yen(320)
    assert shadow_fare(table, Leg(visited_zone_ids=frozenset({"2"}))) is None
    assert shadow_fare(table, Leg()) is None


def test_an_agencys_fares_are_its_own() -> None:
    table = RuleFares((FareRule(yen(200), agency_id="bus"), FareRule(yen(150), agency_id="tram")))
    assert shadow_fare(table, Leg(agency_id="bus")) == yen(200)
    assert shadow_fare(table, Leg(agency_id="ferry")) is None


def test_a_table_without_rules_knows_nothing() -> None:
    assert shadow_fare(RuleFares(()), Leg(None, "10", "A", "B")) is None


def test_a_table_has_one_currency() -> None:
    with pytest.raises(ValueError, match="one currency"):
        RuleFares((FareRule(yen(200)), FareRule(Money(200, "EUR"), route_id="1")))


@pytest.mark.parametrize(
    ("distance_meters", "fare"),
    [(0, 500), (1000, 500), (1001, 600), (1250, 600), (1251, 700), (5000, 2100)],
)
def test_a_taxi_counts_every_begun_unit(distance_meters: int, fare: int) -> None:
    assert shadow_fare(TARIFF, Leg(distance_meters=distance_meters)) == yen(fare)


def test_a_taxi_ride_of_unknown_length_has_no_price() -> None:
    assert shadow_fare(TARIFF, Leg()) is None


@pytest.mark.parametrize("unit_meters", [0, -250])
def test_a_taxi_counts_in_meters(unit_meters: int) -> None:
    with pytest.raises(ValueError, match="at least one meter"):
        TaxiTariff(yen(500), 1000, yen(100), unit_meters)


facts = st.none() | st.sampled_from("AB")
rules = st.lists(
    st.builds(
        FareRule,
        fare=st.integers(0, 9).map(yen),
        agency_id=facts,
        route_id=facts,
        origin_zone_id=facts,
        destination_zone_id=facts,
    ),
    max_size=8,
)
NAMES = ("agency_id", "route_id", "origin_zone_id", "destination_zone_id")


@given(rules, st.tuples(*[st.sampled_from("ABC")] * 4))
def test_the_index_finds_what_reading_every_rule_would(rules, values) -> None:
    leg = Leg(*values)
    matching = [
        rule.fare
        for rule in rules
        if all(getattr(rule, name) in (None, getattr(leg, name)) for name in NAMES)
    ]
    assert shadow_fare(RuleFares(tuple(rules)), leg) == min(matching, default=None)


@given(rules, st.tuples(*[facts] * 4), st.tuples(*[st.sampled_from("ABC")] * 4))
def test_knowing_more_never_changes_a_known_price(rules, known, values) -> None:
    table = RuleFares(tuple(rules))
    price = shadow_fare(table, Leg(*known))
    completed = Leg(*(fact or value for fact, value in zip(known, values, strict=True)))
    if price is not None:
        assert shadow_fare(table, completed) == price
