"""Deciding a tap or a hold on what the batch knows: checks in the reader's order, then `fares`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from api.clock import service_instant
from api.rides.answers import CLOSED, GRANTED, Answer, granted, refused
from api.rides.journeys import Journey, journey_at
from api.rides.network import Network, OperatorNetwork
from api.rides.pricing import capture, fare_for_all
from api.rides.requests import Shown, Tap
from api.rides.showing import check_replay, note_use
from api.rides.state import BatchState, Holder, PassRecord, Ride
from fares.entitlements import Granted, RideRequest, decide
from fares.money import Money
from fares.passes import Medium, VerifiedPass
from fares.reasons import Reason, Refused
from fares.rides import (
    Action,
    Kind,
    RideState,
    RideStatus,
    advance,
    open_booked,
    open_walk_up,
)
from fares.taps import TapAction

_RIDES = UUID("e1f9f7a4-6d0c-4b1c-9a5e-3f2b8c7d9a10")


def decide_tap(tap: Tap, state: BatchState, network: Network) -> Answer:
    """Decide one tap and change the batch's state accordingly."""
    now = tap.caller.arrived_at
    day, seconds = service_instant(now, network.zone)
    outcome = _decide(tap, state, network, day, seconds)
    if isinstance(outcome, Refused):
        state.refusals.append(_refusal_row(tap, outcome, day, seconds))
        return refused(outcome, mode=tap.mode, now=now)
    return outcome


def _decide(
    tap: Tap, state: BatchState, network: Network, day: date, seconds: int
) -> Answer | Refused:
    if isinstance(tap.verified, Refused):
        return tap.verified
    record = state.find_record(tap.verified)
    if isinstance(record, Refused):
        return record
    operator = network.operators[tap.caller.operator_id]
    refusal = check_replay(tap, tap.verified, record, state) or check_service(tap, operator)
    if refusal is not None:
        return refusal
    if tap.action.opens:
        answer = _open_ride(tap, state, network, operator, record, day, seconds)
    else:
        answer = leave(tap, operator, record.holder)
    if isinstance(answer, Answer):
        note_use(tap, tap.verified, record, state)
    return answer


def _open_ride(
    tap: Tap,
    state: BatchState,
    network: Network,
    operator: OperatorNetwork,
    record: PassRecord,
    day: date,
    seconds: int,
) -> Answer | Refused:
    holder = record.holder
    weighed = weigh(tap, operator, holder, day, seconds)
    if isinstance(weighed, Refused):
        return weighed
    decision, price, journey = weighed.decision, weighed.price, weighed.journey
    for ride in holder.open_rides(tap.caller.operator_id):
        if ride.row["kind"] == Kind.WALK_UP:
            close_untapped(ride, tap.caller.arrived_at, closed_by="next_tap")
    ride = new_ride(tap, holder, operator, network, decision, price, day, journey)
    ride.set(card_id=record.card_id)
    ride.consume(decision.consumes)
    state.add(ride)
    if tap.action is not TapAction.HOLD and operator.tap_off == "none":
        close_untapped(ride, tap.caller.arrived_at, closed_by="tap_on")
    return _granted(tap, ride, decision.rule, GRANTED)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A ride that may begin: by which line of the plan, at which price, in which journey."""

    decision: Granted
    price: Money | None
    journey: Journey


def weigh(
    tap: Tap, operator: OperatorNetwork, holder: Holder, day: date, seconds: int
) -> Weighed | Refused:
    """Would the plan let this ride begin? Changes nothing, so it answers a mere question too."""
    booked = tap.action is TapAction.HOLD
    open_rides = holder.open_rides(tap.caller.operator_id)
    if booked and any(ride.row["kind"] == Kind.BOOKED for ride in open_rides):
        return Refused(Reason.RIDE_ALREADY_OPEN, "ride:one_at_a_time")
    journey = Journey(None, {}) if booked else journey_at(holder, day, tap.caller.arrived_at)
    price = tap.amount if booked else _fare(tap, operator)
    request = RideRequest(
        mode=tap.mode,
        operator_id=tap.caller.operator_id,
        areas=operator.areas_of(tap.stop_id) | tap.area_numbers,
        service_date=day,
        service_seconds=seconds,
        amount=price,
        companions=tap.companions,
        counted=journey.counted,
    )
    decision = decide(request, holder.entitlement_on(day), holder.usage, tap.caller.arrived_at)
    return decision if isinstance(decision, Refused) else Weighed(decision, price, journey)


def check_service(tap: Tap, operator: OperatorNetwork) -> Refused | None:
    """Does the operator have what is asked for: the mode, and the names that are given?"""
    if tap.mode not in operator.modes:
        return Refused(Reason.MODE_NOT_COVERED, "operator:modes")
    return operator.check(tap.stop_id, tap.route_id, tap.trip_id)


def leave(tap: Tap, operator: OperatorNetwork, holder: Holder) -> Answer | Refused:
    """Close the open ride of this mode with the operator, at the stop where it is left."""
    rides = [
        ride
        for ride in holder.open_rides(tap.caller.operator_id)
        if ride.row["kind"] == Kind.WALK_UP and ride.row["mode"] == tap.mode
    ]
    if not rides:
        return Refused(Reason.NO_OPEN_RIDE, "ride:none_open")
    ride = rides[-1]
    now = tap.caller.arrived_at
    row = ride.row
    price = fare_for_all(
        operator, row["route_id"], row["boarding_stop_id"], tap.stop_id, row["companions"]
    )
    action = Action.TAP_OFF if tap.action is TapAction.TAP_OFF else Action.GATE_OUT
    after = advance(ride.state(), action, now, amount=_within_hold(ride, price))
    if isinstance(after, Refused):
        return after
    capture(ride, after, price)
    ride.set(alighting_stop_id=tap.stop_id, alighted_at=now, closed_by=str(action), closed_at=now)
    return _granted(tap, ride, f"ride:{action}", CLOSED)


def _fare(tap: Tap, operator: OperatorNetwork) -> Money | None:
    return fare_for_all(operator, _route_of(tap, operator), tap.stop_id, None, tap.companions)


def _within_hold(ride: Ride, price: Money | None) -> Money | None:
    """A walk-up ride never costs its rider more than what it was let on for."""
    hold = ride.money("hold_minor")
    return price if price is None or hold is None else min(price, hold)


def close_untapped(ride: Ride, now: datetime, closed_by: str) -> None:
    """Close a walk-up ride that has no tap-off of its own, at what it was let on for."""
    after = advance(ride.state(), Action.TAP_OFF, ride.row["granted_at"])
    assert isinstance(after, RideState), "an open walk-up ride can always be left"
    capture(ride, after, ride.money("shadow_fare_minor"))
    ride.set(closed_by=closed_by, closed_at=now)


def new_ride(
    tap: Tap,
    holder: Holder,
    operator: OperatorNetwork,
    network: Network,
    decision: Granted,
    price: Money | None,
    day: date,
    journey: Journey,
) -> Ride:
    """A ride as its tap begins it, not yet counted on anything."""
    shown = tap.verified
    assert not isinstance(shown, Refused), "a ride begins with a pass or a card"
    now = tap.caller.arrived_at
    booked = tap.action is TapAction.HOLD
    opened = open_booked(now, price) if booked and price else open_walk_up(now, price)
    trip = operator.find_trip(tap.trip_id)
    direction = tap.direction_id if trip is None else trip.direction_id
    row: dict[str, Any] = {
        "account_id": holder.account_id,
        "authorization_id": ride_id(tap.caller.operator_id, tap.caller.idempotency_key, shown),
        "subscription_id": holder.subscription_id,
        "pass_id": shown.claims.pass_id if isinstance(shown, VerifiedPass) else None,
        "operator_id": tap.caller.operator_id,
        "validator_id": tap.caller.key_id,
        "kind": str(opened.kind),
        "mode": str(tap.mode),
        "status": str(RideStatus.AUTHORIZED),
        "leg_state": str(opened.leg_state),
        "rule": decision.rule,
        "service_date": day,
        "granted_at": now,
        "currency": network.currency,
        "rider_pays_minor": decision.rider_pays.amount_minor,
        "plan_pays_minor": decision.plan_pays.amount_minor if decision.plan_pays else None,
        "hold_minor": price.amount_minor if price else None,
        "captured_minor": None,
        "shadow_fare_minor": price.amount_minor if price and not booked else None,
        "distance_meters": None,
        "companions": tap.companions,
        "consumed": [],
        "route_id": _route_of(tap, operator),
        "direction_id": direction,
        "trip_id": tap.trip_id,
        "vehicle_id": tap.vehicle_id,
        "boarding_stop_id": tap.stop_id,
        "alighting_stop_id": None,
        "boarded_at": None if booked else now,
        "alighted_at": None,
        "closed_by": None,
        "closed_at": None,
        "exported_at": None,
        "journey_id": journey.journey_id,
    }
    return Ride(row, holder, new=True)


def ride_id(operator_id: str, key: str, shown: Shown) -> str:
    """The same for the same request and code or card, whichever server decides it, and how often.

    So a ride that was lost with its server comes back under the id that its reader was told.
    """
    if isinstance(shown, VerifiedPass) and shown.claims.medium != Medium.CARD:
        what = f"{shown.certificate_hash.hex()}/{shown.counter}"
    else:
        what = "card"  # a record has its pass of the day, a tap its reference: not the same bytes
    return str(uuid5(_RIDES, f"{operator_id}/{key}/{what}"))


def _route_of(tap: Tap, operator: OperatorNetwork) -> str | None:
    """The trip's own route, where the trip is known, whatever else the reader says."""
    trip = operator.find_trip(tap.trip_id)
    return tap.route_id if trip is None else trip.route_id


def _granted(tap: Tap, ride: Ride, rule: str, message: Any) -> Answer:
    return granted(
        authorization_id=ride.authorization_id,
        rule=rule,
        message=message,
        row=ride.row,
        category=ride.holder.rider_category,
        now=tap.caller.arrived_at,
    )


def _refusal_row(tap: Tap, refusal: Refused, day: date, seconds: int) -> dict[str, Any]:
    """Unmet demand as the planner may see it: where, when and why, never who."""
    return {
        "refusal_id": uuid4(),
        "service_date": day,
        "service_hour": seconds // 3600,
        "operator_id": tap.caller.operator_id,
        "mode": str(tap.mode),
        "reason": str(refusal.reason),
        "stop_id": tap.stop_id,
        "route_id": tap.route_id,
    }
