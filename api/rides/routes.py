"""`/v1/authorizations`: operators ask whether a ride may go ahead, and report what became of it."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, operator_any, operator_key_only
from api.clock import Clock, service_instant
from api.counter.routes import IdempotencyKey
from api.errors import DomainError, not_found
from api.rides.answers import Answer
from api.rides.desk import Desk
from api.rides.queries import find_operator_ride, list_operator_rides
from api.rides.requests import Caller, Step, Tap, TapAction
from api.rides.tables import Authorization
from api.town.service import get_town
from api.wire import Identifier, MoneyInput, MoneyView, Request, TextView, View
from fares.modes import Mode
from fares.passes import Challenge, verify_code
from fares.passes.verify import VerifiedPass
from fares.reasons import Refused, Text
from fares.rides import Action, By

CodeText = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=2000,
        description="The text of the scanned code, unchanged: spaces count.",
        examples=["TK1:..."],
    ),
]


class AuthorizationRequest(Request, frozen=True):
    """A code at a reader (`tap_on`, `tap_off`, `gate_in`, `gate_out`) or a booked ride (`hold`).

    `amount` is the most that a booked ride may cost; `area_numbers` say where a taxi is asked
    to go where no stop does. What is not known is left out, never guessed.
    """

    action: TapAction
    mode: Mode
    code: CodeText
    stop_id: Identifier | None = None
    route_id: Identifier | None = None
    direction_id: Annotated[int, msgspec.Meta(ge=0, le=1)] | None = None
    trip_id: Identifier | None = None
    vehicle_id: Identifier | None = None
    area_numbers: Annotated[
        list[Annotated[int, msgspec.Meta(ge=0, le=255)]], msgspec.Meta(max_length=16)
    ] = []
    amount: MoneyInput | None = None
    companions: Annotated[int, msgspec.Meta(ge=0, le=8)] = 0


class StepRequest(Request, frozen=True):
    """A step without further facts; `by` says who cancels."""

    by: Literal["rider", "driver", "provider"] | None = None


class CaptureRequest(Request, frozen=True):
    """The final price. Above the hold it needs a `code` that the rider signed for it."""

    amount: MoneyInput
    distance_meters: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    code: CodeText | None = None


class AuthorizationView(View, frozen=True):
    """The answer. A refusal is an answer too: act on `result`, show `message`."""

    authorization_id: UUID | None
    result: Literal["granted", "refused"]
    reason: str | None
    message: TextView
    rule: str
    status: str | None
    leg_state: str | None
    mode: str | None
    rider_category: str | None
    category_name: TextView | None
    rider_pays: MoneyView | None
    decided_at: datetime


class OperatorRideView(View, frozen=True):
    """A ride as its operator sees it: nothing of the rider."""

    authorization_id: UUID
    service_date: date
    mode: str
    status: str
    leg_state: str
    granted_at: datetime
    route_id: str | None
    trip_id: str | None
    boarding_stop_id: str | None
    alighting_stop_id: str | None
    shadow_fare: MoneyView | None
    captured: MoneyView | None
    rider_pays: MoneyView
    plan_pays: MoneyView | None


class OperatorRideListView(View, frozen=True):
    """A page of rides; `next_cursor` is null on the last."""

    items: list[OperatorRideView]
    next_cursor: str | None


STEP_ACTIONS = {
    "confirm": Action.CONFIRM,
    "arrive": Action.ARRIVE,
    "start": Action.START,
    "end": Action.END,
    "cancel": Action.CANCEL,
    "no-show": Action.NO_SHOW,
    "no-vehicle": Action.NO_VEHICLE,
    "void": Action.VOID,
}
StepName = Literal["confirm", "arrive", "start", "end", "cancel", "no-show", "no-vehicle", "void"]


class AuthorizationController(Controller):
    """Operators' systems and validators, by API key."""

    path = "/v1/authorizations"
    tags = ["authorizations"]
    opt = {"exclude_from_csrf": True}

    @post(
        summary="May this ride go ahead?",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
        responses=None,
    )
    async def authorize(
        self,
        data: JSONBody[AuthorizationRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[AuthorizationView]:
        """Decide a tap or hold; the answer is durable when it is given.

        The same key with the same body gives the same answer, whatever has become of the code
        since; with another body 409 `idempotency_key_reused`.
        """
        if data.action is TapAction.HOLD and data.amount is None:
            raise _amount_missing()
        caller = await _caller(request, idempotency_key, clock)
        verified = verify_code(
            data.code, await desk.issuer_keys(), caller.arrived_at, desk.certificates
        )
        tap = Tap(
            caller=caller,
            action=data.action,
            mode=data.mode,
            verified=verified,
            stop_id=data.stop_id,
            route_id=data.route_id,
            direction_id=data.direction_id,
            trip_id=data.trip_id,
            vehicle_id=data.vehicle_id,
            area_numbers=frozenset(data.area_numbers),
            amount=data.amount.money() if data.amount else None,
            companions=data.companions,
        )
        return _response(await desk.submit(tap))

    @get(summary="Our rides", guards=[operator_any])
    async def list(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        service_date: Annotated[date | None, QueryParameter()] = None,
        cursor: Annotated[str | None, QueryParameter(max_length=80)] = None,
    ) -> OperatorRideListView:
        """The operator's own rides of a service day (today's when none is named)."""
        if service_date is None:
            service_date = service_instant(clock.now(), (await get_town(session)).zone())[0]
        rows, next_cursor = await list_operator_rides(
            session, request.user.operator_id, service_date, cursor
        )
        return OperatorRideListView(items=[_ride_view(r) for r in rows], next_cursor=next_cursor)

    @get("/{authorization_id:uuid}", summary="One of our rides", guards=[operator_any])
    async def show(
        self,
        authorization_id: FromPath[UUID],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
    ) -> OperatorRideView:
        """A ride of the operator's own; another operator's is 404, as if it were not there."""
        row = await find_operator_ride(session, request.user.operator_id, authorization_id)
        if row is None:
            raise not_found("no_ride", "この乗車はありません。", "You have no such ride.")
        return _ride_view(row)

    @post(
        "/{authorization_id:uuid}/capture",
        summary="The final price of a booked ride",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
    )
    async def capture(
        self,
        authorization_id: FromPath[UUID],
        data: JSONBody[CaptureRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[AuthorizationView]:
        """Capture up to the hold; above it only with the rider's signature on the amount."""
        caller = await _caller(request, idempotency_key, clock)
        step = Step(
            caller=caller,
            authorization_id=authorization_id,
            action=Action.CAPTURE,
            amount=data.amount.money(),
            distance_meters=data.distance_meters,
            verified=await _signed(data, authorization_id, caller, desk),
        )
        return _response(await desk.submit(step))

    @post(
        "/{authorization_id:uuid}/{step:str}",
        summary="A step of a booked ride",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
    )
    async def step(
        self,
        authorization_id: FromPath[UUID],
        step: FromPath[StepName],
        data: JSONBody[StepRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[AuthorizationView]:
        """`confirm`, `arrive`, `start`, `end`, `cancel` (say `by`), `no-show`, `void`."""
        action = STEP_ACTIONS[step]
        if action is Action.CANCEL and data.by is None:
            raise DomainError(
                "by_missing",
                Text(
                    "だれが取り消したかを送ってください。",
                    "Say who cancels: `by` is rider, driver or provider.",
                ),
            )
        wanted = Step(
            caller=await _caller(request, idempotency_key, clock),
            authorization_id=authorization_id,
            action=action,
            by=By(data.by) if data.by else None,
        )
        return _response(await desk.submit(wanted))


async def _caller(request: AppRequest, idempotency_key: str, clock: Clock) -> Caller:
    """The caller; its request hash covers the address and the bytes as they were sent."""
    body = await request.body()
    return Caller(
        operator_id=request.user.operator_id,
        key_id=request.user.key_id,
        idempotency_key=idempotency_key,
        request_hash=sha256(request.scope["path"].encode() + b"\0" + body).digest(),
        arrived_at=clock.now(),
    )


async def _signed(
    data: CaptureRequest, authorization_id: UUID, caller: Caller, desk: Desk
) -> VerifiedPass | Refused | None:
    if data.code is None:
        return None
    expected = Challenge(caller.operator_id, str(authorization_id), data.amount.amount_minor)
    return verify_code(
        data.code, await desk.issuer_keys(), caller.arrived_at, desk.certificates, expected
    )


def _response(answer: Answer) -> Response[Any]:
    return Response(answer.document, status_code=HTTP_200_OK)


def _ride_view(row: Authorization) -> OperatorRideView:
    def money(amount: int | None) -> MoneyView | None:
        return None if amount is None else MoneyView(amount_minor=amount, currency=row.currency)

    return OperatorRideView(
        authorization_id=row.authorization_id,
        service_date=row.service_date,
        mode=row.mode,
        status=row.status,
        leg_state=row.leg_state,
        granted_at=row.granted_at,
        route_id=row.route_id,
        trip_id=row.trip_id,
        boarding_stop_id=row.boarding_stop_id,
        alighting_stop_id=row.alighting_stop_id,
        shadow_fare=money(row.shadow_fare_minor),
        captured=money(row.captured_minor),
        rider_pays=MoneyView(amount_minor=row.rider_pays_minor, currency=row.currency),
        plan_pays=money(row.plan_pays_minor),
    )


def _amount_missing() -> DomainError:
    return DomainError(
        "amount_missing",
        Text(
            "予約には上限の金額が必要です。", "A hold needs `amount`: the most the ride may cost."
        ),
    )
