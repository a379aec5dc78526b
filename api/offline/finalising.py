"""Judging what waits: passes whose time has come, and records that the desk could not take."""

from __future__ import annotations

import structlog
from sqlalchemy import text

from api.bulk import run_sql
from api.offline.asking import reconcile_passes
from api.rides.desk import Desk
from api.services import Services
from fares.offline.limits import UPLOAD_WINDOW

log = structlog.get_logger(__name__)

BATCH = 500

_WAITING = text("""
    SELECT r.pass_id, min(r.operator_id) AS operator_id FROM offline_record r
    JOIN pass_certificate c USING (pass_id)
    WHERE r.finalised_at IS NULL AND r.pass_id > :after
      AND (c.valid_until_at + CAST(:window AS interval) <= :now OR NOT EXISTS (
        SELECT 1 FROM offline_outcome o WHERE o.record_id = r.record_id))
    GROUP BY r.pass_id ORDER BY r.pass_id LIMIT :batch
""")


async def judge_waiting(services: Services) -> int:
    """Make outcomes final whose time has come, and judge what never was; return how many passes.

    They go through a desk like any tap, so that both agree on what is used.
    """
    judged, after = 0, -1
    desk = Desk(services.database, services.clock)
    async with desk.running():
        while waiting := await _waiting(services, after):
            failed = await reconcile_passes(services, desk, waiting)
            judged, after = judged + len(waiting) - failed, max(waiting)
    if judged:
        log.info("passes_reconciled", count=judged)
    return judged


async def _waiting(services: Services, after: int) -> dict[int, str]:
    async with services.database.session() as session:
        rows = await run_sql(
            session,
            _WAITING,
            after=after,
            now=services.clock.now(),
            window=UPLOAD_WINDOW,
            batch=BATCH,
        )
        return {row.pass_id: row.operator_id for row in rows}
