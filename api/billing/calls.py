"""Asking Stripe to do something, once: each call is kept before it is sent, under its key.

Whoever dies, or hears no answer, in between leaves a row; the janitor sends it again under the same
key, which Stripe answers with what it did the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import stripe
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.billing.stripe_client import OPERATIONS, Billing, Params
from api.billing.tables import StripeCall
from api.errors import DomainError, conflict
from fares.reasons import Text

# What may be answered wherever Stripe is asked.
BANK_CARD_PROBLEMS = (
    "bank_cards_not_accepted",
    "payment_service_unavailable",
    "payment_refused",
    "payment_in_progress",
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to ask. `about` names the thing that it is done to or for, once at a time; what is
    asked `only_once` is not asked again after it was answered, whoever else comes to ask it."""

    operation: str
    about: str
    params: Params
    account_id: UUID | None = None
    target: str | None = None
    only_once: bool = False


async def ask_stripe(billing: Billing, asked: Asked) -> Params:
    """Ask, and return Stripe's object.

    The same question while an earlier one is without an answer is that question again. Raises
    402 `card_declined`, 409 `payment_refused`, 409 `payment_in_progress` (another question about
    the same thing waits), 503 `payment_service_unavailable` (the janitor finds out).
    """
    while True:
        async with billing.database.session() as session:
            call = await _keep(session, billing, asked)
        if call.done_at is None:
            return await send_call(billing, call)
        if asked.only_once:
            return {"id": call.result_id}
        # Somebody else's was answered at this very moment: this is the next question.


async def send_call(billing: Billing, call: StripeCall) -> Params:
    """Send a kept call, and note the answer; raises as `ask_stripe`."""
    options = {"idempotency_key": call.idempotency_key}
    operation, client = OPERATIONS[call.operation], billing.stripe
    try:
        answer = await operation(client, call.target, call.params, options)
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        await note_answer(billing, call, error=error.code or type(error).__name__)
        raise _refusal(error) from error
    except stripe.StripeError as error:
        log.warning(
            "stripe_gave_no_answer",
            operation=call.operation,
            call_key=call.call_key,
            error=type(error).__name__,
            status=error.http_status,
        )
        raise no_answer() from error
    found: Params = answer.to_dict()
    await note_answer(billing, call, result_id=found.get("id"))
    return found


async def note_answer(
    billing: Billing, call: StripeCall, *, result_id: str | None = None, error: str | None = None
) -> None:
    """The call is answered: by an object, or by a refusal that would be the same again."""
    async with billing.database.session() as session:
        row = await session.get_one(StripeCall, call.call_key, with_for_update=True)
        row.done_at, row.result_id, row.error = billing.clock.now(), result_id, error


async def _keep(session: AsyncSession, billing: Billing, asked: Asked) -> StripeCall:
    """The pending call about this, or a new one. Two clicks at once make the same key."""
    prefix = f"{asked.operation}/{asked.about}/"
    earlier = col(StripeCall.call_key).startswith(prefix, autoescape=True)
    done = await session.exec(
        select(func.count()).where(earlier, col(StripeCall.done_at).is_not(None))
    )
    key = f"{prefix}{0 if asked.only_once else done.one()}"
    await session.exec(
        insert(StripeCall)
        .values(
            call_key=key,
            account_id=asked.account_id,
            operation=asked.operation,
            target=asked.target,
            params=asked.params,
            round=0,
            made_at=billing.clock.now(),
        )
        .on_conflict_do_nothing()
    )
    call = await session.get_one(StripeCall, key)
    if (call.params, call.target) != (asked.params, asked.target):
        raise conflict(
            "payment_in_progress",
            "前の支払いの手続きを確認しています。少し待ってから、もう一度行ってください。",
            "An earlier request about this payment is still being checked. Try again in a minute.",
        )
    return call


def no_answer() -> DomainError:
    """Nobody knows yet whether it was done; the same request again asks the same question."""
    return DomainError(
        "payment_service_unavailable",
        Text(
            "支払いサービスから返事がありません。少し待って、もう一度行ってください。二重には支払われません。",
            "The payment service gives no answer. Wait a minute, try again: nothing is paid twice.",
        ),
        status=503,
        retry_after_seconds=60,
    )


def _refusal(error: stripe.StripeError) -> DomainError:
    if isinstance(error, stripe.CardError):
        return DomainError(
            "card_declined",
            Text(
                "カードで支払えませんでした。カード会社に確かめるか、別のカードを使ってください。",
                "The card was declined. Ask its bank, or use another card.",
            ),
            status=402,
        )
    log.error("stripe_refused", error=error.code, message=error.user_message)
    return conflict(
        "payment_refused",
        "支払いの手続きができませんでした。窓口に連絡してください。",
        "The payment service refused this. Contact the town's desk.",
    )
