"""Stripe's webhooks: proven, kept by their id, answered; then whom they are about is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import stripe
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, update

from api.billing.stripe_client import Billing
from api.billing.sync import sync_account
from api.billing.tables import StripeEvent, find_account, waiting_events
from api.errors import DomainError
from fares.reasons import Text

log = structlog.get_logger(__name__)

# A signature is as old as the sending of it; five minutes is what Stripe's own library allows.
TOLERANCE = timedelta(minutes=5)
AT_ONCE = 100
_ID = 255


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an event is about: their name at Stripe, or a charge of theirs."""

    event_id: str
    kind: str
    customer_id: str | None
    payment_intent_id: str | None


def read_event(billing: Billing, body: bytes, signature: str | None) -> Named:
    """Whom a webhook is about. Raises 400 `bad_stripe_event` for all that Stripe did not send now.

    The library's own check of the age lets a signature from the future through.
    """
    try:
        stripe.WebhookSignature.verify_header(
            body, signature, billing.settings.stripe_webhook_secret, None
        )
        _check_age(signature or "", billing.clock.now())
        return _named(orjson.loads(body))
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
        log.warning("stripe_event_refused", error=str(error)[:200])
        raise DomainError(
            "bad_stripe_event",
            Text(
                "Stripe から届いたものと確認できません。",
                "This is not a present event of Stripe's; check the webhook secret and the clock.",
            ),
        ) from error


def _check_age(signature: str, now: datetime) -> None:
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    age = now.timestamp() - int(parts["t"])
    if abs(age) > TOLERANCE.total_seconds():
        raise ValueError(f"signed {age:.0f} s ago")


def _named(event: Any) -> Named:
    about = event["data"]["object"]
    customer = about["id"] if about["object"] == "customer" else about.get("customer")
    intent = about["id"] if about["object"] == "payment_intent" else about.get("payment_intent")
    named = Named(event["id"], event["type"], _id_of(customer), _id_of(intent))
    if not (isinstance(named.event_id, str) and 0 < len(named.event_id) <= _ID):
        raise ValueError("an event has an id")
    return named


def _id_of(named: Any) -> str | None:
    """An id, or the id of an object that was sent whole."""
    found = named.get("id") if isinstance(named, dict) else named
    return found if isinstance(found, str) and len(found) <= _ID else None


async def keep_event(billing: Billing, event: Named) -> bool:
    """Keep an event; False where it is known already."""
    async with billing.database.session() as session:
        kept = await session.exec(
            insert(StripeEvent)
            .values(
                event_id=event.event_id,
                kind=event.kind,
                customer_id=event.customer_id,
                payment_intent_id=event.payment_intent_id,
                received_at=billing.clock.now(),
                attempts=0,
            )
            .on_conflict_do_nothing()
            .returning(col(StripeEvent.event_id))
        )
        return kept.first() is not None


async def handle_events(billing: Billing) -> list[UUID]:
    """Look at everybody whom waiting events are about; returns whom. What fails, waits on."""
    async with billing.database.session() as session:
        waiting = await waiting_events(session, AT_ONCE)
    by_customer: dict[str | None, list[StripeEvent]] = {}
    for event in waiting:
        try:
            customer_id = await _customer_id(billing, event)
        except stripe.StripeError as error:
            await _note(billing, [event], error)
            continue
        by_customer.setdefault(customer_id, []).append(event)
    seen = []
    for customer_id, events in by_customer.items():
        account_id = await _handle(billing, customer_id, events)
        if account_id is not None:
            seen.append(account_id)
    return seen


async def _handle(
    billing: Billing, customer_id: str | None, events: Sequence[StripeEvent]
) -> UUID | None:
    account_id = None
    if customer_id is not None:
        async with billing.database.session() as session:
            account_id = await find_account(session, customer_id)
    try:
        if account_id is not None:  # else it is about somebody whom another program serves
            await sync_account(billing, account_id)
    except Exception as error:
        # Whatever it is, it is this customer's alone; nobody else's events wait for it.
        log.exception("stripe_event_not_handled", kinds=[event.kind for event in events])
        await _note(billing, events, error)
        return None
    await _note(billing, events, None)
    return account_id


async def _customer_id(billing: Billing, event: StripeEvent) -> str | None:
    """A dispute names no customer, but the charge that it is about does."""
    if event.customer_id is not None or event.payment_intent_id is None:
        return event.customer_id
    try:
        intent = await billing.stripe.v1.payment_intents.retrieve_async(event.payment_intent_id)
    except stripe.InvalidRequestError:
        return None  # nobody's that we know
    return _id_of(intent.customer)


async def _note(billing: Billing, events: Sequence[StripeEvent], error: Exception | None) -> None:
    now = billing.clock.now()
    noted: dict[str, Any] = {"attempts": col(StripeEvent.attempts) + 1}
    if error is None:
        noted["handled_at"] = now
    else:
        noted["last_error"] = type(error.__cause__ or error).__name__
    ids = [event.event_id for event in events]
    async with billing.database.session() as session:
        await session.exec(
            update(StripeEvent).where(col(StripeEvent.event_id).in_(ids)).values(**noted)
        )
