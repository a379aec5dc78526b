"""Who holds which plan, what was paid for it, and what of it has been used."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Subscription(SQLModel, table=True):
    """One resident's plan, with Stripe's words for its status.

    `paid_from_date` is where the present unbroken run of paid months began, `paid_until_date`
    the first day that is not paid; both None before the first payment. Rides go on until
    `covered_until_date`, which lies beyond what is paid while a bank card is still to be charged
    (`collection` is `card`; at the `counter` nothing is charged by itself). `next_plan_*` is what
    it changes to with its next period.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "plan_version"], ["plan.plan_id", "plan.version"]),
        # One subscription at a time, whatever two browsers do at once.
        Index(
            "one_open_subscription",
            "account_id",
            unique=True,
            postgresql_where=text("status NOT IN ('canceled', 'incomplete_expired')"),
        ),
        Index("subscription_at_stripe", "stripe_subscription_id", unique=True),
    )

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    subscription_id: UUID = Field(primary_key=True)
    plan_id: str
    plan_version: int
    status: str
    created_at: datetime
    started_at: datetime | None = None
    paid_from_date: date | None = None
    paid_until_date: date | None = None
    covered_until_date: date | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    collection: str = "counter"
    stripe_subscription_id: str | None = None
    stripe_price_id: str | None = None
    paused_until_date: date | None = None
    next_plan_id: str | None = None
    next_plan_version: int | None = None

    def pay(self, start: date | None, until: date | None, grace_days: int = 0) -> None:
        """Note what is paid, [start, until), and for how many days beyond it rides go on."""
        self.paid_from_date, self.paid_until_date = start, until
        self.covered_until_date = until and until + timedelta(days=grace_days)


class Usage(SQLModel, table=True):
    """What of an allowance has been used in one of its periods."""

    __tablename__ = "usage"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscription.account_id", "subscription.subscription_id"],
        ),
    )

    account_id: UUID = Field(primary_key=True)
    subscription_id: UUID = Field(primary_key=True)
    allowance_id: str = Field(primary_key=True)
    period_start_date: date = Field(primary_key=True)
    used: int = Field(sa_type=BigInteger)


class Payment(SQLModel, table=True):
    """Money taken for a subscription, or given back, at the counter or by bank card: a receipt.

    Nothing is ever changed: what was taken wrongly is given back in a row of its own, with a
    negative amount, the payment that it `reverses` and the reason. `closing_id` is the count of
    the drawer that the row belongs to, None until the drawer is counted. What came by bank card
    has no member of staff; `stripe_id` is the invoice that was paid, or the refund.
    """

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscription.account_id", "subscription.subscription_id"],
        ),
        Index("payment_receipt", "receipt_number", unique=True),
        Index("payment_once_per_key", "staff_id", "idempotency_key", unique=True),
        # Cash is given back whole; a bank card may be given back in parts.
        Index(
            "payment_reversed_once",
            "reverses",
            unique=True,
            postgresql_where=text("method = 'cash'"),
        ),
        Index("payment_at_stripe", "stripe_id", unique=True),
        Index("payment_in_drawer", "staff_id", postgresql_where=text("closing_id IS NULL")),
    )

    account_id: UUID = Field(primary_key=True)
    payment_id: UUID = Field(primary_key=True)
    subscription_id: UUID
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    method: str
    receipt_number: str
    staff_id: UUID | None = Field(default=None, foreign_key="staff.staff_id")
    idempotency_key: str | None = None
    stripe_id: str | None = None
    period_start_date: date
    period_end_date: date
    paid_at: datetime
    reverses: UUID | None = None
    reason: str | None = None
    closing_id: UUID | None = Field(default=None, foreign_key="cash_closing.closing_id")


class CashClosing(SQLModel, table=True):
    """A member of staff has counted their drawer: what must be in it, what is, and why not."""

    __tablename__ = "cash_closing"
    __table_args__ = (Index("cash_closing_by_staff", "staff_id", "closed_at"),)

    closing_id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(foreign_key="staff.staff_id")
    closed_at: datetime
    service_date: date
    currency: str
    entries: int
    expected_minor: int = Field(sa_type=BigInteger)
    counted_minor: int = Field(sa_type=BigInteger)
    note: str | None = None


class ReceiptCounter(SQLModel, table=True):
    """The last receipt number given out in a year; its row lock keeps the numbers gapless."""

    __tablename__ = "receipt_counter"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_number: int = Field(sa_type=BigInteger)


OPEN = ("incomplete", "trialing", "active", "past_due", "unpaid", "paused")


async def find_open_subscription(
    session: AsyncSession, account_id: UUID, for_update: bool = False
) -> Subscription | None:
    """The subscription that is neither cancelled nor expired, if there is one."""
    query = select(Subscription).where(
        col(Subscription.account_id) == account_id, col(Subscription.status).in_(OPEN)
    )
    found = await session.exec(query.with_for_update() if for_update else query)
    return found.first()


async def list_usage(session: AsyncSession, subscription: Subscription) -> list[Usage]:
    """Every counted use of a subscription."""
    found = await session.exec(
        select(Usage).where(
            col(Usage.account_id) == subscription.account_id,
            col(Usage.subscription_id) == subscription.subscription_id,
        )
    )
    return list(found)
