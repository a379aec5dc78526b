"""One version of an operator's feed is in force at any time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from api.errors import DomainError
from api.feeds.areas import locate_active_stops
from api.feeds.importing import import_feed
from api.feeds.service import activate_feed, rollback_feed
from api.feeds.tables import FeedVersion
from api.services import Services
from api.town.document import town_from_document
from api.town.service import import_town
from tests.support import isleta
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

BAD_COLOR = {
    "routes.txt": b"route_id,agency_id,route_short_name,route_type,route_color\nL1,A,L1,3,blue\n"
}


async def imported(services: Services, folder: Path, trips: int = len(isleta.ALL_DAY)) -> UUID:
    source = isleta.feed(folder, isleta.ALL_DAY[:trips], f"{trips}.zip")
    return (await import_feed(services, isleta.BUS, source)).feed_version_id


async def activate(services: Services, version: UUID, reason: str | None = None) -> FeedVersion:
    services.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]  # the world's clock
    async with services.database.session() as session:
        return await activate_feed(session, services.clock.now(), version, reason)


async def rollback(services: Services) -> UUID:
    services.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]  # the world's clock
    async with services.database.session() as session:
        return (await rollback_feed(session, services.clock.now(), isleta.BUS)).feed_version_id


async def active(world: World) -> list[UUID]:
    rows = await world.rows("SELECT feed_version_id FROM feed_version WHERE status = 'active'")
    return [row["feed_version_id"] for row in rows]


async def revision(world: World) -> int:
    (row,) = await world.rows("SELECT network_revision FROM town")
    return int(row["network_revision"])


async def test_a_version_takes_the_place_of_the_one_before_and_workers_are_told(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    first, second = await imported(services, tmp_path, 10), await imported(services, tmp_path, 20)
    before = await revision(world)
    await activate(services, first)
    await activate(services, second)
    assert await active(world) == [second]
    assert await revision(world) == before + 2
    again = await activate(services, second)
    assert again.status == "active"
    assert await revision(world) == before + 2


async def test_a_feed_that_breaks_the_reference_needs_a_reason_which_is_kept(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    source = isleta.changed_feed(isleta.feed(tmp_path), tmp_path / "blue.zip", BAD_COLOR)
    version = (await import_feed(services, isleta.BUS, source)).feed_version_id
    with pytest.raises(DomainError) as refused:
        await activate(services, version, "  ")
    assert (refused.value.code, refused.value.status) == ("feed_has_errors", 409)
    assert refused.value.errors[0]["path"] == "routes.txt:2"
    assert await active(world) == []

    active_one = await activate(services, version, "colours are not shown")
    assert active_one.override_reason == "colours are not shown"
    assert await active(world) == [version]


async def test_two_at_once_leave_exactly_one_active(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    versions = [await imported(services, tmp_path, count) for count in (10, 20, 30)]
    await asyncio.gather(*(activate(services, version) for version in versions))
    assert len(await active(world)) == 1


async def test_rollback_returns_to_the_version_before_and_a_second_undoes_it(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    first, second = await imported(services, tmp_path, 10), await imported(services, tmp_path, 20)
    await activate(services, first)
    await activate(services, second)
    assert await rollback(services) == first
    assert await active(world) == [first]
    assert await rollback(services) == second


async def test_there_is_nothing_to_roll_back_to_at_first(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    _, services = isleta_town
    await activate(services, await imported(services, tmp_path))
    with pytest.raises(DomainError) as refused:
        await rollback(services)
    assert refused.value.code == "no_earlier_feed"


async def test_stops_follow_when_the_town_draws_its_areas_anew(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    waiting, running = await imported(services, tmp_path, 10), await imported(services, tmp_path)
    await activate(services, running)
    redrawn = isleta.catalogue(areas=[isleta.area(0, -3000, 3000), isleta.area(1, 200, 3000)])
    async with services.database.session() as session:
        await import_town(session, services.clock.now(), town_from_document(redrawn))
        assert await locate_active_stops(session) == 1
    assert await areas_of(world, running) == {"a": [0], "b": [0], "c": [0, 1]}
    assert await areas_of(world, waiting) == {"a": [0], "b": [0], "c": [1]}
    await activate(services, waiting)
    assert await areas_of(world, waiting) == {"a": [0], "b": [0], "c": [0, 1]}


async def areas_of(world: World, version: UUID) -> dict[str, list[int]]:
    query = "SELECT stop_id, area_numbers FROM feed_stop WHERE feed_version_id = :version"
    return {r["stop_id"]: r["area_numbers"] for r in await world.rows(query, version=version)}
