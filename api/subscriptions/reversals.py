"""Giving a payment back at the counter: a row of its own, for the month that was paid last."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import lock_name
from api.clock import service_instant
from api.errors import conflict, not_found
from api.settings import Settings
from api.subscriptions.payments import (
    find_payment,
    lock_key,
    lock_subscription,
    next_receipt_number,
)
from api.subscriptions.stopping import stop_passes
from api.subscriptions.tables import Payment, Subscription
from api.town.document import TownDocument


async def find_receipt(session: AsyncSession, receipt_number: str) -> Payment:
    """The payment of a receipt; raises 404 `no_receipt`."""
    found = await session.exec(
        select(Payment).where(col(Payment.receipt_number) == receipt_number.strip().upper())
    )
    payment = found.first()
    if payment is None:
        raise not_found(
            "no_receipt", "この番号の領収書はありません。", "There is no receipt of this number."
        )
    return payment


async def reverse_payment(
    session: AsyncSession,
    now: datetime,
    town: TownDocument,
    settings: Settings,
    payment: Payment,
    *,
    reason: str,
    staff_id: UUID,
    idempotency_key: str,
) -> tuple[Payment, Subscription]:
    """Give a cash payment back in cash; the month that it paid is no longer paid.

    Passes that reach beyond what is left stop. Repeating a key returns the first reversal. Raises
    409 `idempotency_key_reused`, 409 `already_reversed`, 409 `later_month_paid` (give that back
    first), 404 `no_subscription` once the subscription has ended.
    """
    await lock_key(session, staff_id, idempotency_key)
    earlier = await find_payment(session, staff_id, idempotency_key)
    if earlier is not None:
        if (earlier.reverses, earlier.reason) != (payment.payment_id, reason):
            raise conflict(
                "idempotency_key_reused",
                "同じ受付番号で、内容の違う支払いがあります。",
                "This idempotency key was used for another payment.",
            )
        owner = (payment.account_id, payment.subscription_id)
        return earlier, await session.get_one(Subscription, owner)
    await lock_name(session, f"reversal/{payment.payment_id}")
    await _refuse_second(session, payment)
    subscription = await lock_subscription(session, payment.account_id, payment.subscription_id)
    if subscription.paid_until_date != payment.period_end_date:
        raise conflict(
            "later_month_paid",
            "あとの月の支払いがあります。先にそれを取り消してください。",
            "A later month has been paid. Give that payment back first.",
        )
    today = service_instant(now, town.zone())[0]
    reversal = Payment(
        account_id=payment.account_id,
        payment_id=uuid4(),
        subscription_id=payment.subscription_id,
        amount_minor=-payment.amount_minor,
        currency=payment.currency,
        method=payment.method,
        receipt_number=await next_receipt_number(session, today),
        staff_id=staff_id,
        idempotency_key=idempotency_key,
        period_start_date=payment.period_start_date,
        period_end_date=payment.period_end_date,
        paid_at=now,
        reverses=payment.payment_id,
        reason=reason,
    )
    session.add(reversal)
    await session.flush()
    await _shorten(session, subscription, payment.period_start_date, today)
    await stop_passes(session, now, town, settings, subscription)
    return reversal, subscription


async def _refuse_second(session: AsyncSession, payment: Payment) -> None:
    again = await session.exec(select(Payment).where(col(Payment.reverses) == payment.payment_id))
    if payment.reverses is not None or again.first() is not None:
        raise conflict(
            "already_reversed",
            "この支払いは、すでに取り消されています。",
            "This payment has been given back already.",
        )


async def _shorten(
    session: AsyncSession, subscription: Subscription, until: date, today: date
) -> None:
    """Take the last paid month away; the first of a run takes the run with it."""
    start = subscription.paid_from_date
    if start is not None and until > start:
        subscription.pay(start, until)
    else:
        subscription.pay(None, None)
    paid = subscription.paid_until_date
    if paid is None or paid <= today:
        once_paid = await _has_payment(session, subscription)
        subscription.status = "past_due" if once_paid else "incomplete"


async def _has_payment(session: AsyncSession, subscription: Subscription) -> bool:
    """Whether any payment of this subscription still stands."""
    rows = await session.exec(
        select(Payment.amount_minor).where(
            col(Payment.account_id) == subscription.account_id,
            col(Payment.subscription_id) == subscription.subscription_id,
        )
    )
    return sum(rows) > 0
