"""Teiki's own application, plus an endpoint that verifies and answers without deciding."""

from __future__ import annotations

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.app import create_app
from api.auth.identity import AppRequest, operator_key_only
from api.clock import DemoClock
from api.counter.routes import IdempotencyKey
from api.database import Database
from api.rides.desk import Desk
from api.rides.routes import caller_of
from api.rides.shapes import AuthorizationRequest, AuthorizationView
from api.server import settle_memory
from benchmarks.authorization.settings import settings
from fares.passes import VerifiedPass, verify_code
from tests.support.riders import NOW


@post(
    "/v1/bench/verify-only",
    guards=[operator_key_only],
    status_code=200,
    opt={"exclude_from_csrf": True},
)
async def verify_only(
    data: JSONBody[AuthorizationRequest],
    idempotency_key: IdempotencyKey,
    request: AppRequest,
    desk: NamedDependency[Desk],
) -> Response[AuthorizationView]:
    """Parse, verify the pass, answer: all but the decision and its record."""
    caller = await caller_of(request, idempotency_key)
    keys = await desk.issuer_keys()
    verified = verify_code(data.code, keys, caller.arrived_at, desk.certificates)
    granted = isinstance(verified, VerifiedPass)
    return Response(
        {
            "authorization_id": "00000000-0000-0000-0000-000000000000",
            "result": "granted" if granted else "refused",
            "reason": None if granted else verified.reason,
            "message": {"ja": "ご乗車いただけます。", "en": "Have a good ride."},
            "rule": "none",
            "status": "authorized",
            "leg_state": "IN_USE",
            "mode": data.mode,
            "rider_category": "adult",
            "category_name": {"ja": "一般", "en": "Adult"},
            "rider_pays": {"amount_minor": 0, "currency": "JPY"},
            "decided_at": caller.arrived_at.isoformat(),
        }
    )


def create():
    """The application under measurement, its clock standing still so that codes stay fresh."""
    config = settings()
    app = create_app(config, Database(config.database_url), DemoClock(NOW))
    app.register(verify_only)
    settle_memory()  # as `teiki serve` does
    return app
