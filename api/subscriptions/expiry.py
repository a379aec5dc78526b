"""Ending subscriptions whose paid period is over: cancelled ones end, the others wait for money."""

from __future__ import annotations

import structlog
from sqlmodel import col, or_, select

from api.clock import Clock, service_instant
from api.database import Database
from api.subscriptions.tables import Subscription
from api.town.service import get_town

log = structlog.get_logger(__name__)


async def end_expired(database: Database, clock: Clock) -> int:
    """Move subscriptions past their period to `canceled` or `past_due`; return how many.

    Rides stop at the period's end whatever this job does: the decision looks at the dates.
    """
    now = clock.now()
    async with database.session() as session:
        today, _ = service_instant(now, (await get_town(session)).zone())
        rows = await session.exec(
            select(Subscription)
            .where(
                or_(
                    col(Subscription.status) == "active",
                    (col(Subscription.status) == "past_due")
                    & col(Subscription.cancel_at_period_end),
                ),
                col(Subscription.paid_until_date) <= today,
                # What is charged to a bank card is as Stripe says (`api/billing/sync.py`).
                col(Subscription.collection) == "counter",
            )
            .order_by(col(Subscription.account_id), col(Subscription.subscription_id))
            .with_for_update()
        )
        ended = list(rows)
        for subscription in ended:
            if subscription.cancel_at_period_end:
                subscription.status, subscription.canceled_at = "canceled", now
            else:
                subscription.status = "past_due"
    if ended:
        log.info("subscriptions_past_period", count=len(ended))
    return len(ended)
