"""What one batch of the desk knows: read under lock, changed by decisions, written at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.rides.requests import Shown, ShownCard
from api.subscriptions.periods import paid_month
from fares.entitlements import Consumption, Entitlement, Status
from fares.lines import Unit
from fares.money import Money
from fares.plans import Plan
from fares.reasons import Reason, Refused
from fares.rides import Kind, LegState, RideState, RideStatus

UsageKey = tuple[str, date]
SequenceKey = tuple[str, str, int]


@dataclass(slots=True)
class Holder:
    """A subscription under lock, with its usage as it changes through the batch."""

    account_id: str
    subscription_id: str
    plan: Plan
    status: str
    paid_from_date: date | None
    paid_until_date: date | None
    covered_until_date: date | None
    rider_category: str
    usage: dict[UsageKey, int] = field(default_factory=dict)
    touched: set[UsageKey] = field(default_factory=set)
    rides: list[Ride] = field(default_factory=list)

    def entitlement_on(self, day: date) -> Entitlement:
        """What the subscription allows in the paid month of a service day."""
        # Before the first payment there is no period; the status refuses first.
        start = end = date.min
        if self.paid_from_date is not None and self.covered_until_date is not None:
            start, end = paid_month(self.paid_from_date, self.covered_until_date, day)
        return Entitlement(
            self.plan,
            Status(self.status),
            start,
            end,
            self.rider_category,
            late_from_date=self.paid_until_date,
        )

    def open_rides(self, operator_id: str) -> list[Ride]:
        """The unresolved rides with an operator, oldest first."""
        return [
            ride
            for ride in self.rides
            if ride.row["operator_id"] == operator_id
            and ride.row["status"] == RideStatus.AUTHORIZED
        ]

    def take(self, consumed: tuple[Consumption, ...]) -> None:
        """Count what a ride takes."""
        for item in consumed:
            self.usage[item.key] = self.usage.get(item.key, 0) + item.quantity
            self.touched.add(item.key)

    def give_back(self, consumed: tuple[Consumption, ...]) -> None:
        """Count down what a ride did not need after all."""
        for item in consumed:
            self.usage[item.key] = max(0, self.usage.get(item.key, 0) - item.quantity)
            self.touched.add(item.key)


@dataclass(slots=True)
class Ride:
    """One `authorization` row in hand; `new` and `changed` say what must be written."""

    row: dict[str, Any]
    holder: Holder
    new: bool = False
    changed: bool = False
    _consumed: tuple[Consumption, ...] | None = None

    @property
    def authorization_id(self) -> str:
        """Its id, as text."""
        return str(self.row["authorization_id"])

    @property
    def consumed(self) -> tuple[Consumption, ...]:
        """What it took from which allowance."""
        if self._consumed is None:
            self._consumed = tuple(map(_consumption, self.row["consumed"]))
        return self._consumed

    def consume(self, consumed: tuple[Consumption, ...]) -> None:
        """Note what it takes in place of what it took, counting both on its holder."""
        self.holder.give_back(self.consumed)
        self.holder.take(consumed)
        self._consumed = consumed
        self.set(consumed=list(map(_consumed_row, consumed)))

    @property
    def live(self) -> bool:
        """Whether it is under way or took place."""
        return self.row["status"] in {RideStatus.AUTHORIZED, RideStatus.CAPTURED}

    @property
    def journey_id(self) -> str | None:
        """Its journey, as text."""
        journey_id = self.row["journey_id"]
        return None if journey_id is None else str(journey_id)

    @property
    def last_seen_at(self) -> datetime:
        """When its rider left, or boarded where nobody tapped off."""
        at: datetime = self.row["alighted_at"] or self.row["granted_at"]
        return at

    def money(self, column: str) -> Money | None:
        """An amount column as money; None where it is not known."""
        amount = self.row[column]
        return None if amount is None else Money(amount, self.row["currency"])

    def state(self) -> RideState:
        """The ride as the lifecycle sees it."""
        row = self.row
        return RideState(
            kind=Kind(row["kind"]),
            status=RideStatus(row["status"]),
            leg_state=LegState(row["leg_state"]),
            opened_at=row["granted_at"],
            hold=self.money("hold_minor"),
            started_at=row["boarded_at"],
            captured=self.money("captured_minor"),
            resolved_at=row["closed_at"],
        )

    def set(self, **columns: Any) -> None:
        """Change columns; they are written when the batch ends."""
        self.row.update(columns)
        self.changed = True


def _consumed_row(item: Consumption) -> dict[str, Any]:
    return {
        "allowance_id": item.allowance_id,
        "period_start_date": item.period_start_date.isoformat(),
        "quantity": item.quantity,
        "unit": str(item.unit),
    }


def _consumption(row: dict[str, Any]) -> Consumption:
    return Consumption(
        row["allowance_id"],
        date.fromisoformat(row["period_start_date"]),
        row["quantity"],
        Unit(row["unit"]),
    )


@dataclass(slots=True)
class PassRecord:
    """A pass or card as the issuer knows it, and what it has shown.

    `certificate_hash` is that of the one certificate issued under the pass id.
    """

    holder: Holder
    revoked: bool = False
    certificate_hash: bytes | None = None
    card_id: str | None = None
    counters: set[int] = field(default_factory=set)
    openings: dict[str, list[datetime]] = field(default_factory=dict)

    def note_opening(self, validator_id: str, at: datetime) -> None:
        """It began a ride at a reader."""
        self.openings.setdefault(validator_id, []).append(at)


@dataclass(slots=True)
class BatchState:
    """Everything a batch decides on, and everything it will write."""

    passes: dict[int, PassRecord] = field(default_factory=dict)
    cards: dict[bytes, PassRecord | None] = field(default_factory=dict)
    sequences: set[SequenceKey] = field(default_factory=set)
    holders: dict[str, Holder] = field(default_factory=dict)
    rides: dict[str, Ride] = field(default_factory=dict)
    uses: list[dict[str, Any]] = field(default_factory=list)
    sequence_uses: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)

    def find_record(self, shown: Shown) -> PassRecord | Refused:
        """What the issuer knows of what was shown; a forged certificate was never issued."""
        if isinstance(shown, ShownCard):
            return self._find_card(shown)
        record = self.passes.get(shown.claims.pass_id)
        if record is None or record.revoked:
            return Refused(Reason.PASS_REVOKED, "pass:status")
        if record.certificate_hash != shown.certificate_hash:
            return Refused(Reason.BAD_CERTIFICATE_SIGNATURE, "pass:issued")
        return record

    def _find_card(self, card: ShownCard) -> PassRecord | Refused:
        if card.reference_hash not in self.cards:
            return Refused(Reason.CARD_UNKNOWN, "card:bound")
        record = self.cards[card.reference_hash]
        return record or Refused(Reason.SUBSCRIPTION_INACTIVE, "card:subscription")

    def add(self, ride: Ride) -> None:
        """Take a ride in hand; one that is there already stays as it is."""
        if ride.authorization_id in self.rides:
            return
        self.rides[ride.authorization_id] = ride
        ride.holder.rides.append(ride)
