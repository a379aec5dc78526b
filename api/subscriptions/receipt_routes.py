"""`/v1/me/payments`: what one paid and was given back, each with its receipt."""

from __future__ import annotations

from datetime import date

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, resident_only
from api.subscriptions.tables import Payment
from api.wire import Instant, MoneyView, View

_MOST = 500


class PaymentReceiptView(View, frozen=True):
    """One receipt; below zero it is for money given back. The end date is exclusive."""

    receipt_number: str
    paid_at: Instant
    amount: MoneyView
    method: str
    period_start_date: date
    period_end_date: date
    reason: str | None


class PaymentReceiptListView(View, frozen=True):
    """Receipts, newest first."""

    items: list[PaymentReceiptView]


class ReceiptController(Controller):
    """A resident's own receipts."""

    path = "/v1/me/payments"
    tags = ["subscriptions"]
    guards = [resident_only]

    @get(summary="My receipts", operation_id="list_receipts")
    async def list(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> PaymentReceiptListView:
        """What I paid, at the counter or by bank card, and what I was given back."""
        rows = await session.exec(
            select(Payment)
            .where(col(Payment.account_id) == request.user.account_id)
            .order_by(col(Payment.paid_at).desc(), col(Payment.receipt_number).desc())
            .limit(_MOST)
        )
        return PaymentReceiptListView(
            items=[
                PaymentReceiptView(
                    receipt_number=row.receipt_number,
                    paid_at=row.paid_at,
                    amount=MoneyView(amount_minor=row.amount_minor, currency=row.currency),
                    method=row.method,
                    period_start_date=row.period_start_date,
                    period_end_date=row.period_end_date,
                    reason=row.reason,
                )
                for row in rows
            ]
        )
