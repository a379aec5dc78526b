"""`/v1/me/rides`: a resident's own rides, with what each would have cost."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, resident_only
from api.feeds.tables import FeedStop, FeedVersion
from api.operators.routes import operator_name
from api.operators.tables import Operator, list_operators
from api.rides.queries import list_my_rides
from api.rides.tables import Authorization
from api.wire import Instant, MoneyView, TextView, View


class RideView(View, frozen=True):
    """One ride. After its month is settled and old, stop and time are gone."""

    authorization_id: UUID
    service_date: date
    operator_id: str
    operator_name: TextView
    mode: str
    status: str
    leg_state: str
    boarded_at: Instant | None
    boarding_stop_name: str | None
    alighting_stop_name: str | None
    shadow_fare: MoneyView | None
    rider_pays: MoneyView


class RideListView(View, frozen=True):
    """One's own rides, newest first."""

    items: list[RideView]


class MyRidesController(Controller):
    """A resident's own rides; looking at them oneself is not logged."""

    path = "/v1/me/rides"
    tags = ["residents"]
    guards = [resident_only]

    @get(summary="My rides", operation_id="list_my_rides")
    async def list(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> RideListView:
        """The latest rides with their shadow fares."""
        rows = await list_my_rides(session, request.user.account_id)
        return RideListView(items=await ride_views(session, rows))


async def ride_views(session: AsyncSession, rows: list[Authorization]) -> list[RideView]:
    """Rides as their rider may see them."""
    operators = {o.operator_id: o for o in await list_operators(session)}
    names = await _stop_names(session, rows)
    return [_view(r, operators[r.operator_id], names) for r in rows]


async def _stop_names(
    session: AsyncSession, rows: list[Authorization]
) -> dict[tuple[str, str], str]:
    wanted = {s for r in rows for s in (r.boarding_stop_id, r.alighting_stop_id) if s}
    if not wanted:
        return {}
    found = await session.exec(
        select(FeedVersion.operator_id, FeedStop.stop_id, FeedStop.name)
        .join(FeedVersion, col(FeedVersion.feed_version_id) == col(FeedStop.feed_version_id))
        .where(col(FeedVersion.status) == "active", col(FeedStop.stop_id).in_(wanted))
    )
    return {(operator_id, stop_id): name for operator_id, stop_id, name in found}


def _view(row: Authorization, operator: Operator, names: dict[tuple[str, str], str]) -> RideView:
    shadow = row.shadow_fare_minor
    return RideView(
        authorization_id=row.authorization_id,
        service_date=row.service_date,
        operator_id=row.operator_id,
        operator_name=operator_name(operator),
        mode=row.mode,
        status=row.status,
        leg_state=row.leg_state,
        boarded_at=row.boarded_at,
        boarding_stop_name=names.get((row.operator_id, row.boarding_stop_id or "")),
        alighting_stop_name=names.get((row.operator_id, row.alighting_stop_id or "")),
        shadow_fare=None
        if shadow is None
        else MoneyView(amount_minor=shadow, currency=row.currency),
        rider_pays=MoneyView(amount_minor=row.rider_pays_minor, currency=row.currency),
    )
