"""`/v1/authorizations`: operators ask whether a ride may go ahead, and report what became of it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, operator_any, operator_key_only
from api.clock import Clock, service_instant
from api.counter.routes import IdempotencyKey
from api.errors import DomainError, not_found, problems
from api.passes import base64url
from api.rides.answers import Answer
from api.rides.desk import Desk
from api.rides.queries import find_operator_ride, list_operator_rides
from api.rides.requests import Caller, Shown, ShownCard, Step, Tap
from api.rides.shapes import (
    AuthorizationRequest,
    AuthorizationView,
    CaptureRequest,
    OperatorRideListView,
    OperatorRideView,
    StepRequest,
    ride_view,
)
from api.town.service import get_town
from fares.modes import WALK_UP
from fares.passes import Challenge, verify_code
from fares.passes.cards import reference_hash
from fares.passes.verify import VerifiedPass
from fares.reasons import Refused, Text
from fares.rides import Action, By
from fares.taps import TapAction

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


RideId = Annotated[UUID, PathParameter(description="The ride's id, as the authorization gave it.")]


class AuthorizationController(Controller):
    """Operators' systems and validators, by API key."""

    path = "/v1/authorizations"
    tags = ["authorizations"]
    opt = {"exclude_from_csrf": True}

    @post(
        summary="May this ride go ahead?",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
        operation_id="authorize_ride",
        opt=problems(
            "wrong_action",
            "amount_missing",
            "code_or_card",
            "sequence_missing",
            "idempotency_key_reused",
            "desk_busy",
        ),
    )
    async def authorize(
        self,
        data: JSONBody[AuthorizationRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
    ) -> Response[AuthorizationView]:
        """Decide a tap or hold; the answer is durable when it is given.

        The same key with the same body gives the same answer, whatever has become of the code
        since; with another body 409 `idempotency_key_reused`.
        """
        _check_action(data)
        caller = await caller_of(request, idempotency_key)
        tap = Tap(
            caller=caller,
            action=data.action,
            mode=data.mode,
            verified=await _shown(data, caller, desk),
            stop_id=data.stop_id,
            route_id=data.route_id,
            direction_id=data.direction_id,
            trip_id=data.trip_id,
            vehicle_id=data.vehicle_id,
            area_numbers=frozenset(data.area_numbers),
            amount=data.amount.money() if data.amount else None,
            companions=data.companions,
            sequence=data.sequence,
        )
        _check_counted(tap)
        return answered(await desk.submit(tap))

    @get(
        summary="Our rides",
        guards=[operator_any],
        operation_id="list_rides",
        opt=problems("bad_cursor", "no_town"),
    )
    async def list(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        service_date: Annotated[
            date | None, QueryParameter(description="The service day; today's when left out.")
        ] = None,
        cursor: Annotated[
            str | None,
            QueryParameter(max_length=80, description="`next_cursor` of the page before."),
        ] = None,
    ) -> OperatorRideListView:
        """The operator's own rides of a service day (today's when none is named)."""
        if service_date is None:
            service_date = service_instant(clock.now(), (await get_town(session)).zone())[0]
        rows, next_cursor = await list_operator_rides(
            session, request.user.operator_id, service_date, cursor
        )
        return OperatorRideListView(items=[ride_view(r) for r in rows], next_cursor=next_cursor)

    @get(
        "/{authorization_id:uuid}",
        summary="One of our rides",
        guards=[operator_any],
        operation_id="get_ride",
        opt=problems("no_ride"),
    )
    async def show(
        self,
        authorization_id: RideId,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
    ) -> OperatorRideView:
        """A ride of the operator's own; another operator's is 404, as if it were not there."""
        row = await find_operator_ride(session, request.user.operator_id, authorization_id)
        if row is None:
            raise not_found("no_ride", "この乗車はありません。", "You have no such ride.")
        return ride_view(row)

    @post(
        "/{authorization_id:uuid}/capture",
        summary="The final price of a booked ride",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
        operation_id="capture_ride",
        opt=problems("idempotency_key_reused", "desk_busy"),
    )
    async def capture(
        self,
        authorization_id: RideId,
        data: JSONBody[CaptureRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
    ) -> Response[AuthorizationView]:
        """Capture up to the hold; above it only with the rider's signature on the amount."""
        caller = await caller_of(request, idempotency_key)
        step = Step(
            caller=caller,
            authorization_id=authorization_id,
            action=Action.CAPTURE,
            amount=data.amount.money(),
            distance_meters=data.distance_meters,
            verified=await _signed(data, authorization_id, caller, desk),
        )
        return answered(await desk.submit(step))

    @post(
        "/{authorization_id:uuid}/{step:str}",
        summary="A step of a ride",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
        operation_id="advance_ride",
        opt=problems("by_missing", "idempotency_key_reused", "desk_busy"),
    )
    async def step(
        self,
        authorization_id: RideId,
        step: Annotated[StepName, PathParameter(description="What has happened.")],
        data: JSONBody[StepRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
    ) -> Response[AuthorizationView]:
        """`confirm`, `arrive`, `start`, `end`, `cancel` (say `by`), `no-show`, `no-vehicle`, or
        `void`.

        A ride can be voided as long as it is open, and for a day after it was captured; a reader
        voids the rides that began at it, an operator's system any of its operator's.
        """
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
            caller=await caller_of(request, idempotency_key),
            authorization_id=authorization_id,
            action=action,
            by=By(data.by) if data.by else None,
            note=data.note,
        )
        return answered(await desk.submit(wanted))


async def caller_of(request: AppRequest, idempotency_key: str) -> Caller:
    """The caller; its request hash covers the address and the bytes as they were sent."""
    clock: Clock = request.app.state.clock  # as a dependency, it would cost each tap a task group
    body = await request.body()
    return Caller(
        operator_id=request.user.operator_id,
        key_id=request.user.key_id,
        idempotency_key=idempotency_key,
        request_hash=sha256(request.scope["path"].encode() + b"\0" + body).digest(),
        arrived_at=clock.now(),
        key_kind=request.user.kind,
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


def answered(answer: Answer) -> Response[Any]:
    """An answer of the desk as it is sent."""
    return Response(answer.body, status_code=HTTP_200_OK, media_type=MediaType.JSON)


async def _shown(data: AuthorizationRequest, caller: Caller, desk: Desk) -> Shown | Refused:
    """What a code says by itself, or which card it is."""
    if (data.code is None) == (data.card_reference is None):
        raise DomainError(
            "code_or_card",
            Text(
                "コード(code)かカード(card_reference)の、どちらか一つを送ってください。",
                "Send either a `code` or a `card_reference`.",
            ),
        )
    if data.card_reference is not None:
        return ShownCard(reference_hash(base64url.decode(data.card_reference)))
    assert data.code is not None, "one of the two was sent"
    return verify_code(data.code, await desk.issuer_keys(), caller.arrived_at, desk.certificates)


def _check_counted(tap: Tap) -> None:
    """What has no counter of its own needs the reader's, or the same tap twice would be two."""
    shown = tap.verified
    uncounted = isinstance(shown, ShownCard) or (
        isinstance(shown, VerifiedPass) and shown.counter is None
    )
    if uncounted and tap.sequence is None:
        raise DomainError(
            "sequence_missing",
            Text(
                "紙のパスとカードには、読み取り機の番号(sequence)が必要です。",
                "Paper and cards need the reader's own number of this tap: send `sequence`.",
            ),
        )


def _check_action(data: AuthorizationRequest) -> None:
    """Who boards a bus or train taps; who orders a vehicle holds an amount for it."""
    if (data.action is TapAction.HOLD) == (data.mode in WALK_UP):
        raise DomainError(
            "wrong_action",
            Text(
                "バスと鉄道はタップ、それ以外は予約(hold)です。",
                "Bus and rail rides are tapped; every other mode begins with `hold`.",
            ),
        )
    if data.action is TapAction.HOLD and data.amount is None:
        raise DomainError(
            "amount_missing",
            Text(
                "予約には上限の金額が必要です。",
                "A hold needs `amount`: the most the ride may cost.",
            ),
        )
