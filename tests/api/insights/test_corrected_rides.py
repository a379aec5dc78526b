"""A ride put right after it left the ledger is put right in the lake too, and later forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analytics.boardings import read_boardings
from api.insights.export import export_day, export_pending
from api.insights.retention import clear_expired
from api.services import Services
from tests.support.world import NOON, PLAN, Reader, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
DAY = NOON.date()


async def group_ride(world: World, bus: Reader) -> str:
    """A captured bus ride of three people."""
    await world.publish(PLAN | {"plan_id": "group", "companions": 2, "transfer_minutes": 30})
    phone = await world.phone(await world.resident("group"))
    on = await bus.tap("tap_on", "bus", phone.code(), companions=2)
    await bus.tap("tap_off", "bus", phone.code())
    return str(on["authorization_id"])


def in_the_lake(services: Services) -> list[int]:
    table = read_boardings(services.settings.lake_url, DAY, DAY)
    return [row["persons"] for row in table.to_pyarrow().to_pylist()]


async def pending(services: Services) -> list[Any]:
    return [day.service_date for day in await export_pending(services)]


async def test_an_exported_ride_that_is_adjusted_or_voided_is_exported_once_more(
    world: World,
) -> None:
    services = Services(world.settings, world.clock, world.database)
    bus = await world.reader("mori-bus")
    ride = await group_ride(world, bus)
    await export_day(services, DAY)
    assert (in_the_lake(services), await pending(services)) == ([3], [])
    await bus.step(ride, "adjust", note="one went on foot", companions=1)
    assert (await pending(services), in_the_lake(services)) == ([DAY], [2])
    await bus.step(ride, "void", note="nobody rode")
    assert (await pending(services), in_the_lake(services)) == ([DAY], [])
    assert await pending(services) == []


async def test_what_was_put_right_is_forgotten_with_the_rides_traces(world: World) -> None:
    services = Services(world.settings, world.clock, world.database)
    bus = await world.reader("mori-bus")
    ride = await group_ride(world, bus)
    await bus.step(ride, "adjust", note="one went on foot", companions=1)
    world.clock.advance(timedelta(days=60))
    await clear_expired(services)
    (row,) = await world.rows(
        "SELECT journey_id, changes, corrected_by, corrected_at, note, amount_minor "
        'FROM "authorization" JOIN ride_correction USING (account_id, authorization_id)'
    )
    assert (row["journey_id"], row["changes"], row["corrected_by"].int) == (None, {}, 0)
    assert row["corrected_at"].date() == DAY
    assert (row["note"], row["amount_minor"]) == ("one went on foot", -210)
