"""What Stripe calls our residents and prices, what we asked of it, and what it told us."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class StripeCustomer(SQLModel, table=True):
    """A resident's name at Stripe. Whoever asks Stripe about them holds this row's lock meanwhile,
    so that an older answer is never written over a newer one. `looked_at` is the last time."""

    __tablename__ = "stripe_customer"
    __table_args__ = (Index("stripe_customer_by_id", "customer_id", unique=True),)

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    customer_id: str
    looked_at: datetime | None = None


class StripePrice(SQLModel, table=True):
    """The price of a version of a plan for a category; like the version, it never changes.

    `rider_category` is empty for the plan's own price.
    """

    __tablename__ = "stripe_price"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "plan_version"], ["plan.plan_id", "plan.version"]),
        Index("stripe_price_by_id", "price_id", unique=True),
    )

    plan_id: str = Field(primary_key=True)
    plan_version: int = Field(primary_key=True)
    rider_category: str = Field(default="", primary_key=True)
    price_id: str


class StripeCall(SQLModel, table=True):
    """Something that we ask Stripe to do, kept before it is sent.

    `call_key` is the idempotency key that it is sent under, again and again until an answer is
    known. Where Stripe has kept a fault as the answer, `round` makes another key of it.
    """

    __tablename__ = "stripe_call"
    __table_args__ = (
        Index("stripe_call_pending", "made_at", postgresql_where=text("done_at IS NULL")),
    )

    call_key: str = Field(primary_key=True)
    account_id: UUID | None = None
    operation: str
    target: str | None = None
    params: dict[str, Any] = Field(sa_type=JSONB)
    round: int = 0
    made_at: datetime
    done_at: datetime | None = None
    result_id: str | None = None
    error: str | None = None

    @property
    def idempotency_key(self) -> str:
        """The key to send it under."""
        return f"{self.call_key}/{self.round}"


class StripeEvent(SQLModel, table=True):
    """A webhook that arrived: who it is about. What happened is asked of Stripe, not read in it."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        Index("stripe_event_waiting", "received_at", postgresql_where=text("handled_at IS NULL")),
    )

    event_id: str = Field(primary_key=True)
    kind: str
    customer_id: str | None = None
    payment_intent_id: str | None = None
    received_at: datetime
    handled_at: datetime | None = None
    attempts: int = 0
    last_error: str | None = None


async def find_customer(
    session: AsyncSession, account_id: UUID, for_update: bool = False
) -> StripeCustomer | None:
    """A resident's name at Stripe, if they ever began to pay by bank card."""
    return await session.get(StripeCustomer, account_id, with_for_update=for_update or None)


async def find_account(session: AsyncSession, customer_id: str) -> UUID | None:
    """The resident whom Stripe calls by this name."""
    found = await session.exec(
        select(StripeCustomer.account_id).where(col(StripeCustomer.customer_id) == customer_id)
    )
    return found.first()


async def waiting_events(session: AsyncSession, limit: int) -> list[StripeEvent]:
    """Events that are not handled yet; those that failed before come after the others."""
    found = await session.exec(
        select(StripeEvent)
        .where(col(StripeEvent.handled_at).is_(None))
        .order_by(
            col(StripeEvent.attempts), col(StripeEvent.received_at), col(StripeEvent.event_id)
        )
        .limit(limit)
    )
    return list(found)


async def pending_calls(session: AsyncSession, made_before_at: datetime) -> list[StripeCall]:
    """Calls without a known answer that were made before an instant, oldest first."""
    found = await session.exec(
        select(StripeCall)
        .where(col(StripeCall.done_at).is_(None), col(StripeCall.made_at) < made_before_at)
        .order_by(col(StripeCall.made_at))
        .limit(100)
    )
    return list(found)
