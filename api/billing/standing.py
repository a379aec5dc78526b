"""What a subscription at Stripe means here: pure, from the objects as Stripe shows them.

Whatever happened in between, and in whichever order we heard of it, the same objects give the same
standing: that is why events are never read for what happened, only for whom to ask about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

LIVE = frozenset({"active", "past_due", "unpaid", "trialing", "incomplete", "paused"})
OURS = "teiki_subscription"
CALL = "teiki_call"
# What is promised to somebody who leaves at once is written where their leaving is.
_GIVE_BACK = "teiki:give-back:"

Objects = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Money that went back: a refund, or a dispute that was lost. `reason` is ours or Stripe's."""

    stripe_id: str
    amount_minor: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice that was paid; `starts_at` and `ends_at` are what it pays for.

    `payment_intent_id` is None where nothing had to be charged.
    """

    stripe_id: str
    amount_minor: int
    currency: str
    paid_at: datetime
    starts_at: datetime
    ends_at: datetime
    price_ids: frozenset[str]
    payment_intent_id: str | None
    given_back: tuple[GivenBack, ...] = ()

    @property
    def left_minor(self) -> int:
        """What of it was not given back."""
        return self.amount_minor - sum(each.amount_minor for each in self.given_back)

    @property
    def stands(self) -> bool:
        """Whether it still pays for its period."""
        return not self.given_back or self.left_minor > 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription at Stripe; `subscription_id` is ours, from the metadata that we gave it."""

    stripe_id: str
    subscription_id: UUID | None
    status: str
    price_id: str
    item_id: str
    started_at: datetime
    ended_at: datetime | None
    cancel_at_period_end: bool
    paid: tuple[PaidInvoice, ...]
    period_ends_at: datetime
    paused_until_at: datetime | None = None
    to_give_back_minor: int = 0

    @property
    def live(self) -> bool:
        """Whether it can still charge anybody."""
        return self.status in LIVE

    @property
    def standing_invoices(self) -> list[PaidInvoice]:
        """Paid and not given back, in the order of their periods."""
        return sorted((i for i in self.paid if i.stands), key=lambda i: (i.ends_at, i.stripe_id))


def standing_of(
    subscription: dict[str, Any], invoices: Objects, refunds: Objects, disputes: Objects
) -> Standing:
    """Read a subscription with its invoices, and all refunds and disputes of its customer."""
    item = subscription["items"]["data"][0]
    comment = (subscription.get("cancellation_details") or {}).get("comment") or ""
    cancels = subscription.get("cancel_at_period_end") or subscription.get("cancel_at")
    return Standing(
        stripe_id=subscription["id"],
        subscription_id=_ours(subscription),
        status=subscription["status"],
        price_id=item["price"]["id"],
        item_id=item["id"],
        started_at=_instant(subscription["start_date"]),
        ended_at=_maybe(subscription.get("ended_at")),
        cancel_at_period_end=bool(cancels),
        paid=tuple(
            _paid_invoice(invoice, refunds, disputes)
            for invoice in sorted(invoices, key=lambda each: (each["created"], each["id"]))
            if invoice["status"] == "paid" and _periods(invoice)
        ),
        period_ends_at=_instant(item["current_period_end"]),
        paused_until_at=_maybe((subscription.get("pause_collection") or {}).get("resumes_at")),
        to_give_back_minor=_promised(comment),
    )


def give_back_comment(amount_minor: int) -> str:
    """How a promise is written into the subscription that ends."""
    return f"{_GIVE_BACK}{amount_minor}"


def _promised(comment: str) -> int:
    amount = comment.removeprefix(_GIVE_BACK)
    return int(amount) if amount != comment and amount.isdigit() else 0


def _paid_invoice(invoice: dict[str, Any], refunds: Objects, disputes: Objects) -> PaidInvoice:
    periods = _periods(invoice)
    intent = _payment_intent(invoice)
    paid_at = (invoice.get("status_transitions") or {}).get("paid_at") or invoice["created"]
    return PaidInvoice(
        stripe_id=invoice["id"],
        amount_minor=invoice["amount_paid"],
        currency=invoice["currency"].upper(),
        paid_at=_instant(paid_at),
        starts_at=_instant(min(period["start"] for period in periods)),
        ends_at=_instant(max(period["end"] for period in periods)),
        price_ids=frozenset(
            line["pricing"]["price_details"]["price"]
            for line in invoice["lines"]["data"]
            if line["amount"] >= 0 and line.get("pricing")
        ),
        payment_intent_id=intent,
        given_back=() if intent is None else _given_back(intent, refunds, disputes),
    )


def _periods(invoice: dict[str, Any]) -> list[dict[str, int]]:
    """What it pays for. A line below zero gives back a part of a plan that was left."""
    return [line["period"] for line in invoice["lines"]["data"] if line["amount"] >= 0]


def _given_back(intent: str, refunds: Objects, disputes: Objects) -> tuple[GivenBack, ...]:
    backs = [
        GivenBack(
            each["id"],
            each["amount"],
            _instant(each["created"]),
            each["metadata"].get("reason") or each.get("reason") or "refund",
        )
        for each in refunds
        if each["payment_intent"] == intent and each["status"] in {"succeeded", "pending"}
    ]
    backs += [
        GivenBack(each["id"], each["amount"], _instant(each["created"]), "dispute")
        for each in disputes
        if each["payment_intent"] == intent and each["status"] == "lost"
    ]
    return tuple(sorted(backs, key=lambda back: (back.at, back.stripe_id)))


def _payment_intent(invoice: dict[str, Any]) -> str | None:
    payments = (invoice.get("payments") or {}).get("data", [])
    for each in payments:
        if each["status"] == "paid" and each["payment"]["type"] == "payment_intent":
            found: str = each["payment"]["payment_intent"]
            return found
    return None


def _ours(subscription: dict[str, Any]) -> UUID | None:
    try:
        return UUID((subscription.get("metadata") or {}).get(OURS, ""))
    except ValueError:
        return None


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _maybe(seconds: int | None) -> datetime | None:
    return None if seconds is None else _instant(seconds)
