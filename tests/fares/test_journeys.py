from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.entitlements import Granted, decide
from fares.journeys import Part, continues, counted_by, recount
from fares.lines import Unit
from fares.modes import Mode
from fares.reasons import Reason, Refused
from fares.usage import Consumption
from tests.support.fares import (
    NOW,
    make_allowance,
    make_entitlement,
    make_plan,
    make_ride,
)

MONTH = date(2026, 11, 1)
SHARED = make_allowance("rides", Mode.BUS, Mode.RAIL, limit=10)
PLAN = make_plan(allowances=(SHARED,), companions=3)


def taken(quantity: int, allowance_id: str = "rides") -> Consumption:
    return Consumption(allowance_id, MONTH, quantity, Unit.RIDES)


def change(people: int, counted: int, used: int = 4, plan=PLAN) -> Granted | Refused:
    """Change to a train after a journey has counted so many people."""
    ride = make_ride(Mode.RAIL, companions=people - 1, counted={("rides", MONTH): counted})
    return decide(ride, make_entitlement(plan), {("rides", MONTH): used}, NOW)


@pytest.mark.parametrize(
    ("transfer_minutes", "later", "same_journey"),
    [(60, 0, True), (60, 59.9, True), (60, 60, False), (60, -1, False), (0, 0, False)],
)
def test_a_journey_goes_on_within_the_plans_minutes(transfer_minutes, later, same_journey) -> None:
    now = NOW + timedelta(minutes=later)
    assert continues(transfer_minutes, NOW, now) is same_journey


def test_changing_takes_no_further_ride_and_says_that_it_counts() -> None:
    granted = change(people=1, counted=1)
    assert isinstance(granted, Granted)
    assert granted.consumes == (taken(0),)
    assert granted.rule == "allowance:rides"


def test_changing_is_possible_with_nothing_left() -> None:
    assert isinstance(change(people=2, counted=2, used=10), Granted)
    assert change(people=2, counted=1, used=10) == Refused(
        Reason.ALLOWANCE_USED_UP, "allowance:rides"
    )


def test_who_joins_on_the_way_is_counted() -> None:
    granted = change(people=3, counted=2)
    assert isinstance(granted, Granted)
    assert granted.consumes == (taken(1),)


def test_each_allowance_counts_a_journey_for_itself() -> None:
    """A stop by bus first does not open a train that is counted elsewhere."""
    trains = make_allowance("trains", Mode.RAIL, limit=10)
    granted = change(people=1, counted=1, plan=make_plan(allowances=(SHARED, trains)))
    assert isinstance(granted, Granted)
    assert granted.consumes == (taken(0), taken(1, "trains"))


def test_money_is_counted_on_every_ride() -> None:
    first = Part(1, (Consumption("purse", MONTH, 210, Unit.AMOUNT),))
    assert counted_by([first]) == {}
    assert recount([first, first]) == [first.consumes, first.consumes]


def test_when_the_first_ride_drops_out_the_next_one_is_counted() -> None:
    rides = [Part(2, (taken(2),)), Part(2, (taken(0),)), Part(3, (taken(1),))]
    assert recount(rides[1:]) == [(taken(2),), (taken(1),)]


def test_fewer_people_on_one_ride_may_leave_a_journey_as_dear() -> None:
    assert recount([Part(1, (taken(2),)), Part(2, (taken(0),))]) == [(taken(1),), (taken(1),)]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_a_journey_takes_as_many_rides_as_people_were_ever_on_it(people: list[int]) -> None:
    parts: list[Part] = []
    for number in people:
        granted = decide(
            make_ride(companions=number - 1, counted=counted_by(parts)),
            make_entitlement(make_plan(allowances=(SHARED,), companions=4)),
            {},
            NOW,
        )
        assert isinstance(granted, Granted)
        parts.append(Part(number, granted.consumes))
    assert recount(parts) == [part.consumes for part in parts]
    assert sum(item.quantity for part in parts for item in part.consumes) == max(people)
