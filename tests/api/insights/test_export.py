"""Each captured ride reaches the lake exactly once, and nobody with it who has not agreed."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from analytics.boardings import read_boardings
from analytics.facts import coarse_cell, pseudonym_of, read_trip_facts
from api.errors import DomainError
from api.insights.export import ExportedDay, export_day, export_pending
from api.services import Services
from tests.support import isleta
from tests.support.rides import MORNING, add_resident, add_ride
from tests.support.towns import degrees
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
DAY = isleta.SERVICE_DATE


def boardings(world: World, day: date = DAY) -> list[dict[str, Any]]:
    return list(read_boardings(world.settings.lake_url, day, day).to_pyarrow().to_pylist())


def trip_facts(world: World, day: date = DAY) -> list[dict[str, Any]]:
    return list(read_trip_facts(world.settings.lake_url, day, day).to_pyarrow().to_pylist())


async def exported_rides(world: World) -> int:
    (row,) = await world.rows('SELECT count(exported_at) AS n FROM "authorization"')
    return int(row["n"])


async def test_a_ride_over_http_becomes_a_boarding_and_with_consent_a_trip_fact(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    resident = await world.resident()
    await resident.send("PATCH", "/v1/me", {"trip_facts_consent": True})
    phone, bus = await world.phone(resident), await world.reader(isleta.BUS)
    await bus.tap("tap_on", "bus", phone.code(), stop_id="a", route_id="L1", direction_id=0)
    world.clock.advance(timedelta(minutes=16))
    await bus.tap("tap_off", "bus", phone.code(), stop_id="c")

    assert await export_day(services, DAY) == ExportedDay(DAY, boardings=1, trip_facts=1)
    assert boardings(world) == [
        {
            "service_date": DAY,
            "operator_id": isleta.BUS,
            "mode": "bus",
            "route_id": "L1",
            "direction_id": 0,
            "trip_id": None,
            "boarding_stop_id": "a",
            "alighting_stop_id": "c",
            "boarding_hour": 12,
            "persons": 1,
        }
    ]
    (row,) = await world.rows("SELECT account_id FROM resident")
    (key,) = await world.rows("SELECT month, secret FROM trip_fact_key")
    cells = {name: coarse_cell(*reversed(degrees(place))) for name, place in isleta.STOPS.items()}
    assert trip_facts(world) == [
        {
            "service_date": DAY,
            "mode": "bus",
            "origin_cell": cells["a"],
            "destination_cell": cells["c"],
            "boarded_bin": 48,
            "alighted_bin": 49,
            "pseudonym": pseudonym_of(key["secret"], str(row["account_id"])),
        }
    ]
    assert key["month"] == "2023-03"


async def test_consent_counts_from_the_ride_on_and_ends_when_it_is_withdrawn(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    early = await add_resident(world, consent=True)
    await add_ride(world, early)
    await add_ride(world, await add_resident(world, consent=False))
    late = await add_resident(world, consent=True, changed_at=MORNING + timedelta(minutes=1))
    await add_ride(world, late)
    assert (await export_day(services, DAY)) == ExportedDay(DAY, boardings=3, trip_facts=1)

    async with world.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE resident SET trip_facts_consent = false")
    assert (await export_day(services, DAY)) == ExportedDay(DAY, boardings=3, trip_facts=0)


async def test_running_twice_or_at_once_adds_nothing_twice_and_a_late_ride_is_added(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    rider = await add_resident(world, consent=True)
    await add_ride(world, rider)
    await asyncio.gather(*(export_day(services, DAY) for _ in range(3)))
    assert (len(boardings(world)), len(trip_facts(world))) == (1, 1)
    await add_ride(world, rider, MORNING + timedelta(hours=2))
    await export_day(services, DAY)
    assert (len(boardings(world)), len(trip_facts(world))) == (2, 2)
    assert await exported_rides(world) == 2


async def test_dying_after_the_files_and_before_the_commit_is_made_good(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    await add_ride(world, await add_resident(world, consent=True))
    async with isleta.refused_at_commit(world, "boardings_by_hour"):
        with pytest.raises(DBAPIError):
            await export_day(services, DAY)
    assert len(boardings(world)) == 1
    assert await exported_rides(world) == 0

    await export_pending(services)
    assert (len(boardings(world)), len(trip_facts(world))) == (1, 1)
    assert await exported_rides(world) == 1


async def test_only_rides_that_took_place_become_boardings(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    rider = await add_resident(world, consent=True)
    await add_ride(world, rider, boarded_at=None)  # a captured fee for not turning up
    await add_ride(world, rider, status="voided")
    await add_ride(world, rider, status="authorized")
    assert await export_day(services, DAY) == ExportedDay(DAY, boardings=0, trip_facts=0)
    assert await exported_rides(world) == 1


async def test_a_ride_after_midnight_belongs_to_the_hours_past_24(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    rider = await add_resident(world, consent=True)
    after_midnight = datetime.fromisoformat("2023-03-02T01:10:00+00:00")
    await add_ride(world, rider, after_midnight, service_date=DAY)
    await export_pending(services)
    assert [row["boarding_hour"] for row in boardings(world)] == [25]
    assert [row["boarded_bin"] for row in trip_facts(world)] == [25 * 4]


async def test_an_unknown_origin_makes_no_trip_fact_but_a_boarding(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    rider = await add_resident(world, consent=True)
    await add_ride(world, rider, boarding_stop_id=None)
    assert await export_day(services, DAY) == ExportedDay(DAY, boardings=1, trip_facts=0)


async def test_files_keep_no_order_of_riders(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    for minutes in (50, 10, 30):
        rider = await add_resident(world)
        await add_ride(world, rider, MORNING + timedelta(minutes=minutes), route_id=f"L{minutes}")
    await export_day(services, DAY)
    assert [row["route_id"] for row in boardings(world)] == ["L10", "L30", "L50"]


async def test_hours_show_ten_pass_holders_and_not_nine(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    for _ in range(10):
        await add_ride(world, await add_resident(world))
    for _ in range(9):
        await add_ride(world, await add_resident(world), MORNING + timedelta(hours=1))
    await export_day(services, DAY)

    planner = await world.staff("planner")
    answer = await planner.get(f"/v1/insights/boardings?service_date={DAY}")
    assert (answer["suppressed_below"], answer["simulated"]) == (10, True)
    shown = {(i["direction_id"], i["hour"]): i["boardings"] for i in answer["items"]}
    assert (shown[(0, 8)], shown[(0, 9)], shown[(1, 8)]) == (10, None, None)
    # Every hour in which the line runs has a row: a row says nothing about riders.
    assert {hour for _, hour in shown} == set(range(6, 22))
    assert {i["route_name"] for i in answer["items"]} == {"L1"}


async def test_a_day_past_its_retention_is_not_written_again(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    await add_ride(world, await add_resident(world))
    await export_day(services, DAY)
    world.clock.set(datetime.fromisoformat("2023-04-15T12:00:00+00:00"))
    with pytest.raises(DomainError) as refused:
        await export_day(services, DAY)
    assert refused.value.code == "day_closed"
    assert len(boardings(world)) == 1
