"""`/v1/authorizations`: an operator puts its own rides right, and takes them to its books."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, operator_any, operator_key_only
from api.clock import Clock, service_instant
from api.counter.routes import IdempotencyKey
from api.database import Database
from api.errors import DomainError, not_found, problems
from api.rides.desk import Desk
from api.rides.queries import find_operator_ride, list_corrections
from api.rides.requests import Correction, Step
from api.rides.routes import RideId, answered, caller_of
from api.rides.shapes import (
    AdjustRequest,
    AuthorizationView,
    ChangeView,
    CorrectionListView,
    CorrectionView,
)
from api.rides.tables import RideCorrection
from api.rides.tides import tides_csv
from api.town.service import get_town
from fares.reasons import Text
from fares.rides import Action

CSV = "text/csv"
_WHAT_WAS_WRONG = (
    *("amount", "boarding_stop_id", "alighting_stop_id"),
    *("route_id", "direction_id", "companions"),
)


class LedgerController(Controller):
    """An operator's own rides, after the ride."""

    path = "/v1/authorizations"
    tags = ["authorizations"]
    opt = {"exclude_from_csrf": True}

    @post(
        "/{authorization_id:uuid}/adjust",
        summary="Put a ride right",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
        operation_id="adjust_ride",
        opt=problems("nothing_to_adjust", "idempotency_key_reused", "desk_busy"),
    )
    async def adjust(
        self,
        authorization_id: RideId,
        data: JSONBody[AdjustRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        desk: NamedDependency[Desk],
    ) -> Response[AuthorizationView]:
        """Correct stops, route, the number of companions (downwards) or the price (downwards).

        A bus or train ride under way can be adjusted, and any captured ride for a day; its price
        is that of the corrected ride by the tariff, at most what it was. A reader adjusts the
        rides that began at it, an operator's system any of its operator's. Everything is kept.
        """
        if all(getattr(data, name) is None for name in _WHAT_WAS_WRONG):
            raise DomainError(
                "nothing_to_adjust",
                Text("直す内容を送ってください。", "Say what of the ride is to be put right."),
            )
        step = Step(
            caller=await caller_of(request, idempotency_key),
            authorization_id=authorization_id,
            action=Action.ADJUST,
            amount=data.amount.money() if data.amount else None,
            correction=Correction(
                boarding_stop_id=data.boarding_stop_id,
                alighting_stop_id=data.alighting_stop_id,
                route_id=data.route_id,
                direction_id=data.direction_id,
                companions=data.companions,
            ),
            note=data.note,
        )
        return answered(await desk.submit(step))

    @get(
        "/{authorization_id:uuid}/corrections",
        summary="What was put right about a ride",
        guards=[operator_any],
        operation_id="list_corrections",
        opt=problems("no_ride"),
    )
    async def corrections(
        self,
        authorization_id: RideId,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
    ) -> CorrectionListView:
        """Every correction of one of the operator's own rides, with what was before and after."""
        ride = await find_operator_ride(session, request.user.operator_id, authorization_id)
        if ride is None:
            raise not_found("no_ride", "この乗車はありません。", "You have no such ride.")
        return CorrectionListView(items=list(map(_view, await list_corrections(session, ride))))

    @get(
        "/tides.csv",
        summary="Our rides as TIDES fare transactions",
        guards=[operator_any],
        media_type=CSV,
        operation_id="get_tides_csv",
        opt=problems("no_town"),
    )
    async def tides(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        service_date: Annotated[
            date | None, QueryParameter(description="The service day; today's when left out.")
        ] = None,
    ) -> Stream:
        """The operator's own rides of a service day as TIDES `fare_transactions`, in UTF-8.

        One row for each thing that happened, in the order of rides. Nothing in it tells one
        rider from another: `token_id` is empty.
        """
        if service_date is None:
            service_date = service_instant(clock.now(), (await get_town(session)).zone())[0]
        operator_id: str = request.user.operator_id
        name = f"fare_transactions-{operator_id}-{service_date}.csv"
        return Stream(
            await tides_csv(database, operator_id, service_date),
            media_type=CSV,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _view(row: RideCorrection) -> CorrectionView:
    changes = [
        ChangeView(field=field, before=before, after=after)
        for field, (before, after) in row.changes.items()
    ]
    return CorrectionView(
        correction_id=row.correction_id,
        action="void" if row.action == Action.VOID else "adjust",
        note=row.note,
        corrected_at=row.corrected_at,
        changes=changes,
    )
