"""What may be asked of the desk: a tap (or hold) with a code, a step of a ride, or to judge
what readers did without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fares.modes import Mode
from fares.money import Money
from fares.passes import VerifiedPass
from fares.reasons import Refused
from fares.rides import Action, By
from fares.taps import TapAction


@dataclass(frozen=True, slots=True)
class Caller:
    """Which operator asks, through which key, and under which idempotency key."""

    operator_id: str
    key_id: UUID
    idempotency_key: str
    request_hash: bytes
    arrived_at: datetime
    key_kind: str = "validator"

    @property
    def claim(self) -> tuple[str, str]:
        """What makes this request the same request again."""
        return self.operator_id, self.idempotency_key


@dataclass(frozen=True, slots=True)
class ShownCard:
    """An IC card at a reader, by the keyed hash of its number."""

    reference_hash: bytes


Shown = VerifiedPass | ShownCard


@dataclass(frozen=True, slots=True)
class Tap:
    """A code or card at a reader. `verified` is what it says by itself, or why it is none.

    `sequence` is the reader's own number of this tap, where what is shown has no counter.
    """

    caller: Caller
    action: TapAction
    mode: Mode
    verified: Shown | Refused
    stop_id: str | None = None
    route_id: str | None = None
    direction_id: int | None = None
    trip_id: str | None = None
    vehicle_id: str | None = None
    area_numbers: frozenset[int] = frozenset()
    amount: Money | None = None
    companions: int = 0
    sequence: int | None = None

    @property
    def sequence_key(self) -> tuple[str, str, int] | None:
        """What makes a tap without a counter the same tap again."""
        if self.sequence is None:
            return None
        return self.caller.operator_id, str(self.caller.key_id), self.sequence


@dataclass(frozen=True, slots=True)
class Correction:
    """What was otherwise than the ledger has it; None where nothing is to be put right."""

    boarding_stop_id: str | None = None
    alighting_stop_id: str | None = None
    route_id: str | None = None
    direction_id: int | None = None
    companions: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an open ride: start, end, capture, cancel and their like; or its correction.

    `verified` is a code that the rider signed for this very amount, when the price is above
    the hold. `note` says why the operator voids or adjusts.
    """

    caller: Caller
    authorization_id: UUID
    action: Action
    amount: Money | None = None
    by: By | None = None
    distance_meters: int | None = None
    verified: VerifiedPass | Refused | None = None
    correction: Correction | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reconcile:
    """All records of a pass by readers without network, to be judged once more."""

    caller: Caller
    pass_id: int


DeskRequest = Tap | Step | Reconcile
