"""A service day's captured rides, left in the lake as boardings and trip facts, once each.

A day is always written whole, from the ledger, in place of what its files held. So a run that
died between the files and the commit is made good by the next: nothing is added twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import copy_rows, run_sql
from api.clock import service_instant
from api.errors import conflict
from api.feeds.tables import list_active_feeds
from api.insights.months import TRACE_KEPT, first_kept_day
from api.insights.rides import DayRide, read_day
from api.insights.tables import BoardingsByHour
from api.insights.trip_facts import month_key, trip_facts
from api.lake import local_copy
from api.services import Services
from api.settings import Settings
from api.town.service import get_town

BY_HOUR_COLUMNS = (
    "service_date",
    "operator_id",
    "route_id",
    "direction_id",
    "hour",
    "boardings",
    "on_board",
)

# One export at a time: two would each write the same day's files.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('export_day'))")
_PENDING = text(
    """
    SELECT service_date FROM "authorization"
    WHERE status = 'captured' AND exported_at IS NULL AND service_date >= :first
    UNION SELECT service_date FROM "authorization"
    WHERE status = 'voided' AND exported_at IS NOT NULL AND service_date >= :first
    ORDER BY service_date
    """
)
# Marked before they are read and committed after they are written: a ride captured in between
# is in the files unmarked, and its day is written once more.
_MARK = text(
    """
    UPDATE "authorization" SET exported_at = :now
    WHERE service_date = :day AND status = 'captured' AND exported_at IS NULL
    """
)
# Its operator took it back after an export, which this one makes good.
_UNMARK_VOIDED = text(
    """
    UPDATE "authorization" SET exported_at = NULL
    WHERE service_date = :day AND status = 'voided' AND exported_at IS NOT NULL
    """
)


@dataclass(frozen=True, slots=True)
class ExportedDay:
    """How many rides of a day the lake holds now."""

    service_date: date
    boardings: int
    trip_facts: int


async def export_day(services: Services, service_date: date) -> ExportedDay:
    """Write a day's boardings (every ride) and trip facts (consenting riders), and count
    boardings by hour.

    Raises 409 `day_closed` once the day's rides have lost their stops (`api.insights.retention`):
    writing it again would empty it.
    """
    now = services.clock.now()
    async with services.database.session() as session:
        await run_sql(session, _LOCK)
        zone = (await get_town(session)).zone()
        _refuse_closed(service_date, service_instant(now, zone)[0])
        await run_sql(session, _MARK, day=service_date, now=now)
        await run_sql(session, _UNMARK_VOIDED, day=service_date)
        rides = await read_day(session, service_date, zone)
        key = await month_key(session, now, service_date)
        feeds = {feed.operator_id: feed.source_url for feed in await list_active_feeds(session)}
        exported, by_hour = await asyncio.to_thread(
            _write, services.settings, service_date, rides, key, feeds
        )
        await _replace_by_hour(session, service_date, by_hour)
    return exported


def _refuse_closed(service_date: date, today: date) -> None:
    if service_date < first_kept_day(today, TRACE_KEPT):
        raise conflict(
            "day_closed",
            "この日の乗車記録は保存期間を過ぎています。",
            f"The rides of {service_date} are past their retention; what was exported stays.",
        )


def _write(
    settings: Settings,
    service_date: date,
    rides: list[DayRide],
    key: bytes | None,
    feeds: Mapping[str, str],
) -> tuple[ExportedDay, list[tuple[Any, ...]]]:
    from analytics.boardings import write_boardings
    from analytics.facts import write_trip_facts
    from api.insights.boardings import boardings_of, hourly_rows

    lake_url, cache_dir = settings.lake_url, settings.data_dir / "cache"
    exported = ExportedDay(
        service_date,
        boardings=write_boardings(lake_url, service_date, boardings_of(rides)),
        trip_facts=write_trip_facts(lake_url, service_date, trip_facts(rides, key)),
    )
    paths = {operator_id: local_copy(url, cache_dir) for operator_id, url in feeds.items()}
    return exported, hourly_rows(lake_url, service_date, paths)


async def _replace_by_hour(
    session: AsyncSession, service_date: date, rows: list[tuple[Any, ...]]
) -> None:
    await run_sql(
        session, delete(BoardingsByHour).where(col(BoardingsByHour.service_date) == service_date)
    )
    await copy_rows(session, "boardings_by_hour", BY_HOUR_COLUMNS, rows)


async def export_pending(services: Services) -> list[ExportedDay]:
    """Export every day with a captured ride that is in no file yet, or a voided one that is."""
    async with services.database.session() as session:
        zone = (await get_town(session)).zone()
        today, _ = service_instant(services.clock.now(), zone)
        days = await run_sql(session, _PENDING, first=first_kept_day(today, TRACE_KEPT))
        pending = list(days.scalars())
    return [await export_day(services, day) for day in pending]
