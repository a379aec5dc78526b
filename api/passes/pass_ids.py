"""Random pass ids: drawn from all that there are, given back long after their pass has ended."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import derive_key
from api.bulk import run_sql
from api.errors import conflict
from api.passes.tables import StatusListRow
from api.settings import Settings
from fares.passes.decoys import decoy_slots
from fares.passes.status import MAX_PASS_IDS

log = structlog.get_logger(__name__)

# Readers may upload records of a pass for days after it; claims and counters are kept as long.
IDS_REST = timedelta(days=90)
# A list that is half full misses this often in a row once in a thousand times: then it grows.
_TRIES = 10


def decoy_key(settings: Settings) -> bytes:
    """What decides which pass ids are decoys."""
    return derive_key(settings.secret, "status-decoys")


async def random_pass_ids(session: AsyncSession, settings: Settings) -> AsyncIterator[int]:
    """Ids to try until one is free: random, so that two days of one person can't be linked.

    The number of ids doubles when few are left. Raises 409 `pass_ids_used_up` at the end.
    """
    known = await session.exec(select(StatusListRow.capacity))
    capacity = known.first() or settings.pass_ids
    while True:
        decoys = decoy_slots(decoy_key(settings), capacity)
        for _ in range(_TRIES):
            pass_id = secrets.randbelow(capacity)
            if pass_id not in decoys:
                yield pass_id
        capacity = await _grow(session, settings, capacity)


async def lock_status_list(session: AsyncSession, settings: Settings) -> StatusListRow:
    """The one row of the status list, locked until this transaction ends; made when missing."""
    await run_sql(
        session,
        text(
            "INSERT INTO status_list (status_list_id, list_number, capacity, document) "
            "VALUES (1, 0, :capacity, '') ON CONFLICT DO NOTHING"
        ),
        capacity=settings.pass_ids,
    )
    return await session.get_one(StatusListRow, 1, with_for_update=True, populate_existing=True)


async def forget_old_passes(session: AsyncSession, now: datetime) -> int:
    """Give back the ids of passes that ended long ago, with all that hangs on them."""
    ended = now - IDS_REST
    forgotten = (await run_sql(session, _FORGET_PASSES, ended=ended)).rowcount
    await run_sql(session, _FORGET_DEVICES, ended=ended)
    if forgotten:
        log.info("old_passes_forgotten", count=forgotten)
    return forgotten


# What a pass has shown goes first: its id may be another's tomorrow.
_FORGET_PASSES = text("""
    WITH old AS (SELECT pass_id FROM pass_certificate WHERE valid_until_at < :ended),
         used AS (DELETE FROM pass_use WHERE pass_id IN (SELECT pass_id FROM old))
    DELETE FROM pass_certificate WHERE pass_id IN (SELECT pass_id FROM old)
""")
_FORGET_DEVICES = text("DELETE FROM device WHERE ended_at < :ended")


async def _grow(session: AsyncSession, settings: Settings, capacity: int) -> int:
    if capacity >= MAX_PASS_IDS:
        raise conflict(
            "pass_ids_used_up",
            "パスを発行できません。窓口に知らせてください。",
            "No free pass id is left; tell the desk.",
        )
    row = await lock_status_list(session, settings)
    if row.capacity == capacity:  # nobody else has done so in the meantime
        row.capacity = min(2 * capacity, MAX_PASS_IDS)
        log.info("pass_ids_doubled", capacity=row.capacity)
        await session.flush()
    return row.capacity
