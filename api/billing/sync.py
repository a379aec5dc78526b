"""Making a resident's subscription what it is at Stripe, whatever we heard of it and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.billing.calls import Asked, ask_stripe
from api.billing.looking import look
from api.billing.standing import CALL, GivenBack, PaidInvoice, Standing
from api.billing.stripe_client import Billing
from api.billing.tables import StripePrice, find_customer
from api.clock import service_instant
from api.errors import DomainError
from api.plans.tables import get_plan
from api.subscriptions.payments import next_receipt_number
from api.subscriptions.stopping import stop_passes
from api.subscriptions.tables import Payment, Subscription
from api.town.document import TownDocument
from api.town.service import get_town

log = structlog.get_logger(__name__)

METHOD = "bank_card"
_RIDING = ("active", "trialing", "past_due")


class Fit(Enum):
    """What a subscription at Stripe is to us.

    What we do not know is left alone and said: somebody may have made it by hand, or the database
    may be that of a backup which was made before it.
    """

    OURS = "ours"
    SURPLUS = "surplus"
    UNKNOWN = "unknown"


async def sync_account(billing: Billing, account_id: UUID) -> None:
    """Ask Stripe about a resident and write what it says; the same again changes nothing.

    Raises 503 `payment_service_unavailable` where Stripe can't be asked.
    """
    async with billing.database.session() as session:
        customer = await find_customer(session, account_id, for_update=True)
        if customer is None:
            return
        standings = await look(billing.stripe, customer.customer_id)
        standings.sort(key=lambda each: not each.live)  # what goes on before what is over
        customer.looked_at = billing.clock.now()
        town = await get_town(session)
        surplus = [
            each
            for each in standings
            if await _apply(session, billing, town, account_id, each) is Fit.SURPLUS and each.live
        ]
    for each in surplus:
        await _end_surplus(billing, account_id, each)
    for each in standings:
        await _give_back_unused(billing, account_id, each)


async def _apply(
    session: AsyncSession,
    billing: Billing,
    town: TownDocument,
    account_id: UUID,
    standing: Standing,
) -> Fit:
    """Write one subscription, if it pays for one of ours."""
    if standing.subscription_id is None:
        return Fit.UNKNOWN
    subscription = await session.get(
        Subscription, (account_id, standing.subscription_id), with_for_update=True
    )
    if subscription is None:
        log.error("stripe_subscription_unknown", stripe_id=standing.stripe_id)
        return Fit.UNKNOWN
    if not _belongs(subscription, standing):
        return Fit.SURPLUS
    if standing.status == "incomplete_expired":
        # Nothing was ever paid; another try makes another subscription there.
        subscription.stripe_subscription_id, subscription.collection = None, "counter"
        subscription.status = "incomplete"
        return Fit.OURS
    await _record(session, town, subscription, standing)
    await _set_plan(session, subscription, standing)
    await _set_period(session, town, subscription, standing)
    now = billing.clock.now()
    if standing.status == "canceled" and subscription.status != "canceled":
        subscription.canceled_at = standing.ended_at or now
    subscription.status = _status(town, subscription, standing, now)
    ended = subscription.status not in _RIDING
    await stop_passes(session, now, town, billing.settings, subscription, at_once=ended)
    return Fit.OURS


def _belongs(subscription: Subscription, standing: Standing) -> bool:
    """Whether this is what pays for ours: the first that began, unless cash did before it."""
    if subscription.stripe_subscription_id is not None:
        return subscription.stripe_subscription_id == standing.stripe_id
    if subscription.status not in ("incomplete", "past_due"):
        return False
    if not standing.live and not standing.paid:
        return False
    subscription.stripe_subscription_id = standing.stripe_id
    subscription.collection = "card"
    return True


async def _set_plan(session: AsyncSession, subscription: Subscription, standing: Standing) -> None:
    """The plan that is paid for. One chosen for the next period waits until that is paid."""
    prices = await session.exec(
        select(StripePrice).where(col(StripePrice.price_id) == standing.price_id)
    )
    price = prices.first()
    if price is None:
        log.warning("stripe_price_unknown", price_id=standing.price_id)
        return
    subscription.stripe_price_id = price.price_id
    chosen = price.plan_id, price.plan_version
    if chosen == (subscription.next_plan_id, subscription.next_plan_version):
        latest = standing.standing_invoices[-1:]
        if not latest or standing.price_id not in latest[0].price_ids:
            return
    subscription.plan_id, subscription.plan_version = chosen
    subscription.next_plan_id = subscription.next_plan_version = None


async def _set_period(
    session: AsyncSession, town: TownDocument, subscription: Subscription, standing: Standing
) -> None:
    invoices = standing.standing_invoices
    if not invoices:
        if standing.paid:  # all of it was given back
            subscription.pay(None, None)
        return
    start = min(_day(invoice.starts_at, town) for invoice in invoices)
    until = _day(invoices[-1].ends_at, town)
    plan = (await get_plan(session, subscription.plan_id, subscription.plan_version)).plan()
    paused = standing.paused_until_at
    # It ends an hour before the period that is charged again (`api/billing/changes.py`).
    subscription.paused_until_date = paused and _day(paused + timedelta(hours=1), town)
    going_on = not standing.cancel_at_period_end and paused is None
    charged_again = standing.status in _RIDING and going_on
    subscription.pay(start, until, plan.late_payment.suspend_after_days if charged_again else 0)
    subscription.cancel_at_period_end = standing.cancel_at_period_end
    subscription.started_at = subscription.started_at or standing.started_at


def _status(
    town: TownDocument, subscription: Subscription, standing: Standing, now: datetime
) -> str:
    """Stripe's, but that a pause there only stops the charges: here it stops rides too."""
    until = subscription.paid_until_date
    over = until is not None and until <= _day(now, town)
    riding = standing.status in _RIDING
    return "paused" if riding and standing.paused_until_at and over else standing.status


async def _record(
    session: AsyncSession, town: TownDocument, subscription: Subscription, standing: Standing
) -> None:
    """A receipt for every charge and for all that went back, each once."""
    rows = await session.exec(
        select(Payment).where(
            col(Payment.account_id) == subscription.account_id,
            col(Payment.subscription_id) == subscription.subscription_id,
            col(Payment.stripe_id).is_not(None),
        )
    )
    kept = {row.stripe_id: row for row in rows}
    for invoice in sorted(standing.paid, key=lambda each: (each.paid_at, each.stripe_id)):
        if invoice.amount_minor == 0:
            continue
        if invoice.stripe_id not in kept:
            kept[invoice.stripe_id] = await _receipt(session, town, subscription, invoice)
        paid = kept[invoice.stripe_id]
        for back in invoice.given_back:
            if back.stripe_id not in kept:
                kept[back.stripe_id] = await _receipt_back(session, town, paid, back)


async def _receipt(
    session: AsyncSession, town: TownDocument, subscription: Subscription, invoice: PaidInvoice
) -> Payment:
    day = _day(invoice.paid_at, town)
    payment = Payment(
        account_id=subscription.account_id,
        payment_id=uuid5(NAMESPACE_URL, f"stripe:{invoice.stripe_id}"),
        subscription_id=subscription.subscription_id,
        amount_minor=invoice.amount_minor,
        currency=invoice.currency,
        method=METHOD,
        receipt_number=await next_receipt_number(session, day),
        stripe_id=invoice.stripe_id,
        period_start_date=_day(invoice.starts_at, town),
        period_end_date=_day(invoice.ends_at, town),
        paid_at=invoice.paid_at,
    )
    session.add(payment)
    await session.flush()
    return payment


async def _receipt_back(
    session: AsyncSession, town: TownDocument, paid: Payment, back: GivenBack
) -> Payment:
    reversal = Payment(
        account_id=paid.account_id,
        payment_id=uuid5(NAMESPACE_URL, f"stripe:{back.stripe_id}"),
        subscription_id=paid.subscription_id,
        amount_minor=-back.amount_minor,
        currency=paid.currency,
        method=METHOD,
        receipt_number=await next_receipt_number(session, _day(back.at, town)),
        stripe_id=back.stripe_id,
        period_start_date=paid.period_start_date,
        period_end_date=paid.period_end_date,
        paid_at=back.at,
        reverses=paid.payment_id,
        reason=back.reason,
    )
    session.add(reversal)
    await session.flush()
    return reversal


async def _end_surplus(billing: Billing, account_id: UUID, standing: Standing) -> None:
    """Somebody paid twice, or for what they had left: end it and give all of it back."""
    log.warning("stripe_subscription_surplus", stripe_id=standing.stripe_id)
    try:
        await ask_stripe(
            billing,
            Asked(
                "cancel_subscription",
                standing.stripe_id,
                {"prorate": False},
                account_id=account_id,
                target=standing.stripe_id,
            ),
        )
        for invoice in standing.paid:
            await refund(billing, account_id, invoice, invoice.left_minor, "paid_twice")
    except DomainError as error:
        log.exception("stripe_surplus_not_ended", stripe_id=standing.stripe_id, code=error.code)


async def _give_back_unused(billing: Billing, account_id: UUID, standing: Standing) -> None:
    """What was promised to somebody who left at once, whoever heard the answer to their leaving."""
    if standing.status != "canceled":
        return
    given = [back for invoice in standing.paid for back in invoice.given_back]
    due = standing.to_give_back_minor - sum(b.amount_minor for b in given if b.reason == "left")
    for invoice in reversed(standing.standing_invoices):
        amount = min(due, invoice.left_minor)
        if amount <= 0 or any(back.reason == "left" for back in invoice.given_back):
            continue
        due -= amount
        try:
            await refund(billing, account_id, invoice, amount, "left")
        except DomainError as error:
            log.warning("unused_days_wait", stripe_id=standing.stripe_id, code=error.code)


async def refund(
    billing: Billing,
    account_id: UUID,
    invoice: PaidInvoice,
    amount_minor: int,
    why: str,
    *,
    reason: str | None = None,
) -> None:
    """Give a part of a charge back, once for each invoice and `why`; raises as `ask_stripe`.

    `why` is a word of ours, as it becomes part of a key; `reason` is what staff wrote, if they did.
    """
    if invoice.payment_intent_id is None or amount_minor <= 0:
        return
    about = f"{invoice.stripe_id}/{why}"
    await ask_stripe(
        billing,
        Asked(
            "refund",
            about,
            {
                "payment_intent": invoice.payment_intent_id,
                "amount": amount_minor,
                "metadata": {"reason": reason or why, CALL: f"refund/{about}"},
            },
            account_id=account_id,
            only_once=True,
        ),
    )


def _day(at: datetime, town: TownDocument) -> date:
    return service_instant(at, town.zone())[0]
