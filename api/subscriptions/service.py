"""Subscribing, paying at the counter, leaving: how a subscription comes to be active."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.clock import service_instant
from api.errors import DomainError, conflict, not_found
from api.plans.tables import PlanRow, get_plan, get_plan_on_sale
from api.residents.tables import Resident
from api.subscriptions.periods import month_later
from api.subscriptions.tables import Payment, Subscription, find_open_subscription
from api.town.document import TownDocument
from fares.entitlements import Entitlement, Status
from fares.money import Money
from fares.reasons import Text


async def subscribe(
    session: AsyncSession, now: datetime, account_id: UUID, plan_id: str
) -> Subscription:
    """Choose a plan. It waits for payment (`incomplete`) until the counter takes the fee.

    Choosing again before paying changes the choice. Raises 409 `already_subscribed`.
    """
    plan = await get_plan_on_sale(session, plan_id)
    held = await find_open_subscription(session, account_id, for_update=True)
    if held is not None and held.status != "incomplete":
        raise conflict(
            "already_subscribed",
            "すでにプランを利用しています。",
            "There is a subscription already. Cancel it before choosing another plan.",
        )
    if held is not None:
        held.plan_id, held.plan_version = plan.plan_id, plan.version
        return held
    subscription = Subscription(
        account_id=account_id,
        subscription_id=uuid4(),
        plan_id=plan.plan_id,
        plan_version=plan.version,
        status="incomplete",
        created_at=now,
    )
    session.add(subscription)
    await session.flush()
    return subscription


async def get_open_subscription(
    session: AsyncSession, account_id: UUID, for_update: bool = False
) -> Subscription:
    """The open subscription; raises 404 `no_subscription`."""
    found = await find_open_subscription(session, account_id, for_update)
    if found is None:
        raise not_found(
            "no_subscription", "プランをまだ選んでいません。", "There is no subscription yet."
        )
    return found


async def cancel(session: AsyncSession, now: datetime, account_id: UUID) -> Subscription:
    """Leave: at once if nothing was paid, else at the end of the paid period."""
    subscription = await get_open_subscription(session, account_id, for_update=True)
    if subscription.status == "incomplete":
        subscription.status, subscription.canceled_at = "canceled", now
    else:
        subscription.cancel_at_period_end = True
    return subscription


async def take_cash(
    session: AsyncSession,
    now: datetime,
    town: TownDocument,
    *,
    resident: Resident,
    subscription_id: UUID,
    amount: Money,
    staff_id: UUID,
    idempotency_key: str,
) -> tuple[Payment, Subscription]:
    """Take the month's fee in cash and start, or prolong, the paid period.

    Repeating a key returns the first payment. Raises 409 `idempotency_key_reused` for the
    same key with another content, 409 `wrong_amount` for anything but the plan's price.
    """
    # Two clicks at one counter must meet here, before either has seen the other's payment.
    await session.exec(  # type: ignore[call-overload]  # sqlmodel types exec for selects only
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        params={"key": f"payment/{staff_id}/{idempotency_key}"},
    )
    subscription = await _lock_subscription(session, resident.account_id, subscription_id)
    earlier = await _find_payment(session, staff_id, idempotency_key)
    if earlier is not None:
        _refuse_other_content(earlier, subscription_id, amount)
        return earlier, subscription
    plan = (await get_plan(session, subscription.plan_id, subscription.plan_version)).plan()
    _check_amount(amount, plan.price)
    start, end = _next_period(subscription, service_instant(now, town.zone())[0], town)
    payment = Payment(
        account_id=resident.account_id,
        payment_id=uuid4(),
        subscription_id=subscription_id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        method="cash",
        receipt_number=await _next_receipt_number(session, start),
        staff_id=staff_id,
        idempotency_key=idempotency_key,
        period_start_date=start,
        period_end_date=end,
        paid_at=now,
    )
    session.add(payment)
    _extend(subscription, now, start, end)
    await session.flush()
    return payment, subscription


def entitlement_of(
    subscription: Subscription, plan: PlanRow, resident_category: str
) -> Entitlement:
    """What a subscription allows, as `fares` decides on it."""
    return Entitlement(
        plan=plan.plan(),
        status=Status(subscription.status),
        # Before the first payment there is no period; the status refuses first.
        period_start_date=subscription.current_period_start_date or date.min,
        period_end_date=subscription.current_period_end_date or date.min,
        rider_category=resident_category,
    )


async def _lock_subscription(
    session: AsyncSession, account_id: UUID, subscription_id: UUID
) -> Subscription:
    subscription = await session.get(
        Subscription, (account_id, subscription_id), with_for_update=True
    )
    if subscription is None or subscription.status == "canceled":
        raise not_found(
            "no_subscription",
            "このプランの申込みは見つかりません。",
            "This resident has no such subscription, or it was cancelled.",
        )
    return subscription


async def _find_payment(session: AsyncSession, staff_id: UUID, key: str) -> Payment | None:
    found = await session.exec(
        select(Payment).where(
            col(Payment.staff_id) == staff_id, col(Payment.idempotency_key) == key
        )
    )
    return found.first()


def _refuse_other_content(earlier: Payment, subscription_id: UUID, amount: Money) -> None:
    same = (earlier.subscription_id, earlier.amount_minor, earlier.currency) == (
        subscription_id,
        amount.amount_minor,
        amount.currency,
    )
    if not same:
        raise conflict(
            "idempotency_key_reused",
            "同じ受付番号で、内容の違う支払いがあります。",
            "This idempotency key was used for another payment.",
        )


def _check_amount(amount: Money, price: Money) -> None:
    if amount != price:
        raise DomainError(
            "wrong_amount",
            Text(
                f"金額が違います。料金は {price} です。",
                f"The amount is not the plan's price, {price}.",
            ),
            status=409,
        )


def _next_period(subscription: Subscription, today: date, town: TownDocument) -> tuple[date, date]:
    """The month that a payment buys: from today, or from the end of what is paid already.

    The end date is exclusive: the day on which the next period begins.
    """
    paid_until = subscription.current_period_end_date
    if paid_until is None or paid_until <= today:
        return today, month_later(today, today.day)
    started = subscription.started_at
    anchor = paid_until if started is None else service_instant(started, town.zone())[0]
    return paid_until, month_later(paid_until, anchor.day)


def _extend(subscription: Subscription, now: datetime, start: date, end: date) -> None:
    if subscription.current_period_end_date != start:
        subscription.current_period_start_date = start
    subscription.current_period_end_date = end
    subscription.status = "active"
    subscription.started_at = subscription.started_at or now


async def _next_receipt_number(session: AsyncSession, day: date) -> str:
    """Numbers without gaps within the year, as an auditor expects them."""
    await session.exec(text("SELECT pg_advisory_xact_lock(hashtext('receipt'))"))  # type: ignore[call-overload]  # as above
    prefix = f"R{day.year}-"
    found = await session.exec(
        select(Payment.receipt_number)
        .where(col(Payment.receipt_number).startswith(prefix))
        .order_by(col(Payment.receipt_number).desc())
        .limit(1)
    )
    last = found.first()
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{number:06d}"
