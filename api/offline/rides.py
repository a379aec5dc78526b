"""A record's ride in the ledger: posted, priced anew, or undone."""

from __future__ import annotations

from datetime import datetime

from api.offline.state import PassFile, RecordInHand
from api.rides.journeys import Journey
from api.rides.network import Network, OperatorNetwork
from api.rides.pricing import release
from api.rides.requests import Caller, Tap
from api.rides.state import Ride
from api.rides.taps import new_ride
from fares.entitlements import Granted, RideRequest
from fares.rides import LegState, RideStatus

# How such rides were closed, and undone when the reconciliation found otherwise.
CLOSED_OFFLINE = "offline"
UNDONE = "reconciliation"


def as_tap(in_hand: RecordInHand, operator: OperatorNetwork) -> Tap:
    """The record as the tap that it stands for; names that the feed does not have are left out.

    A ride that was granted and lost comes back under its own key, and so under its own id; one
    that was taken back and is posted again gets another.
    """
    record = in_hand.record
    key = f"offline/{record.validator_id}/{record.sequence}/{in_hand.number}"
    if in_hand.comes_back and record.online_key is not None:
        key = record.online_key
    stop_id, route_id, trip_id = record.stop_id, record.route_id, record.trip_id
    return Tap(
        Caller(in_hand.operator_id, record.validator_id, key, b"", record.decided_at),
        record.action,
        record.mode,
        in_hand.shown,
        stop_id=None if operator.check(stop_id, None, None) else stop_id,
        route_id=None if operator.check(None, route_id, None) else route_id,
        trip_id=None if operator.check(None, None, trip_id) else trip_id,
    )


def post_ride(
    in_hand: RecordInHand,
    file: PassFile,
    charge: Granted,
    asked: RideRequest,
    network: Network,
    now: datetime,
) -> Ride:
    """The ride that a record becomes: over already, at the reader's own time."""
    operator = network.operators[in_hand.operator_id]
    ride = new_ride(
        as_tap(in_hand, operator),
        file.holder,
        operator,
        network,
        charge,
        asked.amount,
        asked.service_date,
        Journey(None, {}),
    )
    ride.set(
        status=str(RideStatus.CAPTURED),
        leg_state=str(LegState.ENDED),
        boarded_at=in_hand.record.decided_at,
        closed_by=CLOSED_OFFLINE,
        closed_at=now,
    )
    return ride


def write_charge(ride: Ride, charge: Granted, asked: RideRequest) -> None:
    """What the ride takes and costs; a ride that is as it should be stays untouched."""
    price = None if asked.amount is None else asked.amount.amount_minor
    if ride.consumed != charge.consumes:
        ride.consume(charge.consumes)
    columns = {
        "rule": charge.rule,
        "rider_pays_minor": charge.rider_pays.amount_minor,
        "plan_pays_minor": charge.plan_pays.amount_minor if charge.plan_pays else None,
        "hold_minor": price,
        "captured_minor": price,
        "shadow_fare_minor": price,
    }
    if any(ride.row[name] != value for name, value in columns.items()):
        ride.set(**columns)


def is_undone(ride: Ride) -> bool:
    """Whether the reconciliation took it back; an operator may have, and then it stays so."""
    return not ride.live and ride.row["closed_by"] == UNDONE


def undo_ride(ride: Ride | None) -> None:
    """Take back a ride that was posted before the reconciliation knew better."""
    if ride is not None and ride.live:
        release(ride)
        ride.set(status=str(RideStatus.VOIDED), captured_minor=None, closed_by=UNDONE)
