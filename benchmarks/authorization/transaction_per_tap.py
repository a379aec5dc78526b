"""The straightforward service: FastAPI and SQLModel, one transaction per tap, with a pool.

What a good engineer in a hurry writes: the same tables, the same verification and the same
decision, each tap in its own transaction, locking the subscription it counts on.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import date
from hashlib import sha256
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import token_hash
from api.clock import service_instant
from api.database import Database
from api.operators.tables import OperatorKey, find_key
from api.passes.keys import trusted_keys
from api.passes.tables import PassCertificate
from api.plans.tables import PlanRow
from api.rides.tables import Authorization, AuthorizationClaim, PassUse, Refusal
from api.subscriptions.service import entitlement_of
from api.subscriptions.tables import Subscription, Usage
from api.town.document import town_from_document
from benchmarks.authorization.settings import settings
from fares.entitlements import RideRequest, decide
from fares.modes import Mode
from fares.money import Money
from fares.passes import CertificateCache, verify_code
from fares.reasons import MESSAGES, Reason, Refused
from tests.support.riders import NOW, TOWN

ZONE = town_from_document(TOWN).zone()
FARE = Money(210, "JPY")


class TapBody(BaseModel):
    """One tap."""

    action: str
    mode: Mode
    code: str


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.database = Database(settings().database_url, pool_size=20)
    app.state.certificates = CertificateCache()
    app.state.keys = {}
    async with app.state.database.session() as session:
        app.state.issuer_keys = await trusted_keys(session)
    yield
    await app.state.database.close()


app = FastAPI(lifespan=lifespan)


async def operator(request: Request, authorization: Annotated[str, Header()]) -> OperatorKey:
    """The caller, remembered in memory as Teiki does."""
    key_hash = token_hash(authorization.removeprefix("Bearer "))
    keys = request.app.state.keys
    if key_hash not in keys:
        async with request.app.state.database.session() as session:
            keys[key_hash] = await find_key(session, key_hash)
    if keys[key_hash] is None:
        raise HTTPException(401)
    return keys[key_hash]


@app.post("/taps")
async def tap(
    body: TapBody,
    request: Request,
    caller: Annotated[OperatorKey, Depends(operator)],
    idempotency_key: Annotated[str, Header()],
) -> dict:
    """Verify, then one transaction."""
    state = request.app.state
    verified = verify_code(body.code, state.issuer_keys, NOW, state.certificates)
    request_hash = sha256(await request.body()).digest()
    async with state.database.session() as session:
        stored = await session.get(AuthorizationClaim, (caller.operator_id, idempotency_key))
        if stored is not None:
            if stored.request_hash != request_hash:
                raise HTTPException(409)
            return stored.answer
        answer = await _decide(session, caller, body, verified)
        session.add(
            AuthorizationClaim(
                operator_id=caller.operator_id,
                idempotency_key=idempotency_key,
                request_hash=request_hash,
                answer=answer,
                claimed_at=NOW,
            )
        )
    return answer


async def _decide(session: AsyncSession, caller, body: TapBody, verified) -> dict:
    day, seconds = service_instant(NOW, ZONE)
    if isinstance(verified, Refused):
        return _refuse(session, caller, body, verified, day, seconds)
    claims = verified.claims
    found = await session.exec(
        select(PassCertificate).where(PassCertificate.pass_id == claims.pass_id)
    )
    certificate = found.one()
    subscription = await session.get(
        Subscription,
        (certificate.account_id, certificate.subscription_id),
        with_for_update=True,
    )
    if await session.get(PassUse, (claims.pass_id, verified.counter)) is not None:
        used = Refused(Reason.CODE_ALREADY_USED, "pass:counter")
        return _refuse(session, caller, body, used, day, seconds)
    plan = await session.get(PlanRow, (subscription.plan_id, subscription.plan_version))
    usages = await session.exec(
        select(Usage).where(
            Usage.account_id == subscription.account_id,
            Usage.subscription_id == subscription.subscription_id,
        )
    )
    rows = {(u.allowance_id, u.period_start_date): u for u in usages}
    ride = RideRequest(body.mode, caller.operator_id, frozenset(), day, seconds, FARE)
    decision = decide(
        ride,
        entitlement_of(subscription, plan, "adult", day),
        {key: row.used for key, row in rows.items()},
        NOW,
    )
    if isinstance(decision, Refused):
        return _refuse(session, caller, body, decision, day, seconds)
    for item in decision.consumes:
        _count(session, subscription, rows, item)
    authorization = _authorization(caller, body, subscription, claims.pass_id, decision, day)
    session.add(authorization)
    session.add(
        PassUse(
            pass_id=claims.pass_id,
            counter=verified.counter,
            operator_id=caller.operator_id,
            validator_id=caller.key_id,
            action=body.action,
            used_at=NOW,
        )
    )
    return _answer("granted", str(authorization.authorization_id), decision.rule)


def _count(session: AsyncSession, subscription: Subscription, rows: dict, item) -> None:
    row = rows.get(item.key)
    if row is None:
        session.add(
            Usage(
                account_id=subscription.account_id,
                subscription_id=subscription.subscription_id,
                allowance_id=item.allowance_id,
                period_start_date=item.period_start_date,
                used=item.quantity,
            )
        )
    else:
        row.used += item.quantity


def _authorization(caller, body, subscription, pass_id: int, decision, day: date) -> Authorization:
    return Authorization(
        account_id=subscription.account_id,
        authorization_id=uuid4(),
        subscription_id=subscription.subscription_id,
        pass_id=pass_id,
        operator_id=caller.operator_id,
        validator_id=caller.key_id,
        kind="walk_up",
        mode=body.mode,
        status="captured",
        leg_state="ENDED",
        rule=decision.rule,
        service_date=day,
        granted_at=NOW,
        currency="JPY",
        rider_pays_minor=decision.rider_pays.amount_minor,
        plan_pays_minor=FARE.amount_minor,
        shadow_fare_minor=FARE.amount_minor,
        consumed=[_consumed(item) for item in decision.consumes],
        boarded_at=NOW,
        closed_by="tap_on",
        closed_at=NOW,
    )


def _consumed(item) -> dict:
    return {
        "allowance_id": item.allowance_id,
        "period_start_date": item.period_start_date.isoformat(),
        "quantity": item.quantity,
        "unit": item.unit,
    }


def _refuse(session: AsyncSession, caller, body: TapBody, refused: Refused, day, seconds) -> dict:
    session.add(
        Refusal(
            refusal_id=uuid4(),
            service_date=day,
            service_hour=seconds // 3600,
            operator_id=caller.operator_id,
            mode=body.mode,
            reason=refused.reason,
        )
    )
    return _answer("refused", None, refused.rule, refused.reason)


def _answer(result: str, authorization_id: str | None, rule: str, reason=None) -> dict:
    message = MESSAGES[reason] if reason else None
    return {
        "authorization_id": authorization_id,
        "result": result,
        "reason": reason,
        "message": {"ja": message.ja, "en": message.en} if message else None,
        "rule": rule,
        "status": "captured",
        "mode": "bus",
        "decided_at": NOW.isoformat(),
    }
