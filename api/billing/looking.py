"""Asking Stripe how things stand with one customer: subscriptions, invoices, what went back."""

from __future__ import annotations

from typing import Any

import stripe

from api.billing.calls import no_answer
from api.billing.standing import Objects, Standing, standing_of

PAGE = 100


async def look(client: stripe.StripeClient, customer_id: str) -> list[Standing]:
    """Every subscription of a customer as Stripe shows it now, oldest first.

    Raises 503 `payment_service_unavailable`.
    """
    try:
        return await _look(client, customer_id)
    except stripe.StripeError as error:
        raise no_answer() from error


async def _look(client: stripe.StripeClient, customer_id: str) -> list[Standing]:
    v1 = client.v1
    page: Any = {"customer": customer_id, "limit": PAGE}
    of_all: Any = {**page, "status": "all"}
    subscriptions = await _all(await v1.subscriptions.list_async(of_all))
    if not subscriptions:
        return []
    paid: Any = {**page, "status": "paid", "expand": ["data.payments"]}
    invoices = await _all(await v1.invoices.list_async(paid))
    refunds, disputes = await _given_back(client, await _all(await v1.charges.list_async(page)))
    by_subscription: dict[str | None, Objects] = {}
    for invoice in invoices:
        by_subscription.setdefault(_subscription_of(invoice), []).append(invoice)
    standings = [
        standing_of(each, by_subscription.get(each["id"], []), refunds, disputes)
        for each in subscriptions
    ]
    return sorted(standings, key=lambda each: (each.started_at, each.stripe_id))


async def _given_back(client: stripe.StripeClient, charges: Objects) -> tuple[Objects, Objects]:
    """Refunds and disputes, asked for only where a charge says that there are any."""
    refunds: Objects = []
    disputes: Objects = []
    for charge in charges:
        of_charge: Any = {"charge": charge["id"], "limit": PAGE}
        if charge["amount_refunded"]:
            refunds += await _all(await client.v1.refunds.list_async(of_charge))
        if charge["disputed"]:
            disputes += await _all(await client.v1.disputes.list_async(of_charge))
    return refunds, disputes


async def _all(listed: Any) -> Objects:
    """Every page of a list."""
    return [each.to_dict() async for each in listed.auto_paging_iter()]


def _subscription_of(invoice: dict[str, Any]) -> str | None:
    parent = invoice.get("parent") or {}
    found: str | None = (parent.get("subscription_details") or {}).get("subscription")
    return found
