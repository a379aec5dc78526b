"""Changing and ending what is charged to a bank card: the plan, and whether it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.billing.calls import Asked, ask_stripe
from api.billing.checkout import not_paid_by_bank_card, price_of
from api.billing.looking import look
from api.billing.standing import PaidInvoice, Standing, give_back_comment
from api.billing.stripe_client import Billing, Params
from api.billing.sync import sync_account
from api.billing.tables import find_customer
from api.clock import service_instant
from api.errors import conflict
from api.plans.tables import get_plan, get_plan_on_sale
from api.residents.tables import get_resident
from api.subscriptions.periods import months_after
from api.subscriptions.service import get_open_subscription
from api.subscriptions.tables import Subscription
from api.town.document import TownDocument
from api.town.service import get_town
from fares.plans import Plan, Refund


class Timing(StrEnum):
    """When a change of plan is paid for."""

    NOW = "now"
    NEXT_INVOICE = "next_invoice"
    NEXT_PERIOD = "next_period"


# Stripe's words for what becomes of the rest of the month.
_PRORATION = {
    Timing.NOW: "always_invoice",
    Timing.NEXT_INVOICE: "create_prorations",
    Timing.NEXT_PERIOD: "none",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription that is charged to a bank card, here and at Stripe."""

    subscription: Subscription
    plan: Plan
    town: TownDocument
    standing: Standing


async def change_plan(billing: Billing, account_id: UUID, plan_id: str, timing: Timing) -> None:
    """Change to another plan. A change that must be paid now and is not, changes nothing.

    Raises 404 `no_plan`, 409 `same_plan`, 409 `not_paid_by_bank_card`, 402 `card_declined`, and as
    `ask_stripe`.
    """
    held = await _held(billing, account_id)
    async with billing.database.session() as session:
        wanted = (await get_plan_on_sale(session, plan_id)).plan()
        category = (await get_resident(session, account_id)).rider_category
    is_same = (wanted.plan_id, wanted.version) == (held.plan.plan_id, held.plan.version)
    if is_same and held.subscription.next_plan_id is None:  # else it takes a change back
        raise conflict(
            "same_plan", "すでにこのプランです。", "This is the plan that you have already."
        )
    params: Params = {
        "items": [
            {"id": held.standing.item_id, "price": await price_of(billing, wanted, category)}
        ],
        "proration_behavior": _PRORATION[timing],
        "payment_behavior": "error_if_incomplete",
    }
    if timing is Timing.NEXT_PERIOD:
        await _note_next(billing, held.subscription, wanted)
    await _change(billing, held, params)
    await sync_account(billing, account_id)


async def reprice(billing: Billing, account_id: UUID) -> None:
    """Charge what the resident's category pays now, from the next period on, if that differs.

    A concession was attested, or has ended; raises as `ask_stripe`.
    """
    held = await _held(billing, account_id)
    async with billing.database.session() as session:
        category = (await get_resident(session, account_id)).rider_category
        next_plan = await _next_plan(session, held.subscription)
    price_id = await price_of(billing, next_plan or held.plan, category)
    if price_id != held.standing.price_id:
        items = [{"id": held.standing.item_id, "price": price_id}]
        await _change(billing, held, {"items": items, "proration_behavior": "none"})
        await sync_account(billing, account_id)


async def _next_plan(session: AsyncSession, subscription: Subscription) -> Plan | None:
    """What it changes to with its next period: that is what Stripe charges next."""
    if subscription.next_plan_id is None or subscription.next_plan_version is None:
        return None
    named = subscription.next_plan_id, subscription.next_plan_version
    return (await get_plan(session, *named)).plan()


async def keep_plan(billing: Billing, account_id: UUID) -> None:
    """Take a cancellation back that waits for the end of the month."""
    held = await _held(billing, account_id)
    await _change(billing, held, {"cancel_at_period_end": False})
    await sync_account(billing, account_id)


async def pause(billing: Billing, account_id: UUID, months: int) -> None:
    """Charge nothing for some months from the end of the paid one on; rides stop with it.

    Raises 409 `pause_not_allowed`, 409 `not_paid_by_bank_card`, and as `ask_stripe`.
    """
    held = await _held(billing, account_id)
    if months > held.plan.pause_months or held.standing.cancel_at_period_end:
        raise conflict(
            "pause_not_allowed",
            "このプランは、その長さでは休めません。",
            "This plan can't be paused for so long, or it is ending already.",
        )
    ends_at = held.standing.period_ends_at  # Stripe counts months in UTC
    again = months_after(ends_at.date(), months)
    resumes_at = datetime.combine(again, ends_at.timetz()) - timedelta(hours=1)
    collection = {"behavior": "void", "resumes_at": int(resumes_at.timestamp())}
    await _change(billing, held, {"pause_collection": collection})
    await sync_account(billing, account_id)


async def resume(billing: Billing, account_id: UUID) -> None:
    """Charge again from the next period on."""
    held = await _held(billing, account_id)
    await _change(billing, held, {"pause_collection": ""})
    await sync_account(billing, account_id)


async def leave(billing: Billing, account_id: UUID, *, at_once: bool) -> None:
    """End it with the paid month, or at once with what the plan then gives back.

    Raises 409 `not_paid_by_bank_card`, and as `ask_stripe`.
    """
    held = await _held(billing, account_id)
    if not at_once:
        await _change(billing, held, {"cancel_at_period_end": True})
        await sync_account(billing, account_id)
        return
    params: Params = {"prorate": False}
    if held.plan.refund is Refund.UNUSED_DAYS:
        today, _ = service_instant(billing.clock.now(), held.town.zone())
        paid = held.standing.standing_invoices
        unused = sum(unused_minor(invoice, today, held.town) for invoice in paid)
        params["cancellation_details"] = {"comment": give_back_comment(unused)}
    stripe_id = held.standing.stripe_id
    await ask_stripe(
        billing, Asked("cancel_subscription", stripe_id, params, account_id, target=stripe_id)
    )
    await sync_account(billing, account_id)


def unused_minor(invoice: PaidInvoice, today: date, town: TownDocument) -> int:
    """What the days after today were of an invoice, rounded down to a whole minor unit."""
    start = service_instant(invoice.starts_at, town.zone())[0]
    end = service_instant(invoice.ends_at, town.zone())[0]
    unused_days = max(0, (end - max(today, start)).days - 1)
    return min(invoice.left_minor, invoice.amount_minor * unused_days // (end - start).days)


async def _held(billing: Billing, account_id: UUID) -> Held:
    """As it stands at Stripe at this moment, which may be newer than what we have heard."""
    async with billing.database.session() as session:
        subscription = await get_open_subscription(session, account_id)
        customer = await find_customer(session, account_id)
        named = subscription.plan_id, subscription.plan_version
        plan = (await get_plan(session, *named)).plan()
        town = await get_town(session)
    if customer is None or subscription.collection != "card":
        raise not_paid_by_bank_card()
    for standing in await look(billing.stripe, customer.customer_id):
        if standing.stripe_id == subscription.stripe_subscription_id and standing.live:
            return Held(subscription, plan, town, standing)
    raise not_paid_by_bank_card()


async def _change(billing: Billing, held: Held, params: Params) -> None:
    stripe_id = held.standing.stripe_id
    account_id = held.subscription.account_id
    await ask_stripe(
        billing, Asked("change_subscription", stripe_id, params, account_id, target=stripe_id)
    )


async def _note_next(billing: Billing, subscription: Subscription, plan: Plan) -> None:
    """Before Stripe is asked: whoever looks in between must not take the plan for the present."""
    async with billing.database.session() as session:
        row = await session.get_one(
            Subscription,
            (subscription.account_id, subscription.subscription_id),
            with_for_update=True,
        )
        row.next_plan_id, row.next_plan_version = plan.plan_id, plan.version
