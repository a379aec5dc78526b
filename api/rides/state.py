"""What one batch of the desk knows: read under lock, changed by decisions, written at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fares.entitlements import Consumption, Entitlement
from fares.lines import Unit
from fares.money import Money
from fares.rides import Kind, LegState, RideState, RideStatus

UsageKey = tuple[str, date]


@dataclass(slots=True)
class Holder:
    """A subscription under lock, with its usage as it changes through the batch."""

    account_id: UUID
    subscription_id: UUID
    entitlement: Entitlement
    usage: dict[UsageKey, int] = field(default_factory=dict)
    touched: set[UsageKey] = field(default_factory=set)

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

    @property
    def authorization_id(self) -> UUID:
        """Its id."""
        value = self.row["authorization_id"]
        return value if isinstance(value, UUID) else UUID(value)

    @property
    def consumed(self) -> tuple[Consumption, ...]:
        """What it took from which allowance."""
        return tuple(
            Consumption(
                c["allowance_id"],
                date.fromisoformat(c["period_start_date"]),
                c["quantity"],
                Unit(c["unit"]),
            )
            for c in self.row["consumed"]
        )

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
        )

    def set(self, **columns: Any) -> None:
        """Change columns; they are written when the batch ends."""
        self.row.update(columns)
        self.changed = True


def consumed_rows(consumed: tuple[Consumption, ...]) -> list[dict[str, Any]]:
    """Consumptions as the row keeps them."""
    return [
        {
            "allowance_id": c.allowance_id,
            "period_start_date": c.period_start_date.isoformat(),
            "quantity": c.quantity,
            "unit": str(c.unit),
        }
        for c in consumed
    ]


@dataclass(slots=True)
class PassRecord:
    """A certificate as the issuer knows it, and the counters it has shown."""

    account_id: UUID
    subscription_id: UUID
    revoked: bool
    counters: set[int] = field(default_factory=set)
    last_opening: dict[UUID, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class BatchState:
    """Everything a batch decides on, and everything it will write."""

    passes: dict[int, PassRecord] = field(default_factory=dict)
    holders: dict[tuple[UUID, UUID], Holder] = field(default_factory=dict)
    rides: dict[UUID, Ride] = field(default_factory=dict)
    uses: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)

    def open_rides(self, holder: Holder, operator_id: str) -> list[Ride]:
        """The holder's unresolved rides with an operator, oldest first."""
        return [
            ride
            for ride in self.rides.values()
            if ride.holder is holder
            and ride.row["operator_id"] == operator_id
            and ride.row["status"] == RideStatus.AUTHORIZED
        ]
