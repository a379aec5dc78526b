"""Giving a charge back to the card, as staff of the counter decide."""

from __future__ import annotations

from sqlmodel import col, select

from api.billing.looking import look
from api.billing.standing import PaidInvoice
from api.billing.stripe_client import Billing
from api.billing.sync import refund, sync_account
from api.billing.tables import find_customer
from api.errors import conflict
from api.subscriptions.tables import Payment


async def give_back_to_card(billing: Billing, payment: Payment, reason: str) -> Payment:
    """Give back what is left of a charge; its month is then no longer paid. Returns the receipt.

    The same again returns the same receipt. Raises 409 `already_reversed`, and as `ask_stripe`.
    """
    earlier = await _reversal(billing, payment)
    if earlier is not None and earlier.reason == reason:
        return earlier
    invoice = await _invoice(billing, payment)
    if invoice is None or invoice.left_minor <= 0:
        raise conflict(
            "already_reversed",
            "この支払いは、すでに返されています。",
            "This payment has been given back already, or is itself money given back.",
        )
    left = invoice.left_minor
    await refund(billing, payment.account_id, invoice, left, "counter", reason=reason)
    await sync_account(billing, payment.account_id)
    given_back = await _reversal(billing, payment)
    assert given_back is not None, "what Stripe has given back has a receipt"
    return given_back


async def _invoice(billing: Billing, payment: Payment) -> PaidInvoice | None:
    async with billing.database.session() as session:
        customer = await find_customer(session, payment.account_id)
    if customer is None:
        return None
    standings = await look(billing.stripe, customer.customer_id)
    paid = (invoice for standing in standings for invoice in standing.paid)
    return next((each for each in paid if each.stripe_id == payment.stripe_id), None)


async def _reversal(billing: Billing, payment: Payment) -> Payment | None:
    """The newest receipt below zero of a payment."""
    async with billing.database.session() as session:
        rows = await session.exec(
            select(Payment)
            .where(
                col(Payment.account_id) == payment.account_id,
                col(Payment.reverses) == payment.payment_id,
            )
            .order_by(col(Payment.paid_at).desc(), col(Payment.receipt_number).desc())
        )
        return rows.first()
