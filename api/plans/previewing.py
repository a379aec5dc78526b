"""Which rides of a month a plan is previewed against: all that took place, by whom is not told."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.clock import service_instant
from api.residents.tables import Resident
from api.rides.tables import Authorization
from api.town.document import TownDocument
from fares.modes import Mode
from fares.money import Money
from fares.plan_preview import PastRide, PlanPreview, preview_plan
from fares.plans import Plan


async def preview_month(
    session: AsyncSession, town: TownDocument, plan: Plan, month: date
) -> PlanPreview:
    """Preview a plan against the captured rides of the calendar month that begins on `month`."""
    end = (month + timedelta(days=31)).replace(day=1)
    return preview_plan(plan, await _rides(session, town, month, end), month, end)


async def _rides(
    session: AsyncSession, town: TownDocument, start: date, end: date
) -> list[PastRide]:
    found = await session.exec(
        select(Authorization, Resident.rider_category)
        .join(Resident, col(Resident.account_id) == col(Authorization.account_id))
        .where(
            col(Authorization.status) == "captured",
            col(Authorization.service_date) >= start,
            col(Authorization.service_date) < end,
        )
    )
    zone = town.zone()
    return [
        PastRide(
            rider_id=str(ride.account_id),
            rider_category=category,
            mode=Mode(ride.mode),
            operator_id=ride.operator_id,
            service_date=ride.service_date,
            service_seconds=service_instant(ride.granted_at, zone)[1],
            amount=_price(ride),
            companions=ride.companions,
        )
        for ride, category in found
    ]


def _price(ride: Authorization) -> Money | None:
    amount = ride.captured_minor if ride.captured_minor is not None else ride.shadow_fare_minor
    return None if amount is None else Money(amount, ride.currency)
