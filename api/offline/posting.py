"""Writing the outcomes of a pass into the batch: rides, what they use up, entries and marks."""

from __future__ import annotations

from datetime import datetime

from api.offline.rides import as_tap, is_undone, post_ride, undo_ride, write_charge
from api.offline.state import Entry, OfflineState, PassFile, PostedRide, RecordInHand
from api.passes.revoking import Why
from api.rides.network import Network
from api.rides.showing import use_row
from api.rides.state import BatchState
from api.rides.taps import leave
from fares.entitlements import Granted, RideRequest
from fares.offline.entries import Bearer, Mark, Outcome
from fares.offline.record import OfflineRecord

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
                undo_ride(in_hand.ride)
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
        if ride is None or is_undone(ride):
            ride = post_ride(in_hand, self._file, charge, asked, self._network, self._now)
            in_hand.ride = ride
            self._state.add(ride)
            posted = self._offline.posted.setdefault(self._file.holder.subscription_id, {})
            posted[ride.authorization_id] = PostedRide(self._file.place, ride)
        if ride.live:
            write_charge(ride, charge, asked)

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
            leave(as_tap(in_hand, operator), operator, self._file.holder)

    def _note_use(self, in_hand: RecordInHand, outcome: Outcome) -> None:
        """The code is used up, unless its operator bears the ride or nobody opened."""
        counter = in_hand.shown.counter
        counters = self._state.passes[self._file.pass_id].counters
        borne = outcome.bearer is Bearer.OPERATOR or not in_hand.record.opened
        if borne or counter is None or counter in counters:
            return
        counters.add(counter)
        tap = as_tap(in_hand, self._network.operators[in_hand.operator_id])
        self._state.uses.append(use_row(tap, in_hand.shown, offline=True))

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
