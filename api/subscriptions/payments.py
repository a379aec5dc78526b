"""Taking the month's fee at the counter: once per key, with a receipt, for a month each."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import lock_name
from api.clock import service_instant
from api.errors import DomainError, conflict, not_found
from api.plans.tables import get_plan
from api.residents.tables import Resident
from api.subscriptions.periods import month_number, months_after
from api.subscriptions.tables import Payment, ReceiptCounter, Subscription
from api.town.document import TownDocument
from fares.money import Money
from fares.reasons import Text
from gtfs.currencies import minor_digits


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
    """Take the month's fee in cash and start, or prolong, what is paid by a month.

    Repeating a key returns the first payment, whatever has become of the subscription. Raises
    409 `idempotency_key_reused` for the same key with another content, 404 `no_subscription`,
    409 `wrong_amount` for anything but the plan's price for them, 409 `paid_by_bank_card`.
    """
    await lock_key(session, staff_id, idempotency_key)
    earlier = await find_payment(session, staff_id, idempotency_key)
    if earlier is not None:
        _refuse_other_content(earlier, resident.account_id, subscription_id, amount)
        paid = await session.get_one(Subscription, (resident.account_id, subscription_id))
        return earlier, paid
    subscription = await lock_subscription(session, resident.account_id, subscription_id)
    _refuse_bank_card(subscription)
    plan = (await get_plan(session, subscription.plan_id, subscription.plan_version)).plan()
    _check_amount(amount, plan.price_for(resident.rider_category))
    today = service_instant(now, town.zone())[0]
    start, end = _prolong(subscription, now, today)
    payment = Payment(
        account_id=resident.account_id,
        payment_id=uuid4(),
        subscription_id=subscription_id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        method="cash",
        receipt_number=await next_receipt_number(session, today),
        staff_id=staff_id,
        idempotency_key=idempotency_key,
        period_start_date=start,
        period_end_date=end,
        paid_at=now,
    )
    session.add(payment)
    await session.flush()
    return payment, subscription


def _refuse_bank_card(subscription: Subscription) -> None:
    """Cash on top of a card that is charged each month would be paying twice."""
    if subscription.collection == "card":
        raise conflict(
            "paid_by_bank_card",
            "このプランは、カードで毎月支払われています。",
            "This subscription is charged to a bank card each month. Nothing is due in cash.",
        )


def _prolong(subscription: Subscription, now: datetime, today: date) -> tuple[date, date]:
    """Add a month to what is paid and return it: [start, end).

    It follows on what is paid already. Where that has run out before today, a new run begins
    today, and later months are counted from here.
    """
    start, run = subscription.paid_until_date, subscription.paid_from_date
    if start is None or start < today or run is None:
        start = run = today
    end = months_after(run, month_number(run, start) + 1)
    subscription.pay(run, end)
    subscription.status = "active"
    subscription.started_at = subscription.started_at or now
    return start, end


async def lock_key(session: AsyncSession, staff_id: UUID, key: str) -> None:
    """Two clicks at one counter must meet, before either has seen the other's payment."""
    await lock_name(session, f"payment/{staff_id}/{key}")


async def find_payment(session: AsyncSession, staff_id: UUID, key: str) -> Payment | None:
    """What a member of staff took or gave back under a key."""
    found = await session.exec(
        select(Payment).where(
            col(Payment.staff_id) == staff_id, col(Payment.idempotency_key) == key
        )
    )
    return found.first()


def _refuse_other_content(
    earlier: Payment, account_id: UUID, subscription_id: UUID, amount: Money
) -> None:
    asked = (account_id, subscription_id, amount.amount_minor, amount.currency)
    paid = (earlier.account_id, earlier.subscription_id, earlier.amount_minor, earlier.currency)
    if asked != paid:
        raise conflict(
            "idempotency_key_reused",
            "同じ受付番号で、内容の違う支払いがあります。",
            "This idempotency key was used for another payment.",
        )


async def lock_subscription(
    session: AsyncSession, account_id: UUID, subscription_id: UUID
) -> Subscription:
    """The subscription, locked; raises 404 `no_subscription` for one that has ended."""
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


def _check_amount(amount: Money, price: Money) -> None:
    if amount != price:
        raise DomainError(
            "wrong_amount",
            Text(
                f"金額が違います。料金は {_written(price)} です。",
                f"The amount is not the plan's price, {_written(price)}.",
            ),
            status=409,
        )


def _written(price: Money) -> str:
    """As people write it: 4900 JPY, 89.00 BRL."""
    return f"{Decimal(price.amount_minor).scaleb(-minor_digits(price.currency))} {price.currency}"


async def next_receipt_number(session: AsyncSession, day: date) -> str:
    """Numbers without gaps within the year of the payment, as an auditor expects them."""
    counter = insert(ReceiptCounter).values(year=day.year, last_number=1)
    found = await session.exec(
        counter.on_conflict_do_update(
            index_elements=[col(ReceiptCounter.year)],
            set_={"last_number": col(ReceiptCounter.last_number) + 1},
        ).returning(col(ReceiptCounter.last_number))
    )
    return f"R{day.year}-{found.scalar_one():06d}"
