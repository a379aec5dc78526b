"""What is forgotten, and when: stops and instants of rides, then the keys of pseudonyms.

The term of a ride's traces runs from the end of its month. (Once there are statements it will
run from the statement that covers the ride, which closes with the month.)
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.clock import service_instant
from api.insights.export import export_pending
from api.insights.months import PSEUDONYM_KEPT, TRACE_KEPT, first_day, first_kept_day, month_of
from api.insights.tables import TripFactKey
from api.services import Services
from api.town.service import get_town

log = structlog.get_logger(__name__)

# A gate's validator stands at one stop: its id would say where.
NOBODY = UUID(int=0)

_CLEAR_RIDES = text(
    """
    UPDATE "authorization" SET
        route_id = NULL, direction_id = NULL, trip_id = NULL, vehicle_id = NULL,
        boarding_stop_id = NULL, alighting_stop_id = NULL, distance_meters = NULL,
        journey_id = NULL,
        boarded_at = NULL, alighted_at = NULL, closed_at = NULL,
        granted_at = service_date::timestamp AT TIME ZONE 'UTC', validator_id = :nobody
    WHERE service_date < :first AND status <> 'authorized' AND validator_id <> :nobody
    """
)
# What was put right stays known by its amount and note.
_CLEAR_CORRECTIONS = text(
    """
    UPDATE ride_correction SET
        changes = '{}', corrected_at = service_date::timestamp AT TIME ZONE 'UTC',
        corrected_by = :nobody
    WHERE service_date < :first AND corrected_by <> :nobody
    """
)
# A used code tells when and where its pass was shown; which counters were used must stay known.
_CLEAR_USES = text(
    """
    UPDATE pass_use SET
        used_at = date_trunc('month', used_at), unix_seconds = NULL, validator_id = :nobody
    WHERE used_at < :first AND validator_id <> :nobody
    """
)
# Paper and cards are told apart from a repeated report for as long as one may still come.
_DROP_SEQUENCES = text("DELETE FROM sequence_use WHERE used_at < :first")
# Who bears a record stays known, and no longer whose ride it was.
_CLEAR_RECORDS = text(
    """
    UPDATE offline_record SET
        body = NULL, signature = NULL, pass_id = NULL, online_key = NULL,
        authorization_id = NULL, decided_at = service_date::timestamp AT TIME ZONE 'UTC'
    WHERE service_date < :first AND body IS NOT NULL AND finalised_at IS NOT NULL
    """
)
# An operator may repeat a request for 90 days (its offline window) and gets the same answer.
_DROP_CLAIMS = text(
    "DELETE FROM authorization_claim WHERE claimed_at < :now - CAST('90 days' AS interval)"
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was forgotten."""

    rides: int
    months: int


async def clear_expired(services: Services) -> Forgotten:
    """Clear what is past its term; safe to run again and again.

    What is due and not yet exported is exported first, as afterwards it can't be.
    """
    await export_pending(services)
    now = services.clock.now()
    async with services.database.session() as session:
        zone = (await get_town(session)).zone()
        today, _ = service_instant(now, zone)
        rides = await _clear_rides(session, now, first_kept_day(today, TRACE_KEPT))
    months = await _forget_months(services, now, first_kept_day(today, PSEUDONYM_KEPT))
    log.info("expired_traces_cleared", rides=rides, months=months)
    return Forgotten(rides, months)


async def _clear_rides(session: AsyncSession, now: datetime, first: date) -> int:
    cleared = await run_sql(session, _CLEAR_RIDES, first=first, nobody=NOBODY)
    await run_sql(session, _CLEAR_CORRECTIONS, first=first, nobody=NOBODY)
    await run_sql(session, _CLEAR_USES, first=first, nobody=NOBODY)
    await run_sql(session, _DROP_SEQUENCES, first=first)
    await run_sql(session, _CLEAR_RECORDS, first=first)
    await run_sql(session, _DROP_CLAIMS, now=now)
    return cleared.rowcount


async def _forget_months(services: Services, now: datetime, first: date) -> int:
    """Delete the keys of the months before `first`, then the pseudonyms that they made.

    The key goes first: should the files not be reached, nobody can make a pseudonym any more,
    and the month stays on the list until its files are done.
    """
    from analytics.facts import forget_pseudonyms

    async with services.database.session() as session:
        found = await session.exec(
            select(TripFactKey).where(
                col(TripFactKey.deleted_at).is_(None), col(TripFactKey.month) < month_of(first)
            )
        )
        keys = list(found)
        for key in keys:
            key.secret = None
    for key in keys:
        lake_url = services.settings.lake_url
        await asyncio.to_thread(forget_pseudonyms, lake_url, first_day(key.month))
        async with services.database.session() as session:
            (await session.get_one(TripFactKey, key.month)).deleted_at = now
    return len(keys)
