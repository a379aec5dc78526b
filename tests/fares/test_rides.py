from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.money import Money
from fares.reasons import Reason, Refused
from fares.ride_steps import STEPS
from fares.rides import (
    Action,
    By,
    FeeRule,
    Kind,
    LegState,
    RideRules,
    RideState,
    RideStatus,
    advance,
    deadline_at,
    find_fee,
    open_booked,
    open_walk_up,
)
from tests.support.fares import NOW, yen

HOLD = yen(2000)
FEES = RideRules(
    fees=(
        FeeRule(Action.CANCEL, yen(0), by=frozenset({By.DRIVER, By.PROVIDER})),
        FeeRule(Action.CANCEL, yen(500), free_for=timedelta(minutes=2)),
        FeeRule(Action.NO_SHOW, yen(9000), legs=frozenset({LegState.READY_TO_USE})),
    )
)


def minutes(count: float) -> datetime:
    """So many minutes after the ride was opened."""
    return NOW + timedelta(minutes=count)


def follow(state: RideState, actions: Iterable[Action]) -> RideState:
    for action in actions:
        advanced = advance(state, action, NOW)
        assert isinstance(advanced, RideState), (action, advanced)
        state = advanced
    return state


# The life of a ride.


@pytest.mark.parametrize("leaving", [Action.TAP_OFF, Action.GATE_OUT])
def test_a_bus_ride_begins_with_boarding_and_ends_with_leaving(leaving: Action) -> None:
    ride = open_walk_up(NOW)
    assert (ride.status, ride.leg_state) == (RideStatus.AUTHORIZED, LegState.IN_USE)
    left = advance(ride, leaving, minutes(20))
    assert isinstance(left, RideState)
    assert (left.status, left.leg_state) == (RideStatus.CAPTURED, LegState.ENDED)
    assert left.captured is None  # nobody knew a price
    assert left.resolved_by is leaving


def test_a_taxi_ride_goes_from_hold_to_capture() -> None:
    ride = open_booked(NOW, HOLD)
    legs = []
    for action in (Action.CONFIRM, Action.ARRIVE, Action.START, Action.END):
        ride = follow(ride, [action])
        legs.append(ride.leg_state)
    assert legs == [
        LegState.PREPARING,
        LegState.READY_TO_USE,
        LegState.IN_USE,
        LegState.ENDED,
    ]
    paid = advance(ride, Action.CAPTURE, minutes(30), amount=yen(1800))
    assert isinstance(paid, RideState)
    assert (paid.status, paid.captured) == (RideStatus.CAPTURED, yen(1800))


def test_a_hailed_taxi_starts_without_confirming_or_arriving() -> None:
    ride = follow(open_booked(NOW, HOLD), [Action.START, Action.END])
    assert ride.leg_state is LegState.ENDED


@pytest.mark.parametrize(
    ("steps", "action", "leg_state"),
    [
        ([], Action.VOID, LegState.CANCELLED),
        ([Action.START], Action.VOID, LegState.ABENDED),
        ([Action.START, Action.END], Action.VOID, LegState.ENDED),
        ([Action.CONFIRM], Action.NO_VEHICLE, LegState.CANCELLED),
        ([Action.ARRIVE], Action.NO_SHOW, LegState.CANCELLED),
    ],
)
def test_an_authorization_can_end_without_a_capture(steps, action, leg_state) -> None:
    ride = advance(follow(open_booked(NOW, HOLD), steps), action, minutes(5))
    assert isinstance(ride, RideState)
    assert (ride.status, ride.leg_state) == (RideStatus.VOIDED, leg_state)
    assert ride.captured is None


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (open_walk_up(NOW), Action.CAPTURE),
        (open_walk_up(NOW), Action.EXPIRE),
        (open_walk_up(NOW), Action.ADJUST),
        (open_booked(NOW, HOLD), Action.TAP_OFF),
        (open_booked(NOW, HOLD), Action.END),
        (open_booked(NOW, HOLD), Action.CAPTURE),
        (follow(open_booked(NOW, HOLD), [Action.START]), Action.NO_SHOW),
        (follow(open_booked(NOW, HOLD), [Action.START, Action.END]), Action.START),
        (follow(open_booked(NOW, HOLD), [Action.VOID]), Action.START),
        (follow(open_walk_up(NOW), [Action.TAP_OFF]), Action.TAP_OFF),
    ],
)
def test_a_step_out_of_turn_is_refused(state: RideState, action: Action) -> None:
    assert advance(state, action, NOW) == Refused(Reason.WRONG_STATE, f"ride:{action.value}")


def test_every_action_but_the_correction_is_a_step_of_some_ride() -> None:
    assert {action for _, _, action in STEPS} == set(Action) - {Action.ADJUST}


def test_every_open_ride_can_be_voided_and_is_ended_by_time() -> None:
    timed = {Kind.WALK_UP: Action.CLOSE, Kind.BOOKED: Action.EXPIRE}
    began = {(ride.kind, ride.leg_state) for ride in (open_walk_up(NOW), open_booked(NOW, HOLD))}
    led_to = {
        (kind, leg) for (kind, _, _), (to, leg) in STEPS.items() if to is RideStatus.AUTHORIZED
    }
    for kind, leg in began | led_to:
        assert STEPS[kind, leg, Action.VOID][0] is RideStatus.VOIDED
        assert STEPS[kind, leg, timed[kind]][0] is not RideStatus.AUTHORIZED


# Time.


def test_a_missed_tap_off_is_closed_by_rule_and_not_before() -> None:
    ride = open_walk_up(NOW, yen(230))
    assert deadline_at(ride) == minutes(240)
    assert advance(ride, Action.CLOSE, minutes(239)) == Refused(Reason.WRONG_STATE, "ride:deadline")
    closed = advance(ride, Action.CLOSE, minutes(240))
    assert isinstance(closed, RideState)
    assert (closed.status, closed.captured) == (RideStatus.CAPTURED, yen(230))
    assert closed.resolved_by is Action.CLOSE
    assert advance(ride, Action.TAP_OFF, minutes(240)) == Refused(
        Reason.NO_OPEN_RIDE, "ride:deadline"
    )


def test_a_hold_that_nobody_starts_expires() -> None:
    ride = open_booked(NOW, HOLD)
    assert deadline_at(ride) == minutes(120)
    assert advance(ride, Action.EXPIRE, minutes(119)) == Refused(
        Reason.WRONG_STATE, "ride:deadline"
    )
    expired = advance(ride, Action.EXPIRE, minutes(120))
    assert isinstance(expired, RideState)
    assert (expired.status, expired.leg_state) == (RideStatus.EXPIRED, LegState.CANCELLED)
    assert advance(ride, Action.START, minutes(120)) == Refused(
        Reason.HOLD_EXPIRED, "ride:deadline"
    )


def test_a_ride_under_way_has_a_day_to_be_captured() -> None:
    ride = advance(open_booked(NOW, HOLD), Action.START, minutes(100))
    assert isinstance(ride, RideState)
    assert deadline_at(ride) == minutes(100) + timedelta(hours=24)
    assert isinstance(advance(ride, Action.END, minutes(130)), RideState)
    expired = advance(ride, Action.EXPIRE, deadline_at(ride))
    assert isinstance(expired, RideState)
    assert (expired.status, expired.leg_state) == (RideStatus.EXPIRED, LegState.ABENDED)


@pytest.mark.parametrize("ride", [open_walk_up(NOW), open_booked(NOW, HOLD)])
def test_a_mistake_can_be_voided_at_any_time(ride: RideState) -> None:
    voided = advance(ride, Action.VOID, deadline_at(ride) + timedelta(days=9))
    assert isinstance(voided, RideState)
    assert voided.status is RideStatus.VOIDED


# Amounts.


@pytest.mark.parametrize(
    ("amount", "signed", "outcome"),
    [
        (yen(2000), None, yen(2000)),
        (yen(0), None, yen(0)),
        (yen(2001), None, Reason.OVER_HOLD),
        (yen(2500), yen(2500), yen(2500)),
        (yen(2501), yen(2500), Reason.OVER_HOLD),
        (yen(1900), yen(100), yen(1900)),  # signing a low amount takes nothing from the hold
        (yen(2001), Money(9999, "EUR"), Reason.OVER_HOLD),
        (Money(100, "EUR"), None, Reason.WRONG_CURRENCY),
        (None, None, Reason.AMOUNT_MISSING),
    ],
)
def test_only_the_riders_signature_lifts_a_capture_above_the_hold(amount, signed, outcome) -> None:
    ride = follow(open_booked(NOW, HOLD), [Action.START, Action.END])
    result = advance(ride, Action.CAPTURE, NOW, amount=amount, signed=signed)
    if isinstance(result, Refused):
        assert result.reason is outcome
    else:
        assert result.captured == outcome


def test_a_price_known_only_on_leaving_is_captured_as_it_is() -> None:
    left = advance(open_walk_up(NOW), Action.GATE_OUT, minutes(30), amount=yen(310))
    assert isinstance(left, RideState)
    assert left.captured == yen(310)


def test_nobody_pays_riders_for_riding() -> None:
    ride = follow(open_booked(NOW, HOLD), [Action.START, Action.END])
    with pytest.raises(ValueError, match="no negative price"):
        advance(ride, Action.CAPTURE, NOW, amount=yen(-1))


# What not riding costs.


@pytest.mark.parametrize(
    ("by", "after_minutes", "fee"),
    [
        (By.RIDER, 1, None),
        (By.RIDER, 2, yen(500)),
        (By.DRIVER, 30, None),
        (By.PROVIDER, 30, None),
    ],
)
def test_a_late_cancellation_by_the_rider_costs(by, after_minutes, fee) -> None:
    ride = open_booked(NOW, HOLD)
    at = minutes(after_minutes)
    assert find_fee(ride, Action.CANCEL, at, by=by, rules=FEES) == fee
    cancelled = advance(ride, Action.CANCEL, at, by=by, rules=FEES)
    assert isinstance(cancelled, RideState)
    assert cancelled.leg_state is LegState.CANCELLED
    assert cancelled.captured == fee
    assert cancelled.status is (RideStatus.CAPTURED if fee else RideStatus.VOIDED)


def test_a_no_show_costs_only_when_the_vehicle_had_arrived_and_never_more_than_the_hold() -> None:
    ride = open_booked(NOW, HOLD)
    assert find_fee(ride, Action.NO_SHOW, minutes(9), rules=FEES) is None
    arrived = follow(ride, [Action.ARRIVE])
    assert find_fee(arrived, Action.NO_SHOW, minutes(9), rules=FEES) == HOLD


def test_without_fee_rules_not_riding_is_free() -> None:
    cancelled = advance(open_booked(NOW, HOLD), Action.CANCEL, minutes(9), by=By.RIDER)
    assert isinstance(cancelled, RideState)
    assert cancelled.status is RideStatus.VOIDED


def test_somebody_must_have_cancelled() -> None:
    with pytest.raises(ValueError, match="say who cancels"):
        advance(open_booked(NOW, HOLD), Action.CANCEL, NOW)


# Laws.

prices = st.none() | st.integers(0, 4000).map(yen)
steps = st.tuples(
    st.sampled_from(Action),
    st.integers(0, 300),  # minutes later
    st.sampled_from(By),
    prices,
    prices,
)


@given(
    st.sampled_from([open_walk_up(NOW), open_walk_up(NOW, HOLD), open_booked(NOW, HOLD)]),
    st.lists(steps, max_size=30),
)
def test_a_ride_resolves_at_most_once_and_never_above_what_was_agreed(state, sequence) -> None:
    at, agreed, resolved = NOW, state.hold, 0
    for action, later, by, amount, signed in sequence:
        at += timedelta(minutes=later)
        advanced = advance(state, action, at, by=by, amount=amount, signed=signed, rules=FEES)
        if isinstance(advanced, Refused):
            continue
        assert state.status is RideStatus.AUTHORIZED
        if agreed is not None:
            agreed = max(agreed, signed or agreed)
            assert advanced.captured is None or advanced.captured <= agreed
        resolved += advanced.status is not RideStatus.AUTHORIZED
        assert (advanced.resolved_by is not None) == bool(resolved)
        state = advanced
    assert resolved <= 1
