"""Jobs are enqueued with what causes them, and worked off once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.jobs import create_jobs, enqueue, run_jobs
from api.rides.closing import close_overdue
from api.services import Services
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

QUEUED = "SELECT task_name, CAST(status AS text) FROM jobs.procrastinate_jobs"


async def test_a_job_of_a_transaction_that_fails_is_not_enqueued(world: World) -> None:
    with pytest.raises(RuntimeError):
        async with world.database.session() as session:
            await enqueue(session, "export_boardings", service_date="2026-04-08")
            raise RuntimeError
    assert await world.rows(QUEUED) == []


async def test_a_days_rides_leave_the_ledger_by_a_job(world: World) -> None:
    phone = await world.rider()
    rail = await world.reader("mori-rail")
    await rail.tap("gate_in", "rail", phone.code())
    await rail.tap("gate_out", "rail", phone.code())
    async with world.database.session() as session:
        await enqueue(session, "export_boardings", service_date="2026-04-08")
    services = Services(world.settings, world.clock, world.database)
    await run_jobs(create_jobs(services), until_empty=True)
    assert await world.rows(QUEUED) == []
    (row,) = await world.rows('SELECT exported_at IS NOT NULL AS exported FROM "authorization"')
    assert row == {"exported": True}


async def test_a_missed_tap_off_is_closed_by_rule_and_a_stale_hold_expires(world: World) -> None:
    phone = await world.rider()
    rail, taxi = await world.reader("mori-rail"), await world.reader("mori-taxi")
    await rail.tap("gate_in", "rail", phone.code())
    amount = {"amount_minor": 900, "currency": "JPY"}
    await taxi.tap("hold", "taxi", phone.code(), amount=amount, area_numbers=[0])
    assert await close_overdue(world.database, world.clock) == 0
    world.clock.advance(timedelta(hours=5))
    assert await close_overdue(world.database, world.clock) == 2
    assert await close_overdue(world.database, world.clock) == 0
    rows = await world.rows('SELECT mode, status, closed_by FROM "authorization" ORDER BY mode')
    assert rows == [
        {"mode": "rail", "status": "captured", "closed_by": "close"},
        {"mode": "taxi", "status": "expired", "closed_by": "expire"},
    ]
    used = await world.rows("SELECT allowance_id, used FROM usage")
    assert used == [{"allowance_id": "taxi-rides", "used": 0}]
