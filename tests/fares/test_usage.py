from datetime import date

from fares.plans import Unit
from fares.usage import Consumption, settle_usage, split_fare
from tests.support.fares import yen

MONTH = date(2026, 11, 1)
HELD = (
    Consumption("budget", MONTH, 1500, Unit.AMOUNT),
    Consumption("trips", MONTH, 1, Unit.RIDES),
)


def test_a_cheaper_ride_gives_the_rest_of_the_amount_back_and_stays_a_ride() -> None:
    assert settle_usage(HELD, yen(1100)) == (Consumption("budget", MONTH, 400, Unit.AMOUNT),)
    assert settle_usage(HELD, yen(0)) == (Consumption("budget", MONTH, 1500, Unit.AMOUNT),)


def test_a_ride_that_costs_what_was_held_or_more_gives_nothing_back() -> None:
    assert settle_usage(HELD, yen(1500)) == ()
    assert settle_usage(HELD, yen(1501)) == ()


def test_the_rider_pays_what_the_plan_does_not() -> None:
    assert split_fare(yen(1500), yen(2000)) == (yen(1500), yen(500))
    assert split_fare(yen(1500), yen(1100)) == (yen(1100), yen(0))


def test_a_price_known_only_afterwards_is_the_plans() -> None:
    assert split_fare(None, yen(310)) == (yen(310), yen(0))
