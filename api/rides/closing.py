"""Closing what nobody closed: missed tap-offs by rule, holds that were never used."""

from __future__ import annotations

import asyncio
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import structlog
from sqlalchemy import text

from api.clock import Clock
from api.database import Database
from api.rides.desk import Desk
from api.rides.requests import Caller, Step
from fares.rides import DEFAULT_RULES, Action, Kind

log = structlog.get_logger(__name__)

BATCH = 500
# The validator of a step that no validator made.
NOBODY = UUID(int=0)


async def close_overdue(database: Database, clock: Clock) -> int:
    """Close walk-up rides past their deadline and expire stale holds; return how many.

    The steps go through a desk like any other, so a tap-off that arrives at the same moment
    and this job agree on one outcome.
    """
    closed = 0
    desk = Desk(database, clock)
    async with desk.running():
        while steps := await _overdue_steps(database, clock.now()):
            answers = await asyncio.gather(*(desk.submit(step) for step in steps))
            done = sum(answer.document["result"] == "granted" for answer in answers)
            closed += done
            if done < len(steps):  # somebody else was quicker; do not ask for these again
                break
    if closed:
        log.info("overdue_rides_closed", count=closed)
    return closed


_OVERDUE = text("""
    SELECT authorization_id, operator_id, kind FROM "authorization"
    WHERE status = 'authorized' AND (
        (kind = 'walk_up' AND granted_at <= :now - CAST(:tap_off AS interval))
        OR (kind = 'booked' AND boarded_at IS NULL
            AND granted_at <= :now - CAST(:start AS interval))
        OR (kind = 'booked' AND boarded_at <= :now - CAST(:capture AS interval))
    )
    ORDER BY granted_at LIMIT :batch
""")


async def _overdue_steps(database: Database, now: datetime) -> list[Step]:
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            _OVERDUE,
            {
                "now": now,
                "tap_off": DEFAULT_RULES.tap_off_within,
                "start": DEFAULT_RULES.start_within,
                "capture": DEFAULT_RULES.capture_within,
                "batch": BATCH,
            },
        )
        return [_step(row.authorization_id, row.operator_id, row.kind, now) for row in rows]


def _step(authorization_id: UUID, operator_id: str, kind: str, now: datetime) -> Step:
    action = Action.CLOSE if kind == Kind.WALK_UP else Action.EXPIRE
    # A slash is in no key that an operator may send, so none can take this one first.
    key = f"rule/{action}/{authorization_id}"
    caller = Caller(operator_id, NOBODY, key, sha256(key.encode()).digest(), now)
    return Step(caller, authorization_id, action)
