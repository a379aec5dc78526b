"""kill -9 of the database and of servers under load: nothing acknowledged is lost or doubled.

`TEIKI_KILLS=100` (with `make test ARGS="tests/api/rides/test_kills.py"`) kills a hundred times.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.clock import DemoClock
from api.database import Database
from api.errors import DomainError
from api.migrations import upgrade
from api.services import Services
from api.webhooks.delivery import deliver_due
from api.webhooks.service import set_webhook
from tests.support.kills import SERVERS, Load, Town, killable_town, under_load
from tests.support.kills_server import settings_of
from tests.support.receiver import Receiver, receiving
from tests.support.riders import NOW, set_up, taps

pytestmark = [pytest.mark.anyio, pytest.mark.database, pytest.mark.once]

KILLS = int(os.environ.get("TEIKI_KILLS", "10"))
RIDERS, LIMIT, TURNS = 60, 5, 7
READERS = 12


async def test_nothing_acknowledged_is_lost_doubled_or_over_the_allowance(tmp_path: Path) -> None:
    with killable_town(tmp_path) as town:
        upgrade(town.postgres.url)
        database = Database(town.postgres.url)
        phones, keys = await set_up(database, RIDERS, TURNS, limit=LIMIT)
        everything = taps(phones, keys)
        async with receiving() as receiver:
            services = await _listen(database, receiver)
            for index in range(SERVERS):
                town.start_server(index)
            async with under_load(town, everything, READERS) as load, telling(services, load):
                await _kill_again_and_again(town, load, len(everything))
            await deliver_due(services)
            assert load.retries >= KILLS  # the kills were felt
            assert len(load.answers) == RIDERS * TURNS
            await _check(database, load)
            await _check_told(database, receiver)
        await database.close()


async def _listen(database: Database, receiver: Receiver) -> Services:
    """The operator wants to be told of its rides."""
    settings = settings_of(database.url)
    async with database.session() as session:
        await set_webhook(session, NOW, settings, "bus", receiver.url)
    return Services(settings, DemoClock(NOW), database)


@asynccontextmanager
async def telling(services: Services, load: Load) -> AsyncIterator[None]:
    """Deliver all the while, whatever becomes of the database in the middle of it."""

    async def again_and_again() -> None:
        while True:
            with suppress(SQLAlchemyError, DomainError, OSError):
                await deliver_due(services)
            await load.reached(len(load.answers) + 5)

    delivering = asyncio.create_task(again_and_again())
    try:
        yield
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)


async def _check_told(database: Database, receiver: Receiver) -> None:
    """As many effects as rows, and a row for each ride: none lost, none that never was."""
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT CAST(event_id AS text), CAST(authorization_id AS text), delivered_at "
                "FROM outbox"
            )
        )
        told = {row[0]: row[1] for row in rows if row[2] is not None}
        stored = await connection.execute(
            text('SELECT CAST(authorization_id AS text) FROM "authorization"')
        )
        assert sorted(told.values()) == sorted(stored.scalars())
        assert set(receiver.ids) == set(told)
        assert {e["data"]["authorization_id"] for e in receiver.events} == set(told.values())


async def _kill_again_and_again(town: Town, load: Load, total: int) -> None:
    """Kills spread over the load: each waits until more taps have been answered."""
    for number in range(KILLS):
        await load.reached(total * (number + 1) // (KILLS + 2))
        if number % 2:
            await asyncio.to_thread(town.kill_server, number // 2 % SERVERS)
        else:
            await asyncio.to_thread(town.kill_postgres)


async def _check(database: Database, load: Load) -> None:
    granted = [a for a in load.answers.values() if a["result"] == "granted"]
    refused = Counter(a["reason"] for a in load.answers.values() if a["result"] == "refused")
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text('SELECT CAST(authorization_id AS text), account_id FROM "authorization"')
        )
        stored = {row[0]: row[1] for row in rows}
        used = await connection.execute(text("SELECT used FROM usage"))
        claims = await connection.execute(text("SELECT count(*) FROM authorization_claim"))
        uses = await connection.execute(text("SELECT count(*) FROM pass_use"))
        refusals = await connection.execute(text("SELECT count(*) FROM refusal"))
        assert {a["authorization_id"] for a in granted} == set(stored)
        assert len(granted) == len(stored) == RIDERS * LIMIT
        assert set(Counter(stored.values()).values()) == {LIMIT}
        assert set(used.scalars()) == {LIMIT}
        assert refused == {"allowance_used_up": RIDERS * (TURNS - LIMIT)}
        assert refusals.scalar_one() == sum(refused.values())
        assert claims.scalar_one() == RIDERS * TURNS
        assert uses.scalar_one() == len(granted)
