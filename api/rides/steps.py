"""Deciding a step of an open ride: the lifecycle of `fares`, and a price above the hold anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.clock import service_instant
from api.rides.answers import CHANGED, CLOSED, Answer, granted, refused
from api.rides.corrections import check_reader, correct_ride, granted_areas
from api.rides.journeys import recount_journey
from api.rides.network import Network
from api.rides.pricing import capture, release
from api.rides.requests import Step
from api.rides.state import BatchState, Ride
from fares.entitlements import RideRequest, decide
from fares.lines import Unit
from fares.modes import Mode
from fares.money import Money
from fares.reasons import Reason, Refused
from fares.rides import Action, RideState, RideStatus, advance


def decide_step(step: Step, state: BatchState, network: Network) -> Answer:
    """Decide one step and change the batch's state accordingly."""
    now = step.caller.arrived_at
    ride = state.rides.get(str(step.authorization_id))
    if ride is None or ride.row["operator_id"] != step.caller.operator_id:
        # Another operator's ride answers as one that is not there.
        return refused(Refused(Reason.NO_OPEN_RIDE, "ride:unknown"), mode=None, now=now)
    outcome = _decide(step, ride, state, network, now)
    mode = ride.row["mode"]
    if isinstance(outcome, Refused):
        return refused(
            outcome, mode=mode, now=now, authorization_id=ride.authorization_id, row=ride.row
        )
    resolved = outcome.status is not RideStatus.AUTHORIZED and step.action is not Action.ADJUST
    return granted(
        authorization_id=ride.authorization_id,
        rule=f"ride:{step.action}",
        message=CLOSED if resolved else CHANGED,
        row=ride.row,
        category=None,
        now=now,
    )


def _decide(
    step: Step, ride: Ride, state: BatchState, network: Network, now: datetime
) -> RideState | Refused:
    if step.action in {Action.VOID, Action.ADJUST}:
        refusal = check_reader(step, ride)
        if refusal is not None:
            return refusal
        if step.action is Action.ADJUST or ride.row["status"] == RideStatus.CAPTURED:
            return correct_ride(step, ride, state, network)
    return _advance(step, ride, state, network, now)


def _advance(
    step: Step, ride: Ride, state: BatchState, network: Network, now: datetime
) -> RideState | Refused:
    refused_signer = _check_signer(step, ride, state)
    if refused_signer is not None:
        return refused_signer
    signed = step.amount if step.verified is not None else None
    after = advance(ride.state(), step.action, now, by=step.by, amount=step.amount, signed=signed)
    if isinstance(after, Refused):
        return after
    if after.status is RideStatus.CAPTURED:
        refusal = _capture(step, ride, after, network)
        if refusal is not None:
            return refusal
    else:
        ride.set(status=str(after.status), leg_state=str(after.leg_state))
        if after.status is not RideStatus.AUTHORIZED:
            release(ride)
            recount_journey(ride)
    _note_times(step, ride, after, now)
    return after


def _check_signer(step: Step, ride: Ride, state: BatchState) -> Refused | None:
    """Only the rider's own device agrees to a price: another genuine pass is no agreement."""
    if step.verified is None or isinstance(step.verified, Refused):
        return step.verified
    record = state.find_record(step.verified)
    if isinstance(record, Refused):
        return record
    if record.holder.account_id != ride.holder.account_id:
        return Refused(Reason.CHALLENGE_MISMATCH, "ride:signer")
    return None


def _capture(step: Step, ride: Ride, after: RideState, network: Network) -> Refused | None:
    """Capture a price; one above the hold, signed by the rider, is decided anew as a whole."""
    hold, captured = ride.money("hold_minor"), after.captured
    if hold is not None and captured is not None and captured > hold:
        refusal = _decide_anew(ride, captured, network)
        if refusal is not None:
            return refusal
    if step.action in {Action.CANCEL, Action.NO_SHOW}:
        _capture_fee(ride, after)
    elif step.action is Action.CLOSE:
        capture(ride, after, ride.money("shadow_fare_minor"))
    else:
        operator = network.operators[ride.row["operator_id"]]
        ride.set(distance_meters=step.distance_meters)
        metered = operator.price(ride.row["route_id"], None, None, step.distance_meters)
        capture(ride, after, metered or captured)
    return None


def _capture_fee(ride: Ride, after: RideState) -> None:
    """A fee for not riding: the ride itself is given back, the fee is what remains of it."""
    ride.consume(tuple(taken for taken in ride.consumed if taken.unit is Unit.AMOUNT))
    capture(ride, after, None)


def _decide_anew(ride: Ride, price: Money, network: Network) -> Refused | None:
    row, holder = ride.row, ride.holder
    day, seconds = service_instant(row["granted_at"], network.zone)
    held = ride.consumed
    ride.consume(())
    request = RideRequest(
        mode=Mode(row["mode"]),
        operator_id=row["operator_id"],
        areas=granted_areas(holder.plan, Mode(row["mode"])),
        service_date=day,
        service_seconds=seconds,
        amount=price,
        companions=row["companions"],
    )
    decision = decide(request, holder.entitlement_on(day), holder.usage, row["granted_at"])
    if isinstance(decision, Refused):
        ride.consume(held)
        return decision
    ride.consume(decision.consumes)
    plan_pays = decision.plan_pays or price
    ride.set(
        plan_pays_minor=plan_pays.amount_minor,
        rider_pays_minor=decision.rider_pays.amount_minor,
    )
    return None


def _note_times(step: Step, ride: Ride, after: RideState, now: datetime) -> None:
    changes: dict[str, Any] = {}
    if step.action is Action.START:
        changes["boarded_at"] = now
    if step.action is Action.END:
        changes["alighted_at"] = now
    if after.status is not RideStatus.AUTHORIZED:
        changes |= {"closed_by": str(step.action), "closed_at": now}
    if changes:
        ride.set(**changes)
