"""Writing the outcomes of a pass into the batch: rides, what they use up, entries and marks."""

from __future__ import annotations

from datetime import datetime

from api.offline.state import Entry, OfflineState, PassFile, PostedRide, RecordInHand
from api.passes.revoking import Why
from api.rides.journeys import Journey
from api.rides.network import Network
from api.rides.pricing import release
from api.rides.requests import Caller, Tap
from api.rides.showing import use_row
from api.rides.state import BatchState, Ride
from api.rides.taps import leave, new_ride
from fares.entitlements import Granted, RideRequest
from fares.offline.entries import Bearer, Mark, Outcome
from fares.offline.record import OfflineRecord
from fares.rides import LegState, RideStatus

# How such rides were closed, and undone when the reconciliation found otherwise.
CLOSED_OFFLINE = "offline"
UNDONE = "reconciliation"
SUSPENDED: Why = "suspended"


class Posting:
    """The outcomes of one pass on their way into the ledger."""

    def __init__(
        self,
        file: PassFile,
        state: BatchState,
        offline: OfflineState,
        network: Network,
        now: datetime,
    ) -> None:
        self._file = file
        self._state = state
        self._offline = offline
        self._network = network
        self._now = now

    def settle(
        self,
        in_hand: RecordInHand,
        outcome: Outcome,
        asked: RideRequest,
        way_out: OfflineRecord | None,
        final: bool,
    ) -> None:
        """Make the ledger say what the outcome says, and add an entry where that is news.

        Where it is none the ride is left as its operator may have put it right since.
        """
        entry = _entry(outcome, asked, final)
        if in_hand.entry is None or in_hand.entry.costs != entry.costs:
            if outcome.charge is None:
                _undo(in_hand)
            else:
                self._charge(in_hand, outcome.charge, asked)
        self._note_exit(in_hand, outcome, way_out)
        self._note_use(in_hand, outcome)
        self._note_entry(in_hand, entry, outcome)
        self._mark(*outcome.marks)

    def stop_pass(self) -> bool:
        """Suspend the pass, as its key must have been copied; False if it was stopped before."""
        self._mark(Mark.COUNTER_BACKWARDS)
        record = self._state.passes[self._file.pass_id]
        if record.revoked:
            return False
        record.revoked = True
        self._offline.stopped.append(
            {
                "pass_id": self._file.pass_id,
                "revoked_at": self._now,
                "revoked_for": SUSPENDED,
            }
        )
        return True

    def _charge(self, in_hand: RecordInHand, charge: Granted, asked: RideRequest) -> None:
        ride = in_hand.ride
        if ride is None or (not ride.live and ride.row["closed_by"] == UNDONE):
            ride = self._post(in_hand, charge, asked)
        if ride.live:  # an operator may have taken it back, and then it stays so
            _write_charge(ride, charge, asked)

    def _post(self, in_hand: RecordInHand, charge: Granted, asked: RideRequest) -> Ride:
        """The ride of a record; one that was granted and lost comes back under its own id."""
        file, record = self._file, in_hand.record
        ride = new_ride(
            _tap(in_hand),
            file.holder,
            self._network.operators[in_hand.operator_id],
            self._network,
            charge,
            asked.amount,
            asked.service_date,
            Journey(None, {}),
        )
        ride.set(
            status=str(RideStatus.CAPTURED),
            leg_state=str(LegState.ENDED),
            boarded_at=record.decided_at,
            closed_by=CLOSED_OFFLINE,
            closed_at=self._now,
        )
        self._state.add(ride)
        in_hand.ride = ride
        posted = self._offline.posted.setdefault(file.holder.subscription_id, {})
        posted[ride.authorization_id] = PostedRide(file.place, ride)
        return ride

    def _note_exit(
        self, in_hand: RecordInHand, outcome: Outcome, way_out: OfflineRecord | None
    ) -> None:
        """Where a ride ended; a way out without a record of boarding closes an online ride."""
        ride, record = in_hand.ride, in_hand.record
        if ride is not None and way_out is not None and ride.row["alighted_at"] is None:
            ride.set(alighting_stop_id=way_out.stop_id, alighted_at=way_out.decided_at)
        if outcome.rule != "leaving":
            return
        operator = self._network.operators[in_hand.operator_id]
        begun = [
            ride
            for ride in self._file.holder.open_rides(in_hand.operator_id)
            if ride.row["granted_at"] <= record.decided_at
        ]
        if begun:
            leave(_tap(in_hand), operator, self._file.holder)

    def _note_use(self, in_hand: RecordInHand, outcome: Outcome) -> None:
        """The code is used up, unless its operator bears the ride or nobody opened."""
        counter = in_hand.shown.counter
        counters = self._state.passes[self._file.pass_id].counters
        borne = outcome.bearer is Bearer.OPERATOR or not in_hand.record.opened
        if borne or counter is None or counter in counters:
            return
        counters.add(counter)
        self._state.uses.append(use_row(_tap(in_hand), in_hand.shown, offline=True))

    def _note_entry(self, in_hand: RecordInHand, entry: Entry, outcome: Outcome) -> None:
        if entry == in_hand.entry:
            return
        in_hand.entry, in_hand.number = entry, in_hand.number + 1
        self._offline.entries.append(
            {
                "record_id": in_hand.record_id,
                "number": in_hand.number,
                **entry._asdict(),
                "currency": self._network.currency,
                "flags": [str(flag) for flag in outcome.flags],
                "decided_at": self._now,
            }
        )
        ride_id = in_hand.ride.authorization_id if in_hand.ride else in_hand.merged_with
        self._offline.changed.append(
            {
                "record_id": in_hand.record_id,
                "authorization_id": ride_id,
                "merged": in_hand.merged_with is not None,
                "finalised_at": self._now if entry.final else None,
            }
        )

    def _mark(self, *marks: Mark) -> None:
        self._offline.marks += [
            {
                "account_id": self._file.holder.account_id,
                "pass_id": self._file.pass_id,
                "mark": str(mark),
                "noted_at": self._now,
            }
            for mark in marks
        ]


def _tap(in_hand: RecordInHand) -> Tap:
    """The record as the tap that it stands for; a ride that was taken back gets another id."""
    record = in_hand.record
    key = record.online_key or f"offline/{record.validator_id}/{record.sequence}"
    if in_hand.ride is not None:
        key = f"{key}/{in_hand.number}"
    return Tap(
        Caller(in_hand.operator_id, record.validator_id, key, b"", record.decided_at),
        record.action,
        record.mode,
        in_hand.shown,
        stop_id=record.stop_id,
        route_id=record.route_id,
        trip_id=record.trip_id,
    )


def _entry(outcome: Outcome, asked: RideRequest, final: bool) -> Entry:
    """What the bearer bears: its part of the charge, or the price that nobody pays the operator."""
    charge = outcome.charge
    amount = charge.plan_pays if charge else None
    if outcome.bearer is Bearer.OPERATOR:
        amount = asked.amount
    return Entry(
        bearer=str(outcome.bearer),
        rule=outcome.rule,
        final=final,
        amount_minor=None if amount is None else amount.amount_minor,
        rider_pays_minor=charge.rider_pays.amount_minor if charge else 0,
    )


def _write_charge(ride: Ride, charge: Granted, asked: RideRequest) -> None:
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


def _undo(in_hand: RecordInHand) -> None:
    """Take back a ride that was posted before the reconciliation knew better."""
    ride = in_hand.ride
    if ride is not None and ride.live:
        release(ride)
        ride.set(status=str(RideStatus.VOIDED), captured_minor=None, closed_by=UNDONE)
