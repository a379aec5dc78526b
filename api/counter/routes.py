"""`/v1/desk`: what staff at the counter do for residents; every look at a person is logged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.channels import ChannelsPlugin
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only
from api.clock import Clock, service_instant
from api.counter.lookups import look_up
from api.errors import problems
from api.events import announce
from api.residents.tables import Resident
from api.subscriptions.payments import take_cash
from api.subscriptions.routes import SubscriptionView, subscription_view
from api.subscriptions.tables import Payment, Subscription, find_open_subscription
from api.town.service import get_town
from api.wire import VISIBLE, Instant, MoneyInput, MoneyView, ShortText, View

IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        pattern="^[A-Za-z0-9._:-]{8,120}$",
        description="Chosen by the caller, new for each thing to be done, same when trying again.",
    ),
]


ResidentNumber = Annotated[
    str,
    QueryParameter(
        pattern=VISIBLE,
        max_length=40,
        description="As the resident says it; spaces and case do not matter.",
    ),
]


class CounterResidentView(View, frozen=True):
    """What the counter sees of a person: no rides, no addresses."""

    resident_number: str
    display_name: str
    rider_category: str
    category_until_date: date | None
    subscription: SubscriptionView | None


class PaymentRequest(MoneyInput, frozen=True):
    """The month's fee, taken in cash."""

    resident_number: ShortText
    subscription_id: UUID
    method: Literal["cash"] = "cash"


class PaymentView(View, frozen=True):
    """A receipt."""

    payment_id: UUID
    receipt_number: str
    paid_at: Instant
    amount: MoneyView
    subscription: Annotated[SubscriptionView, msgspec.Meta(description="As it stands now.")]


class CounterController(Controller):
    """Counter staff only."""

    path = "/v1/desk"
    tags = ["desk"]
    guards = [desk_only]

    @get(
        "/residents",
        summary="Find a resident by number",
        operation_id="find_resident",
        opt=problems("no_resident", "no_town"),
    )
    async def find(
        self,
        resident_number: ResidentNumber,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> CounterResidentView:
        """The person of a number. The look-up is logged and the person can see it."""
        now = clock.now()
        resident = await look_up(session, request.user, resident_number, now, "counter")
        return await resident_at_counter(session, resident, now)

    @post(
        "/payments",
        summary="Take the month's fee in cash",
        operation_id="take_payment",
        opt=problems(
            "no_resident",
            "no_subscription",
            "wrong_amount",
            "paid_by_bank_card",
            "idempotency_key_reused",
            "no_town",
        ),
    )
    async def pay(
        self,
        data: JSONBody[PaymentRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        channels: NamedDependency[ChannelsPlugin],
    ) -> PaymentView:
        """Take cash and start or prolong the paid period; a repeated key pays once."""
        now = clock.now()
        town = await get_town(session)
        resident = await look_up(session, request.user, data.resident_number, now, "payment")
        payment, subscription = await take_cash(
            session,
            now,
            town,
            resident=resident,
            subscription_id=data.subscription_id,
            amount=data.money(),
            staff_id=request.user.staff_id,
            idempotency_key=idempotency_key,
        )
        today = service_instant(now, town.zone())[0]
        view = await payment_view(session, payment, subscription, today)
        # The resident's page, perhaps on another server, fetches anew: only once it is stored.
        await session.commit()
        announce(channels, resident.account_id, "subscription")
        return view


async def resident_at_counter(
    session: AsyncSession, resident: Resident, now: datetime
) -> CounterResidentView:
    """A person as the counter sees them."""
    held = await find_open_subscription(session, resident.account_id)
    today = service_instant(now, (await get_town(session)).zone())[0]
    return CounterResidentView(
        resident_number=resident.resident_number,
        display_name=resident.display_name,
        rider_category=resident.rider_category,
        category_until_date=resident.category_until_date,
        subscription=await subscription_view(session, held, today) if held else None,
    )


async def payment_view(
    session: AsyncSession, payment: Payment, subscription: Subscription, today: date
) -> PaymentView:
    """A receipt, with what the payment or reversal made of the subscription."""
    return PaymentView(
        payment_id=payment.payment_id,
        receipt_number=payment.receipt_number,
        paid_at=payment.paid_at,
        amount=MoneyView(amount_minor=payment.amount_minor, currency=payment.currency),
        subscription=await subscription_view(session, subscription, today),
    )
