"""Paying by bank card: the page where it is done, and the page where the card is changed."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.billing.calls import Asked, ask_stripe
from api.billing.standing import OURS
from api.billing.stripe_client import Billing, Params
from api.billing.tables import StripeCustomer, StripePrice, find_customer
from api.errors import conflict
from api.plans.tables import get_plan
from api.residents.tables import get_resident
from api.subscriptions.service import get_open_subscription
from api.subscriptions.tables import Subscription
from fares.plans import Plan


async def open_checkout(billing: Billing, account_id: UUID) -> str:
    """The address of Stripe's page on which a resident pays for the plan that they chose.

    Raises 404 `no_subscription`, 409 `already_subscribed` (it is paid, or charged to a card), and
    as `ask_stripe`. To open it twice and pay twice is given back (`api/billing/sync.py`).
    """
    async with billing.database.session() as session:
        subscription = await get_open_subscription(session, account_id)
        plan = await _plan_of(session, subscription)
        resident = await get_resident(session, account_id)
    if subscription.collection == "card" or subscription.status not in ("incomplete", "past_due"):
        raise conflict(
            "already_subscribed",
            "すでに支払われています。",
            "This is paid for already. Pay by card when the paid month is over.",
        )
    customer_id = await customer_of(billing, account_id)
    price_id = await price_of(billing, plan, resident.rider_category)
    page = f"{billing.settings.base_url}/app"
    ours = str(subscription.subscription_id)
    params: Params = {
        "mode": "subscription",
        "customer": customer_id,
        "client_reference_id": ours,
        "line_items": [{"price": price_id, "quantity": 1}],
        "subscription_data": {"metadata": {OURS: ours}},
        "success_url": f"{page}#paid",
        "cancel_url": page,
    }
    session_made = await ask_stripe(billing, Asked("open_checkout", ours, params, account_id))
    url: str = session_made["url"]
    return url


async def open_portal(billing: Billing, account_id: UUID) -> str:
    """The address of Stripe's page on which the card is changed, and what is open is paid.

    Raises 404 `no_subscription`, 409 `not_paid_by_bank_card`, and as `ask_stripe`.
    """
    async with billing.database.session() as session:
        subscription = await get_open_subscription(session, account_id)
        customer = await find_customer(session, account_id)
    if customer is None or subscription.collection != "card":
        raise not_paid_by_bank_card()
    params: Params = {
        "customer": customer.customer_id,
        "return_url": f"{billing.settings.base_url}/app",
    }
    opened = await ask_stripe(billing, Asked("open_portal", str(account_id), params, account_id))
    url: str = opened["url"]
    return url


def not_paid_by_bank_card() -> Exception:
    """The 409 for what only a bank card can do."""
    return conflict(
        "not_paid_by_bank_card",
        "このプランはカードで支払われていません。窓口で行ってください。",
        "This subscription is not charged to a bank card. Do this at the counter.",
    )


async def customer_of(billing: Billing, account_id: UUID) -> str:
    """A resident's name at Stripe, made when it is first needed. It knows an id and no person."""
    async with billing.database.session() as session:
        customer = await find_customer(session, account_id)
    if customer is not None:
        return customer.customer_id
    params: Params = {"metadata": {"teiki_account": str(account_id)}}
    made = await ask_stripe(billing, Asked("create_customer", str(account_id), params, account_id))
    async with billing.database.session() as session:
        # Two that made one each: the first one stays.
        held = await find_customer(session, account_id, for_update=True)
        if held is None:
            held = StripeCustomer(account_id=account_id, customer_id=made["id"])
            session.add(held)
        return held.customer_id


async def price_of(billing: Billing, plan: Plan, rider_category: str) -> str:
    """What a category pays for a version of a plan, at Stripe; made when it is first needed.

    What a resident reads is what they pay: tax is within the price.
    """
    category = plan.price_category(rider_category) or ""
    named = plan.plan_id, plan.version, category
    async with billing.database.session() as session:
        price = await session.get(StripePrice, named)
    if price is not None:
        return price.price_id
    about = f"{plan.plan_id}/{plan.version}/{category}"
    price_now = plan.price_for(rider_category)
    params: Params = {
        "currency": price_now.currency.lower(),
        "unit_amount": price_now.amount_minor,
        "tax_behavior": "inclusive",
        "recurring": {"interval": "month"},
        "product_data": {"name": f"{plan.name.ja} / {plan.name.en}"},
        "metadata": {"teiki_plan": about},
    }
    made = await ask_stripe(billing, Asked("create_price", about, params))
    async with billing.database.session() as session:
        kept = await session.get(StripePrice, named)
        if kept is None:
            kept = StripePrice(
                plan_id=plan.plan_id,
                plan_version=plan.version,
                rider_category=category,
                price_id=made["id"],
            )
            session.add(kept)
        return kept.price_id


async def _plan_of(session: AsyncSession, subscription: Subscription) -> Plan:
    return (await get_plan(session, subscription.plan_id, subscription.plan_version)).plan()
