"""Many uploads at once, at several desks: locks keep them apart, and each ride happens once."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from api.offline.intake import Intake, Receipt
from api.rides.desk import Desk
from api.services import Services
from tests.support.offline_reader import register, wire
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
DESKS, UPLOADS = 3, 12


async def test_uploads_at_once_store_and_judge_each_record_once(world: World) -> None:
    phones = [await world.rider() for _ in range(3)]
    readers = [await register(world) for _ in range(2)]
    for _ in range(4):
        for phone in phones:
            for reader in readers:
                reader.record(phone.code())
            world.clock.advance(timedelta(minutes=5))
    sent = [tuple(wire(each).values()) for reader in readers for each in reader.kept]
    chance = random.Random(7)
    services = Services(world.settings, world.clock, world.database)
    async with AsyncExitStack() as stack:
        desks = [Desk(world.database, world.clock) for _ in range(DESKS)]
        for desk in desks:
            await stack.enter_async_context(desk.running())
        receipts = await asyncio.gather(
            *(
                Intake(services, desks[n % DESKS]).take_in(
                    "mori-bus", [(a, b) for a, b in chance.sample(sent, len(sent) * 3 // 4)]
                )
                for n in range(UPLOADS)
            )
        )
    accepted = [each for some in receipts for each in some if each.result == "accepted"]
    assert len({each.name for each in accepted}) == len(accepted)
    assert all(each.reason is None for some in receipts for each in some)
    await every_ride_is_there_once(world, accepted)


async def every_ride_is_there_once(world: World, accepted: list[Receipt]) -> None:
    rides = await world.rows(
        "SELECT r.record_id, r.authorization_id, a.status FROM offline_record r "
        'JOIN "authorization" a USING (authorization_id)'
    )
    assert len(rides) == len(accepted) == len({ride["authorization_id"] for ride in rides})
    assert {ride["status"] for ride in rides} == {"captured"}
    assert {ride["record_id"] for ride in rides} == {each.record_id for each in accepted}
    (all_rides,) = await world.rows('SELECT count(*) AS n FROM "authorization"')
    (entries,) = await world.rows("SELECT count(DISTINCT record_id) AS n FROM offline_outcome")
    assert all_rides["n"] == entries["n"] == len(accepted)


async def test_a_code_asked_about_and_recorded_at_once_is_one_ride(world: World) -> None:
    phone = await world.rider()
    bus, other = await register(world), await register(world)
    for _ in range(6):
        code = phone.code()
        await asyncio.gather(
            other.online.tap("tap_on", "bus", code), bus.upload(bus.record(code)), asyncio.sleep(0)
        )
        world.clock.advance(timedelta(minutes=4))
    uses = await world.rows("SELECT counter FROM pass_use")
    rides = await world.rows('SELECT authorization_id FROM "authorization"')
    paid = await world.rows("SELECT DISTINCT record_id FROM offline_outcome WHERE bearer = 'plan'")
    granted = await world.rows(
        "SELECT 1 FROM authorization_claim WHERE answer ->> 'result' = 'granted'"
    )
    assert len(uses) == len(rides) == 6
    assert len(paid) + len(granted) == 6
