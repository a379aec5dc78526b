"""Outcomes become final when no record can be on time any more, and then never change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.insights.retention import clear_expired
from api.offline.finalising import judge_waiting
from api.offline.intake import Intake
from api.rides.desk import Desk
from api.services import Services
from tests.support.offline_reader import register, wire
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
PAID = "plan: plan:mode:bus"
FINAL = "plan finally: plan:mode:bus"


def services(world: World) -> Services:
    return Services(world.settings, world.clock, world.database)


async def certificate_ends(world: World) -> timedelta:
    """How long from now until a day's certificate has ended."""
    (row,) = await world.rows("SELECT max(valid_until_at) AS ends_at FROM pass_certificate")
    left: timedelta = row["ends_at"] - world.clock.now()
    return left


async def test_final_72_hours_after_the_certificate_ends(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    first = bus.record(phone.code())
    world.clock.advance(timedelta(minutes=10))
    second = bus.record(phone.code())
    assert await bus.outcomes(first, second) == [PAID] * 2
    world.clock.advance(await certificate_ends(world) + timedelta(hours=72, seconds=-1))
    assert await judge_waiting(services(world)) == 0
    assert await bus.outcomes(first) == [PAID]
    world.clock.advance(timedelta(seconds=1))
    assert await judge_waiting(services(world)) == 1
    assert await judge_waiting(services(world)) == 0
    assert await bus.outcomes(first, second) == [FINAL] * 2
    path = "/v1/offline-records?service_date=2026-04-08"
    for item in (await bus.online.client.get(path)).json()["items"]:
        assert [entry["final"] for entry in item["history"]] == [False, True]


async def test_a_record_that_is_late_changes_nothing_that_is_final(world: World) -> None:
    phone = await world.rider()
    bus, slow = await register(world), await register(world)
    code = phone.code()
    earlier = slow.record(code)
    world.clock.advance(timedelta(seconds=20))
    on_time = bus.record(code)
    assert await bus.outcomes(on_time) == [PAID]
    world.clock.advance(await certificate_ends(world) + timedelta(hours=72))
    await judge_waiting(services(world))
    before = await world.rows('SELECT * FROM "authorization"')
    assert await slow.outcomes(earlier) == ["operator finally: late"]
    assert await bus.outcomes(on_time) == [FINAL]
    assert await world.rows('SELECT * FROM "authorization"') == before


async def test_late_before_the_certificate_is_final(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code())
    world.clock.advance(timedelta(hours=72, seconds=1))
    assert await bus.outcomes(record) == ["operator: late"]


async def test_what_a_busy_desk_could_not_judge_is_judged_by_a_job(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    sent = wire(bus.record(phone.code()))
    desk = Desk(world.database, world.clock, queue_limit=0)
    async with desk.running():
        intake = Intake(services(world), desk)
        (receipt,) = await intake.take_in("mori-bus", [(sent["record"], sent["signature"])])
    assert receipt.result == "accepted"
    assert await world.rows("SELECT * FROM offline_outcome") == []
    assert await judge_waiting(services(world)) == 1
    assert await bus.outcomes() == [PAID]


async def test_a_ride_lost_with_its_server_comes_back_under_its_own_id(world: World) -> None:
    """A backup restored: what the server had granted since then, readers still hold."""
    phone = await world.rider()
    bus = await register(world)
    code, key = phone.code(), "0f8fad5b-d9cb-469f-a165-708677289511"
    granted = await bus.online.tap("tap_on", "bus", code, key=key)
    record = bus.record(code, online_key=key, why="online")
    for table in ('"authorization"', "authorization_claim", "pass_use"):
        await world.change(f"DELETE FROM {table}")
    assert await bus.outcomes(record) == [PAID]
    (ride,) = await world.rows('SELECT authorization_id FROM "authorization"')
    assert str(ride["authorization_id"]) == granted["authorization_id"]


async def test_whose_ride_a_record_was_is_forgotten_with_its_stop(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code(), stop_id="1204")
    await bus.upload(record)
    world.clock.advance(timedelta(days=5))
    await judge_waiting(services(world))
    await clear_expired(services(world))
    (row,) = await world.rows("SELECT * FROM offline_record")
    assert row["body"] is not None
    world.clock.advance(timedelta(days=40))
    await clear_expired(services(world))
    (row,) = await world.rows("SELECT * FROM offline_record")
    assert [row[name] for name in ("body", "signature", "pass_id", "authorization_id")] == [
        None
    ] * 4
    assert row["decided_at"].hour == 0
    (use,) = await world.rows("SELECT unix_seconds FROM pass_use")
    assert use["unix_seconds"] is None
    assert await bus.outcomes(record) == [FINAL]
