"""The captured rides of a service day, with what analysis may be given of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DayRide:
    """One ride that took place, of `persons` on one pass.

    Places are (lat, lon), times seconds of the service day. `consents` says whether the rider
    had agreed to trip facts when the ride began, and still does.
    """

    account_id: UUID
    operator_id: str
    mode: str
    route_id: str | None
    direction_id: int | None
    trip_id: str | None
    boarding_stop_id: str | None
    alighting_stop_id: str | None
    boarded_seconds: int
    alighted_seconds: int | None
    origin: Place | None
    destination: Place | None
    consents: bool
    persons: int = 1


# A fee for a ride that nobody took is captured too, and was never boarded.
_RIDES = text(
    """
    SELECT a.account_id, a.operator_id, a.mode, a.route_id, a.direction_id, a.trip_id,
           a.boarding_stop_id, a.alighting_stop_id, a.boarded_at, a.alighted_at,
           1 + a.companions AS persons,
           origin.lat AS origin_lat, origin.lon AS origin_lon,
           destination.lat AS destination_lat, destination.lon AS destination_lon,
           r.trip_facts_consent
               AND COALESCE(r.consent_changed_at, r.created_at) <= a.granted_at AS consents
    FROM "authorization" a
    JOIN resident r USING (account_id)
    LEFT JOIN feed_version f ON f.operator_id = a.operator_id AND f.status = 'active'
    LEFT JOIN feed_stop origin ON origin.feed_version_id = f.feed_version_id
        AND origin.stop_id = a.boarding_stop_id
    LEFT JOIN feed_stop destination ON destination.feed_version_id = f.feed_version_id
        AND destination.stop_id = a.alighting_stop_id
    WHERE a.service_date = :day AND a.status = 'captured' AND a.boarded_at IS NOT NULL
    """
)


async def read_day(session: AsyncSession, day: date, zone: ZoneInfo) -> list[DayRide]:
    """Every captured ride of a service day that somebody took."""
    rows = await run_sql(session, _RIDES, day=day)
    return [
        DayRide(
            account_id=row.account_id,
            operator_id=row.operator_id,
            mode=row.mode,
            route_id=row.route_id,
            direction_id=row.direction_id,
            trip_id=row.trip_id,
            boarding_stop_id=row.boarding_stop_id,
            alighting_stop_id=row.alighting_stop_id,
            boarded_seconds=_seconds(day, row.boarded_at, zone),
            alighted_seconds=_seconds(day, row.alighted_at, zone) if row.alighted_at else None,
            origin=_place(row.origin_lat, row.origin_lon),
            destination=_place(row.destination_lat, row.destination_lon),
            consents=row.consents,
            persons=row.persons,
        )
        for row in rows
    ]


def _place(lat: float | None, lon: float | None) -> Place | None:
    return None if lat is None or lon is None else (lat, lon)


def _seconds(day: date, at: datetime, zone: ZoneInfo) -> int:
    """Seconds since noon minus twelve hours of `day`, however late it has become."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return int((at - noon).total_seconds()) + 12 * 3600
