"""`/v1/desk`: giving a payment back, and counting the drawer."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.channels import ChannelsPlugin
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only
from api.billing.calls import BANK_CARD_PROBLEMS
from api.billing.refunds import give_back_to_card
from api.billing.stripe_client import Billing
from api.billing.sync import METHOD
from api.clock import Clock, service_instant
from api.counter.drawer import amount_of, close_drawer, in_drawer
from api.counter.lookups import look_up
from api.counter.routes import IdempotencyKey, PaymentView, payment_view
from api.errors import problems
from api.events import announce
from api.residents.tables import get_resident
from api.settings import Settings
from api.subscriptions.reversals import find_receipt, reverse_payment
from api.subscriptions.tables import CashClosing, Payment, Subscription
from api.town.service import get_town
from api.wire import Instant, MoneyView, Request, ShortText, View


class ReversalRequest(Request, frozen=True):
    """Which payment is given back, and why."""

    receipt_number: ShortText
    reason: ShortText


class DrawerEntryView(View, frozen=True):
    """One receipt; a reversal has an amount below zero."""

    receipt_number: str
    paid_at: Instant
    amount: MoneyView
    reason: str | None


class DrawerView(View, frozen=True):
    """What must be in the drawer since it was counted last."""

    items: list[DrawerEntryView]
    expected: MoneyView


class ClosingRequest(Request, frozen=True):
    """What was counted; a difference needs a note."""

    counted_minor: Annotated[
        int,
        msgspec.Meta(
            ge=-(10**12), le=10**12, description="Below zero where more was given back than taken."
        ),
    ]
    note: ShortText | None = None


class ClosingView(View, frozen=True):
    """A drawer that was counted."""

    closing_id: UUID
    closed_at: Instant
    service_date: date
    entries: int
    expected: MoneyView
    counted: MoneyView
    note: str | None


class CashController(Controller):
    """Counter staff only; each has a drawer of their own."""

    path = "/v1/desk"
    tags = ["desk"]
    guards = [desk_only]

    @post(
        "/reversals",
        summary="Give a payment back",
        operation_id="reverse_payment",
        opt=problems(
            "no_receipt",
            "no_resident",
            "no_subscription",
            "already_reversed",
            "later_month_paid",
            "idempotency_key_reused",
            "no_issuer_key",
            "no_town",
            *BANK_CARD_PROBLEMS,
        ),
    )
    async def reverse(
        self,
        data: JSONBody[ReversalRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
        channels: NamedDependency[ChannelsPlugin],
        billing: NamedDependency[Billing],
    ) -> PaymentView:
        """Give a month back, with a receipt of its own.

        In cash it is the month that was paid last; what a bank card paid goes back to the card.
        """
        now, staff = clock.now(), request.user
        town = await get_town(session)
        payment = await find_receipt(session, data.receipt_number)
        resident = await get_resident(session, payment.account_id)
        await look_up(session, staff, resident.resident_number, now, "reversal")
        if payment.method == METHOD:
            await session.commit()  # the look is on record, whatever becomes of the rest
            given_back = await give_back_to_card(billing, payment, data.reason)
            owner = payment.account_id, payment.subscription_id
            subscription = await session.get_one(Subscription, owner, populate_existing=True)
        else:
            given_back, subscription = await reverse_payment(
                session,
                now,
                town,
                settings,
                payment,
                reason=data.reason,
                staff_id=staff.staff_id,
                idempotency_key=idempotency_key,
            )
        today = service_instant(now, town.zone())[0]
        view = await payment_view(session, given_back, subscription, today)
        await session.commit()
        announce(channels, payment.account_id, "subscription")
        return view

    @get("/drawer", summary="What must be in my drawer", operation_id="get_drawer")
    async def drawer(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> DrawerView:
        """What this member of staff took and gave back since they counted last."""
        town = await get_town(session)
        entries = await in_drawer(session, request.user.staff_id)
        return DrawerView(
            items=list(map(_entry_view, entries)),
            expected=MoneyView(amount_minor=amount_of(entries), currency=town.currency),
        )

    @post(
        "/drawer/closings",
        summary="Count the drawer",
        operation_id="close_drawer",
        opt=problems(
            "nothing_to_close", "difference_unexplained", "idempotency_key_reused", "no_town"
        ),
    )
    async def close(
        self,
        data: JSONBody[ClosingRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> ClosingView:
        """Write down what was counted. Nothing is changed by it: a difference stays on record."""
        closing = await close_drawer(
            session,
            clock.now(),
            await get_town(session),
            staff_id=request.user.staff_id,
            counted_minor=data.counted_minor,
            note=data.note,
            idempotency_key=idempotency_key,
        )
        return _closing_view(closing)


def _entry_view(entry: Payment) -> DrawerEntryView:
    return DrawerEntryView(
        receipt_number=entry.receipt_number,
        paid_at=entry.paid_at,
        amount=MoneyView(amount_minor=entry.amount_minor, currency=entry.currency),
        reason=entry.reason,
    )


def _closing_view(closing: CashClosing) -> ClosingView:
    return ClosingView(
        closing_id=closing.closing_id,
        closed_at=closing.closed_at,
        service_date=closing.service_date,
        entries=closing.entries,
        expected=MoneyView(amount_minor=closing.expected_minor, currency=closing.currency),
        counted=MoneyView(amount_minor=closing.counted_minor, currency=closing.currency),
        note=closing.note,
    )
