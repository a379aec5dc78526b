"""Many taps race for a small allowance through two desks: exactly the allowance is granted.

`TEIKI_SEEDS=1000` runs as many orders; each shuffles the taps and who takes them.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import text

from api.clock import DemoClock
from api.database import Database
from api.rides.desk import Desk
from api.rides.requests import Caller, Tap, TapAction
from fares.modes import Mode
from fares.passes import VerifiedPass
from fares.passes.certificate import read_certificate
from tests.support.riders import NOW, Phone, set_up
from tests.support.world import empty, upgrade_once

pytestmark = [pytest.mark.anyio, pytest.mark.database]

SEEDS = int(os.environ.get("TEIKI_SEEDS", "12"))
RACERS, ALLOWANCE = 200, 10


async def test_two_hundred_racers_share_exactly_what_there_is(database_url: str) -> None:
    upgrade_once(database_url)
    database, other = Database(database_url), Database(database_url)
    await empty(database)
    phones, _ = await set_up(database, SEEDS, 0, limit=ALLOWANCE)
    clock = DemoClock(NOW)
    first, second = Desk(database, clock), Desk(other, clock)
    async with first.running(), second.running():
        for seed, phone in enumerate(phones):
            granted = await _race(random.Random(seed), phone, [first, second])
            assert granted == {"granted": ALLOWANCE, "refused": RACERS - ALLOWANCE}, seed
    async with database.engine.connect() as connection:
        used = await connection.execute(text("SELECT used FROM usage"))
        assert list(used.scalars()) == [ALLOWANCE] * SEEDS
    await database.close()
    await other.close()


async def _race(chance: random.Random, phone: Phone, desks: list[Desk]) -> Counter[str]:
    claims = read_certificate(phone.certificate).claims
    issued = sha256(phone.certificate).digest()
    racers = [
        Tap(
            # Each at its own reader: at one and the same it would be a pass handed back.
            caller=Caller("bus", uuid4(), uuid4().hex, b"", NOW),
            action=TapAction.TAP_ON,
            mode=Mode.BUS,
            verified=VerifiedPass(claims, issued, b"", int(NOW.timestamp()), counter, None),
        )
        for counter in range(RACERS)
    ]
    chance.shuffle(racers)
    answers = await asyncio.gather(*(chance.choice(desks).submit(racer) for racer in racers))
    return Counter(answer.document["result"] for answer in answers)
