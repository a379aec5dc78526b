"""Rides as the ledger keeps them, and what makes a tap happen exactly once.

Only the desk (`api/rides/desk.py`) writes these tables. Claims and pass uses are keyed by
operator and by pass: the stated exception to the rule that a rider's account leads each key.
Operators are never deleted and a desk takes none that it does not know, so that claims and rides
have no foreign key to theirs: it would lock the operator's row anew with each tap.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Authorization(SQLModel, table=True):
    """Permission for one ride, later captured, voided or expired.

    Amounts are minor units of `currency`; `plan_pays_minor` is None while nobody knows the
    price. A ride is by a pass or by a card. `consumed` lists what the ride takes from which
    allowance, as things stand; rides of one journey share a `journey_id`, where the plan knows
    journeys. Stop, journey and instants are cleared once the statement that covers the ride is
    old.
    """

    __tablename__ = "authorization"
    __table_args__ = (
        Index("authorization_by_id", "authorization_id"),
        Index("authorization_by_operator", "operator_id", "service_date", "granted_at"),
        Index(
            "authorization_open",
            "account_id",
            "operator_id",
            postgresql_where=text("status = 'authorized'"),
        ),
        Index(
            "authorization_unexported",
            "service_date",
            postgresql_where=text("status = 'captured' AND exported_at IS NULL"),
        ),
        Index(
            "authorization_voided_after_export",
            "service_date",
            postgresql_where=text("status = 'voided' AND exported_at IS NOT NULL"),
        ),
        Index(
            "authorization_journey",
            "account_id",
            "granted_at",
            postgresql_where=text("journey_id IS NOT NULL"),
        ),
    )

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    authorization_id: UUID = Field(primary_key=True)
    subscription_id: UUID
    pass_id: int | None = Field(default=None, sa_type=BigInteger)
    card_id: UUID | None = None
    operator_id: str
    validator_id: UUID
    kind: str
    mode: str
    status: str
    leg_state: str
    rule: str
    service_date: date
    granted_at: datetime
    currency: str
    rider_pays_minor: int = Field(default=0, sa_type=BigInteger)
    plan_pays_minor: int | None = Field(default=None, sa_type=BigInteger)
    hold_minor: int | None = Field(default=None, sa_type=BigInteger)
    captured_minor: int | None = Field(default=None, sa_type=BigInteger)
    shadow_fare_minor: int | None = Field(default=None, sa_type=BigInteger)
    distance_meters: int | None = None
    companions: int = 0
    consumed: list[dict[str, Any]] = Field(sa_type=JSONB)
    route_id: str | None = None
    direction_id: int | None = None
    trip_id: str | None = None
    vehicle_id: str | None = None
    boarding_stop_id: str | None = None
    alighting_stop_id: str | None = None
    boarded_at: datetime | None = None
    alighted_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    exported_at: datetime | None = None
    journey_id: UUID | None = None


class RideCorrection(SQLModel, table=True):
    """What an operator put right about a ride: `changes` holds [before, after] by column.

    `amount_minor` is what this added to the captured price: never more than zero, unless the
    price had not been known.
    """

    __tablename__ = "ride_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "authorization_id"],
            ["authorization.account_id", "authorization.authorization_id"],
        ),
        Index("ride_correction_by_operator", "operator_id", "service_date"),
    )

    account_id: UUID = Field(primary_key=True)
    authorization_id: UUID = Field(primary_key=True)
    correction_id: UUID = Field(primary_key=True)
    operator_id: str = Field(foreign_key="operator.operator_id")
    service_date: date
    action: str
    note: str | None = None
    corrected_by: UUID
    corrected_at: datetime
    amount_minor: int = Field(sa_type=BigInteger)
    changes: dict[str, Any] = Field(sa_type=JSONB)


class AuthorizationClaim(SQLModel, table=True):
    """One idempotency key of one operator and the answer it got; kept at least 90 days.

    `answer` is JSON, not JSONB: whoever asks again gets the bytes that were sent at first.
    """

    __tablename__ = "authorization_claim"

    operator_id: str = Field(primary_key=True)
    idempotency_key: str = Field(primary_key=True)
    request_hash: bytes = Field(sa_type=LargeBinary)
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    claimed_at: datetime


class PassUse(SQLModel, table=True):
    """One shown code that was accepted: the same `(pass_id, counter)` never is again.

    `unix_seconds` is the phone's own time, None once it is cleared; `offline` uses come from the
    records of readers that did not ask.
    """

    __tablename__ = "pass_use"

    pass_id: int = Field(primary_key=True, sa_type=BigInteger)
    counter: int = Field(primary_key=True, sa_type=BigInteger)
    operator_id: str
    validator_id: UUID
    action: str
    used_at: datetime
    unix_seconds: int | None = Field(default=None, sa_type=BigInteger)
    offline: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class SequenceUse(SQLModel, table=True):
    """A paper pass or card that was accepted: these show no counter, so their readers count.

    One of `pass_id` and `card_id` is set. Kept for as long as a reader may report the same again.
    """

    __tablename__ = "sequence_use"
    __table_args__ = (
        Index("sequence_use_by_pass", "pass_id", "used_at"),
        Index("sequence_use_by_card", "card_id", "used_at"),
    )

    operator_id: str = Field(primary_key=True)
    validator_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    pass_id: int | None = Field(default=None, sa_type=BigInteger)
    card_id: UUID | None = None
    action: str
    used_at: datetime


class Refusal(SQLModel, table=True):
    """A ride that was refused, without any rider: unmet demand for the planner."""

    __tablename__ = "refusal"
    __table_args__ = (Index("refusal_by_day", "service_date", "operator_id"),)

    refusal_id: UUID = Field(primary_key=True)
    service_date: date
    service_hour: int
    operator_id: str = Field(foreign_key="operator.operator_id")
    mode: str
    reason: str
    stop_id: str | None = None
    route_id: str | None = None
