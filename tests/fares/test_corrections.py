from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.corrections import adjust, take_back
from fares.money import Money
from fares.reasons import Reason, Refused
from fares.ride_steps import Action, RideStatus
from fares.rides import RideState, advance, open_booked, open_walk_up
from tests.support.fares import NOW, yen

DAY = timedelta(hours=24)


def left(hold: Money | None = None, price: Money | None = None, at: datetime = NOW) -> RideState:
    """A bus ride that was tapped off."""
    ride = advance(open_walk_up(at, hold), Action.TAP_OFF, at, amount=price)
    assert isinstance(ride, RideState)
    return ride


def test_a_captured_ride_can_be_taken_back_for_a_day() -> None:
    ride = left(yen(210))
    taken = take_back(ride, NOW + DAY - timedelta(seconds=1))
    assert isinstance(taken, RideState)
    assert (taken.status, taken.captured) == (RideStatus.VOIDED, None)
    assert (taken.resolved_by, taken.resolved_at) == (Action.TAP_OFF, NOW)
    assert take_back(ride, NOW + DAY) == Refused(Reason.CORRECTION_TOO_LATE, "ride:correct_within")
    assert take_back(taken, NOW) == Refused(Reason.WRONG_STATE, "ride:void")


def test_what_was_not_captured_is_not_taken_back() -> None:
    assert take_back(open_walk_up(NOW), NOW) == Refused(Reason.WRONG_STATE, "ride:void")


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [
        (yen(180), yen(180)),
        (yen(0), yen(0)),
        (yen(210), yen(210)),
        (yen(211), Reason.OVER_HOLD),
        (Money(1, "EUR"), Reason.WRONG_CURRENCY),
    ],
)
def test_an_operator_may_state_a_lower_price_and_no_higher(amount, outcome) -> None:
    result = adjust(left(yen(400), yen(210)), NOW, amount=amount)
    if isinstance(result, Refused):
        assert result.reason is outcome
    else:
        assert (result.status, result.captured, result.hold) == (
            RideStatus.CAPTURED,
            outcome,
            yen(400),
        )


def test_while_under_way_the_hold_is_what_goes_down() -> None:
    lower = adjust(open_walk_up(NOW, yen(400)), NOW, amount=yen(230))
    assert isinstance(lower, RideState)
    assert (lower.status, lower.hold) == (RideStatus.AUTHORIZED, yen(230))
    out = advance(lower, Action.GATE_OUT, NOW)
    assert isinstance(out, RideState)
    assert out.captured == yen(230)


@pytest.mark.parametrize(
    ("captured", "fare", "price"),
    [
        (yen(210), yen(180), yen(180)),
        (yen(210), yen(300), yen(210)),
        (yen(210), None, yen(210)),
        (None, yen(300), yen(300)),  # as if the right stop had been tapped
        (None, None, None),
    ],
)
def test_the_tariff_of_the_corrected_ride_never_makes_it_dearer(captured, fare, price) -> None:
    corrected = adjust(left(captured), NOW, fare=fare)
    assert isinstance(corrected, RideState)
    assert corrected.captured == price


def test_where_nobody_knew_a_price_no_operator_names_one() -> None:
    assert adjust(left(), NOW, amount=yen(1)) == Refused(Reason.OVER_HOLD, "ride:hold")


def test_a_booked_ride_is_adjusted_once_it_is_over() -> None:
    ride = open_booked(NOW, yen(2000))
    assert adjust(ride, NOW, amount=yen(1)) == Refused(Reason.WRONG_STATE, "ride:adjust")
    for action in (Action.START, Action.END):
        ride = advance(ride, action, NOW)
        assert isinstance(ride, RideState)
    done = advance(ride, Action.CAPTURE, NOW, amount=yen(1800))
    assert isinstance(done, RideState)
    lower = adjust(done, NOW, amount=yen(1500))
    assert isinstance(lower, RideState)
    assert lower.captured == yen(1500)


def test_a_ride_past_its_deadline_waits_for_the_rule_to_close_it() -> None:
    late = NOW + timedelta(hours=4)
    assert adjust(open_walk_up(NOW, yen(9)), late) == Refused(
        Reason.CORRECTION_TOO_LATE, "ride:correct_within"
    )


def test_nobody_pays_riders_for_riding() -> None:
    with pytest.raises(ValueError, match="no negative price"):
        adjust(left(yen(210)), NOW, amount=yen(-1))


prices = st.none() | st.integers(0, 500).map(yen)


@given(prices, st.lists(st.tuples(prices, prices), max_size=8))
def test_corrections_only_ever_lower_a_known_price(captured, corrections) -> None:
    ride = replace(left(captured), captured=captured)
    for amount, fare in corrections:
        corrected = adjust(ride, NOW, amount=amount, fare=fare)
        if isinstance(corrected, Refused):
            continue
        if ride.captured is not None:
            assert corrected.captured is not None
            assert corrected.captured <= ride.captured
        ride = corrected
