"""Subscribing and leaving, and what a subscription allows on a day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import conflict, not_found
from api.plans.tables import PlanRow, get_plan_on_sale
from api.residents.tables import get_resident
from api.subscriptions.periods import paid_month
from api.subscriptions.tables import Subscription, find_open_subscription
from fares.entitlements import Entitlement, Status


async def subscribe(
    session: AsyncSession, now: datetime, account_id: UUID, plan_id: str
) -> Subscription:
    """Choose a plan. It waits for payment (`incomplete`) until the counter takes the fee.

    Choosing again before paying changes the choice. Raises 409 `already_subscribed`.
    """
    # Two clicks must meet here: before the first subscription there is no other row to lock.
    await get_resident(session, account_id, for_update=True)
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


async def cancel(
    session: AsyncSession, now: datetime, today: date, account_id: UUID
) -> Subscription:
    """Leave: at the end of what is paid, or at once if nothing is."""
    subscription = await get_open_subscription(session, account_id, for_update=True)
    if is_paid_on(subscription, today):
        subscription.cancel_at_period_end = True
    else:
        subscription.status, subscription.canceled_at = "canceled", now
    return subscription


def is_paid_on(subscription: Subscription, day: date) -> bool:
    """Whether a service day lies within what has been paid."""
    return subscription.paid_until_date is not None and day < subscription.paid_until_date


def is_covered_on(subscription: Subscription, day: date) -> bool:
    """Whether rides go on, paid or while a bank card is still to be charged."""
    return subscription.covered_until_date is not None and day < subscription.covered_until_date


def entitlement_of(
    subscription: Subscription, plan: PlanRow, rider_category: str, day: date
) -> Entitlement:
    """What a subscription allows in the paid month of a service day, as `fares` decides on it."""
    start, end = period_on(subscription, day)
    return Entitlement(
        plan=plan.plan(),
        status=Status(subscription.status),
        # Before the first payment there is no period; the status refuses first.
        period_start_date=start or date.min,
        period_end_date=end or date.min,
        rider_category=rider_category,
        late_from_date=subscription.paid_until_date,
    )


def period_on(subscription: Subscription, day: date) -> tuple[date | None, date | None]:
    """The covered month [start, end) of a service day; None, None before the first payment."""
    paid_from, until = subscription.paid_from_date, subscription.covered_until_date
    if paid_from is None or until is None:
        return None, None
    return paid_month(paid_from, until, day)
