"""Putting right a ride that the ledger has wrong: its operator voids it or adjusts it, on record.

Nobody ever pays more for a corrected ride (`fares/corrections.py`).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from api.rides.journeys import recount_journey
from api.rides.network import Network, OperatorNetwork
from api.rides.pricing import fare_for_all, release, settle
from api.rides.requests import Correction, Step
from api.rides.state import BatchState, Ride
from fares.corrections import adjust, take_back
from fares.modes import Mode
from fares.money import Money
from fares.plans import Plan
from fares.reasons import Reason, Refused
from fares.rides import Action, Kind, RideState, RideStatus

# What a correction may change, as it is kept before and after.
_KEPT = (
    *("boarding_stop_id", "alighting_stop_id", "route_id", "direction_id", "trip_id"),
    *("companions", "status", "hold_minor", "captured_minor", "shadow_fare_minor"),
    *("plan_pays_minor", "rider_pays_minor"),
)


def check_reader(step: Step, ride: Ride) -> Refused | None:
    """A reader corrects the rides that began at it; an operator's system any of its operator's."""
    caller = step.caller
    if caller.key_kind == "validator" and UUID(str(ride.row["validator_id"])) != caller.key_id:
        return Refused(Reason.WRONG_READER, "ride:reader")
    return None


def correct_ride(
    step: Step, ride: Ride, state: BatchState, network: Network
) -> RideState | Refused:
    """Void a captured ride, or adjust one, and keep what was changed."""
    before = {column: ride.row[column] for column in _KEPT}
    if step.action is Action.VOID:
        outcome = _take_back(step, ride)
    else:
        outcome = _adjust(step, ride, network.operators[step.caller.operator_id])
    if isinstance(outcome, RideState):
        recount_journey(ride)
        state.corrections.append(_row(step, ride, before))
    return outcome


def granted_areas(plan: Plan, mode: Mode) -> frozenset[int]:
    """Where a granted ride may be: within every line of the plan."""
    lines = [line.areas for line in plan.lines[mode].allowances if line.areas]
    return plan.areas.intersection(*lines)


def _take_back(step: Step, ride: Ride) -> RideState | Refused:
    after = take_back(ride.state(), step.caller.arrived_at)
    if isinstance(after, RideState):
        release(ride)
        ride.set(status=str(after.status), captured_minor=None)
    return after


def _adjust(step: Step, ride: Ride, operator: OperatorNetwork) -> RideState | Refused:
    wanted = step.correction or Correction()
    refusal = _check(wanted, ride, operator)
    if refusal is not None:
        return refusal
    columns = _columns(wanted, ride, operator)
    fare = _fare({**ride.row, **columns}, operator) if columns else None
    after = adjust(ride.state(), step.caller.arrived_at, amount=step.amount, fare=fare)
    if isinstance(after, Refused):
        return after
    if fare is not None:
        columns["shadow_fare_minor"] = fare.amount_minor
    ride.set(**columns, hold_minor=_minor(after.hold), captured_minor=_minor(after.captured))
    price = after.hold if after.status is RideStatus.AUTHORIZED else after.captured
    if price is not None:
        settle(ride, price)
    return after


def _check(wanted: Correction, ride: Ride, operator: OperatorNetwork) -> Refused | None:
    unknown = operator.check(wanted.boarding_stop_id, wanted.route_id, None) or operator.check(
        wanted.alighting_stop_id, None, None
    )
    if unknown is not None:
        return unknown
    if wanted.alighting_stop_id is not None and ride.row["status"] == RideStatus.AUTHORIZED:
        return Refused(Reason.WRONG_STATE, "ride:adjust")  # nobody has alighted yet
    if wanted.companions is not None and wanted.companions > ride.row["companions"]:
        return Refused(Reason.TOO_MANY_COMPANIONS, "ride:companions")
    areas = granted_areas(ride.holder.plan, Mode(ride.row["mode"]))
    if not operator.areas_of(wanted.boarding_stop_id) <= areas:
        return Refused(Reason.AREA_NOT_COVERED, "areas")
    return None


def _columns(wanted: Correction, ride: Ride, operator: OperatorNetwork) -> dict[str, Any]:
    columns = {
        column: value
        for column in (
            *("boarding_stop_id", "alighting_stop_id"),
            *("route_id", "direction_id", "companions"),
        )
        if (value := getattr(wanted, column)) is not None
    }
    trip = operator.find_trip(ride.row["trip_id"])
    if wanted.route_id is not None and (trip is None or trip.route_id != wanted.route_id):
        columns["trip_id"] = None  # a trip of the route that it was not
    return columns


def _fare(row: dict[str, Any], operator: OperatorNetwork) -> Money | None:
    """What the tariff says of the corrected ride; a booked ride's price is its meter's."""
    if row["kind"] != Kind.WALK_UP:
        return None
    stops = row["boarding_stop_id"], row["alighting_stop_id"]
    return fare_for_all(operator, row["route_id"], *stops, row["companions"])


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.amount_minor


def _row(step: Step, ride: Ride, before: dict[str, Any]) -> dict[str, Any]:
    row = ride.row
    day: date = row["service_date"]
    return {
        "account_id": row["account_id"],
        "authorization_id": ride.authorization_id,
        "correction_id": uuid4(),
        "operator_id": row["operator_id"],
        "service_date": day,
        "action": str(step.action),
        "note": step.note,
        "corrected_by": step.caller.key_id,
        "corrected_at": step.caller.arrived_at,
        "amount_minor": (row["captured_minor"] or 0) - (before["captured_minor"] or 0),
        "changes": {
            column: [value, row[column]] for column, value in before.items() if value != row[column]
        },
    }
