"""kill -9 of the database and of servers under load: nothing acknowledged is lost or doubled.

`TEIKI_KILLS=100` (with `make test ARGS="tests/api/rides/test_kills.py"`) kills a hundred times.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from api.database import Database
from api.migrations import upgrade
from tests.support.kills import SERVERS, Load, Town, killable_town, under_load
from tests.support.riders import set_up, taps

pytestmark = [pytest.mark.anyio, pytest.mark.database]

KILLS = int(os.environ.get("TEIKI_KILLS", "10"))
RIDERS, LIMIT, TURNS = 60, 5, 7
READERS = 12


async def test_nothing_acknowledged_is_lost_doubled_or_over_the_allowance(tmp_path: Path) -> None:
    with killable_town(tmp_path) as town:
        upgrade(town.postgres.url)
        database = Database(town.postgres.url)
        phones, keys = await set_up(database, RIDERS, TURNS, limit=LIMIT)
        everything = taps(phones, keys)
        for index in range(SERVERS):
            town.start_server(index)
        async with under_load(town, everything, READERS) as load:
            await _kill_again_and_again(town, load, len(everything))
        assert load.retries >= KILLS  # the kills were felt
        assert len(load.answers) == RIDERS * TURNS
        await _check(database, load)
        await database.close()


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
