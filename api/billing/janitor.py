"""What is left open is found out by asking Stripe: calls without an answer, events, charges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import stripe
import structlog
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.billing.calls import Asked, ask_stripe, note_answer, send_call
from api.billing.changes import reprice
from api.billing.events import handle_events
from api.billing.standing import CALL
from api.billing.stripe_client import Billing
from api.billing.sync import sync_account
from api.billing.tables import StripeCall, StripeCustomer, StripePrice, pending_calls
from api.clock import service_instant
from api.errors import DomainError
from api.plans.tables import get_plan
from api.residents.tables import Resident
from api.subscriptions.tables import Subscription
from api.town.service import get_town

log = structlog.get_logger(__name__)

# After this long without an answer it is looked into.
PENDING = timedelta(minutes=5)
# How often somebody is looked at of whom no event came: late ones, and everybody.
LATE_LOOK = timedelta(hours=1)
USUAL_LOOK = timedelta(days=1)
# A page for paying stays open for a day.
CHECKOUT_LASTS = timedelta(hours=25)
_PAGE = 200


async def tidy(billing: Billing) -> None:
    """Resolve all that is pending. Whatever fails is tried again the next time."""
    if billing.client is None:
        return
    for account_id in await _resolve_calls(billing):
        await _look(billing, account_id)
    await handle_events(billing)
    for account_id in await _unheard(billing):
        await _look(billing, account_id)
    await _end_unpaid(billing)
    for account_id in await _wrongly_priced(billing):
        try:
            await reprice(billing, account_id)
        except DomainError as error:
            log.warning("price_not_changed", error=error.code)


async def _wrongly_priced(billing: Billing) -> list[UUID]:
    """Whose concession was attested, or has ended, since their card was charged last."""
    async with billing.database.session() as session:
        found = await session.exec(
            select(Subscription, Resident.rider_category, StripePrice.rider_category)
            .join(Resident, col(Resident.account_id) == col(Subscription.account_id))
            .join(StripePrice, col(StripePrice.price_id) == col(Subscription.stripe_price_id))
            .where(
                col(Subscription.collection) == "card",
                col(Subscription.status).in_(("active", "past_due", "paused")),
                col(Resident.rider_category) != col(StripePrice.rider_category),
            )
        )
        return [
            held.account_id for held, has, pays in found if await _differs(session, held, has, pays)
        ]


async def _differs(session: AsyncSession, held: Subscription, has: str, pays: str) -> bool:
    plan_id, version = held.next_plan_id, held.next_plan_version
    if plan_id is None or version is None:
        plan_id, version = held.plan_id, held.plan_version
    plan = (await get_plan(session, plan_id, version)).plan()
    return (plan.price_category(has) or "") != pays


async def _resolve_calls(billing: Billing) -> list[UUID]:
    """Send again what has no answer; returns whom it was about."""
    async with billing.database.session() as session:
        calls = await pending_calls(session, billing.clock.now() - PENDING)
    about = []
    for call in calls:
        await _resolve(billing, call)
        if call.account_id is not None:
            about.append(call.account_id)
    return sorted(set(about))


async def _resolve(billing: Billing, call: StripeCall) -> None:
    try:
        if call.operation == "refund" and (done := await _refund_made(billing, call)):
            await note_answer(billing, call, result_id=done)
            return
        await send_call(billing, call)
    except (DomainError, stripe.StripeError) as error:
        cause = error.__cause__
        log.warning("stripe_call_pending", call_key=call.call_key, error=str(error)[:200])
        if isinstance(cause, stripe.APIError) and (cause.http_status or 0) >= 500:
            await _another_round(billing, call)


async def _refund_made(billing: Billing, call: StripeCall) -> str | None:
    """A fault may be all that Stripe kept of a refund that was made: money goes back only once."""
    listed = await billing.stripe.v1.refunds.list_async(
        {"payment_intent": call.params["payment_intent"], "limit": 100}
    )
    async for each in listed.auto_paging_iter():
        made: dict[str, Any] = each.to_dict()
        if (made["metadata"] or {}).get(CALL) == call.params["metadata"][CALL]:
            return each.id
    return None


async def _another_round(billing: Billing, call: StripeCall) -> None:
    """Stripe keeps a fault as a key's answer; all but refunds may safely be done twice."""
    async with billing.database.session() as session:
        row = await session.get_one(StripeCall, call.call_key, with_for_update=True)
        row.round += 1


async def _look(billing: Billing, account_id: UUID) -> None:
    try:
        await sync_account(billing, account_id)
    except DomainError as error:
        log.warning("stripe_look_failed", error=type(error).__name__)


async def _unheard(billing: Billing) -> list[UUID]:
    """Of whom an event may have been lost: who was at the payment page, is late, or is due."""
    now = billing.clock.now()
    async with billing.database.session() as session:
        today, _ = service_instant(now, (await get_town(session)).zone())
        looked = col(StripeCustomer.looked_at)
        at_checkout = (
            select(StripeCall.account_id)
            .where(
                col(StripeCall.operation) == "open_checkout",
                col(StripeCall.made_at) > now - CHECKOUT_LASTS,
            )
            .scalar_subquery()
        )
        account = col(StripeCustomer.account_id)
        found = await session.exec(
            select(StripeCustomer.account_id)
            .where(
                or_(
                    account.in_(_held(waiting=True, today=today))
                    & account.in_(at_checkout)
                    & or_(looked.is_(None), looked < now - PENDING),
                    account.in_(_held(waiting=False, today=today)) & (looked < now - LATE_LOOK),
                    account.in_(_held(waiting=False, today=None)) & (looked < now - USUAL_LOOK),
                )
            )
            .order_by(looked.nulls_first())
            .limit(_PAGE)
        )
        return list(found)


def _held(*, waiting: bool, today: date | None) -> Any:
    """Accounts that wait for a first charge, or are charged to a card (late on a given day)."""
    query = select(Subscription.account_id)
    if waiting:
        query = query.where(col(Subscription.status).in_(("incomplete", "past_due")))
    else:
        query = query.where(
            col(Subscription.collection) == "card",
            col(Subscription.status).in_(("active", "past_due", "unpaid", "paused")),
        )
        if today is not None:
            query = query.where(col(Subscription.paid_until_date) <= today)
    return query.scalar_subquery()


async def _end_unpaid(billing: Billing) -> None:
    """The last step of a plan's ladder: after so many days without a charge it ends."""
    async with billing.database.session() as session:
        today, _ = service_instant(billing.clock.now(), (await get_town(session)).zone())
        ended = [
            held for held in await _late(session, today) if await _is_over(session, held, today)
        ]
    for held in ended:
        stripe_id = held.stripe_subscription_id
        assert stripe_id is not None, "it is charged to a card"
        asked = Asked(
            "cancel_subscription", stripe_id, {"prorate": False}, held.account_id, stripe_id
        )
        try:
            await ask_stripe(billing, asked)
            await sync_account(billing, held.account_id)
        except DomainError as error:
            log.warning("unpaid_subscription_not_ended", error=type(error).__name__)


async def _late(session: AsyncSession, today: date) -> list[Subscription]:
    found = await session.exec(
        select(Subscription).where(
            col(Subscription.collection) == "card",
            col(Subscription.stripe_subscription_id).is_not(None),
            col(Subscription.status).in_(("past_due", "unpaid")),
            col(Subscription.covered_until_date) <= today,
        )
    )
    return list(found)


async def _is_over(session: AsyncSession, held: Subscription, today: date) -> bool:
    plan = (await get_plan(session, held.plan_id, held.plan_version)).plan()
    assert held.paid_until_date is not None, "it was covered until a day"
    return (today - held.paid_until_date).days >= plan.late_payment.cancel_after_days
