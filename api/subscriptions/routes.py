"""`/v1/me/subscriptions`: choosing a plan, seeing what is left of it, leaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, resident_only
from api.billing.calls import BANK_CARD_PROBLEMS
from api.billing.changes import leave
from api.billing.stripe_client import Billing
from api.clock import Clock, service_instant
from api.errors import problems
from api.plans.routes import PlanView, plan_view
from api.plans.tables import PlanRow, get_plan
from api.residents.tables import get_resident
from api.subscriptions.service import (
    cancel,
    entitlement_of,
    get_open_subscription,
    is_paid_on,
    period_on,
    subscribe,
)
from api.subscriptions.tables import Subscription, list_usage
from api.town.service import get_town
from api.wire import Identifier, Instant, MoneyView, Request, View
from fares.entitlements import period_of


class SubscribeRequest(Request, frozen=True):
    """Which plan."""

    plan_id: Identifier


class UsageView(View, frozen=True):
    """What of an allowance is used in its present period; the end date is exclusive."""

    allowance_id: str
    unit: str
    used: int
    limit: int
    period_start_date: date
    period_end_date: date
    modes: list[str]


class SubscriptionView(View, frozen=True):
    """A subscription; status in Stripe's words. `incomplete` waits for the first payment.

    The current period is the paid month in which allowances count; `paid_until_date` lies
    beyond it where more months are paid in advance. Rides go on until `covered_until_date`, also
    while a bank card (`collection` is `card`) is still to be charged. End dates are exclusive.
    """

    subscription_id: UUID
    plan: PlanView
    status: str
    started_at: Instant | None
    current_period_start_date: date | None
    current_period_end_date: date | None
    paid_until_date: date | None
    cancel_at_period_end: bool
    covered_until_date: date | None
    collection: str
    paused_until_date: date | None
    next_plan: PlanView | None
    amount_due: MoneyView
    usage: list[UsageView]


async def subscription_view(
    session: AsyncSession, subscription: Subscription, today: date
) -> SubscriptionView:
    """A subscription with its plan and what is left of it on a service day."""
    row = await get_plan(session, subscription.plan_id, subscription.plan_version)
    resident = await get_resident(session, subscription.account_id)
    plan, price = plan_view(row.plan()), row.plan().price_for(resident.rider_category)
    start, end = period_on(subscription, today)
    paid = is_paid_on(subscription, today) or subscription.status == "canceled"
    due = MoneyView(amount_minor=0 if paid else price.amount_minor, currency=price.currency)
    return SubscriptionView(
        subscription_id=subscription.subscription_id,
        plan=plan,
        status=subscription.status,
        started_at=subscription.started_at,
        current_period_start_date=start,
        current_period_end_date=end,
        paid_until_date=subscription.paid_until_date,
        cancel_at_period_end=subscription.cancel_at_period_end,
        covered_until_date=subscription.covered_until_date,
        collection=subscription.collection,
        paused_until_date=subscription.paused_until_date,
        next_plan=await _next_plan(session, subscription),
        amount_due=due,
        usage=[] if start is None else await _usage_views(session, subscription, row, today),
    )


async def _next_plan(session: AsyncSession, subscription: Subscription) -> PlanView | None:
    if subscription.next_plan_id is None or subscription.next_plan_version is None:
        return None
    row = await get_plan(session, subscription.next_plan_id, subscription.next_plan_version)
    return plan_view(row.plan())


async def my_subscription(
    session: AsyncSession, account_id: UUID, now: datetime
) -> SubscriptionView:
    """The open subscription as it is now; raises 404 `no_subscription`."""
    held = await get_open_subscription(session, account_id)
    return await subscription_view(session, held, await _today(session, now))


async def _usage_views(
    session: AsyncSession, subscription: Subscription, row: PlanRow, today: date
) -> list[UsageView]:
    used = {
        (u.allowance_id, u.period_start_date): u.used
        for u in await list_usage(session, subscription)
    }
    entitlement = entitlement_of(subscription, row, "adult", today)

    def views() -> Iterator[UsageView]:
        for allowance in entitlement.plan.allowances:
            start, end = period_of(allowance, today, entitlement)
            yield UsageView(
                allowance_id=allowance.allowance_id,
                unit=allowance.unit,
                used=used.get((allowance.allowance_id, start), 0),
                limit=allowance.limit,
                period_start_date=start,
                period_end_date=end,
                modes=sorted(allowance.modes),
            )

    return list(views())


class SubscriptionController(Controller):
    """A resident's own subscription."""

    path = "/v1/me"
    tags = ["subscriptions"]
    guards = [resident_only]

    @post(
        "/subscriptions",
        summary="Choose a plan",
        operation_id="choose_plan",
        opt=problems("no_plan", "already_subscribed", "no_town"),
    )
    async def subscribe(
        self,
        data: JSONBody[SubscribeRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> SubscriptionView:
        """Choose a plan; it waits for payment at the counter."""
        now = clock.now()
        chosen = await subscribe(session, now, request.user.account_id, data.plan_id)
        return await subscription_view(session, chosen, await _today(session, now))

    @get(
        "/subscription",
        summary="My subscription and what is left of it",
        operation_id="get_subscription",
        opt=problems("no_subscription", "no_town"),
    )
    async def show(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> SubscriptionView:
        """The open subscription; 404 `no_subscription` before one was chosen."""
        return await my_subscription(session, request.user.account_id, clock.now())

    @post(
        "/subscription/cancel",
        summary="Leave",
        status_code=HTTP_200_OK,
        operation_id="cancel_subscription",
        opt=problems("no_subscription", "no_town", "not_paid_by_bank_card", *BANK_CARD_PROBLEMS),
    )
    async def cancel(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        billing: NamedDependency[Billing],
        at_once: Annotated[
            bool, QueryParameter(description="End it today, where a bank card pays.")
        ] = False,
    ) -> SubscriptionView:
        """Leave: with the end of what is paid, or at once if nothing is.

        `at_once` ends what a bank card pays on this day; the plan says what is given back.
        """
        now = clock.now()
        today = await _today(session, now)
        held = await get_open_subscription(session, request.user.account_id)
        if held.collection == "card":
            await leave(billing, held.account_id, at_once=at_once)
            await session.refresh(held)
        else:
            held = await cancel(session, now, today, held.account_id)
        return await subscription_view(session, held, today)


async def _today(session: AsyncSession, now: datetime) -> date:
    return service_instant(now, (await get_town(session)).zone())[0]
