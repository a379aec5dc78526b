"""A feed is taken in whole or not at all."""

from __future__ import annotations

import asyncio
import zipfile
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from api.errors import DomainError
from api.feeds.importing import import_feed
from api.services import Services
from gtfs.store import read_stop_times
from tests.support import isleta
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def test_stops_routes_trips_and_dates_are_stored_and_the_files_kept(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    source = isleta.feed(tmp_path)
    version = await import_feed(services, isleta.BUS, source)

    assert (version.status, version.imported_at) == ("imported", isleta.NOON)
    assert (version.valid_from_date, version.valid_until_date) == (
        isleta.SERVICE_DATE,
        isleta.SERVICE_DATE,
    )
    assert version.summary["rows"]["trips"] == len(isleta.ALL_DAY)
    stops = await world.rows("SELECT stop_id, name, area_numbers, modes FROM feed_stop ORDER BY 1")
    assert [(s["stop_id"], s["name"], s["area_numbers"], s["modes"]) for s in stops] == [
        ("a", "Stop a", [0], ["bus"]),
        ("b", "Stop b", [0], ["bus"]),
        ("c", "Stop c", [1], ["bus"]),
    ]
    routes = await world.rows("SELECT route_id, short_name, mode FROM feed_route")
    assert routes == [{"route_id": "L1", "short_name": "L1", "mode": "bus"}]
    first = await world.rows(
        "SELECT trip_id, direction_id, departure_seconds FROM feed_trip ORDER BY 3, 2 LIMIT 2"
    )
    assert [(t["direction_id"], t["departure_seconds"]) for t in first] == [(0, 21600), (1, 21600)]
    dates = await world.rows("SELECT service_date, service_id FROM feed_service_date")
    assert dates == [{"service_date": isleta.SERVICE_DATE, "service_id": "day"}]

    assert same_bytes(version.source_url, source)
    assert len(read_stop_times(Path(version.parquet_url))) == 3 * len(isleta.ALL_DAY)


async def test_the_same_file_again_is_the_version_that_exists(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    source = isleta.feed(tmp_path)
    first = await import_feed(services, isleta.BUS, source)
    again = await import_feed(services, isleta.BUS, source)
    assert again.feed_version_id == first.feed_version_id
    assert kept_feeds(world) == [str(first.feed_version_id)]


async def test_the_same_file_from_two_sides_at_once_is_one_version(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    source = isleta.feed(tmp_path)
    both = await asyncio.gather(*(import_feed(services, isleta.BUS, source) for _ in range(2)))
    assert both[0].feed_version_id == both[1].feed_version_id
    assert kept_feeds(world) == [str(both[0].feed_version_id)]


async def test_a_folder_is_a_feed_too_and_is_kept_as_a_zip(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    _, services = isleta_town
    with zipfile.ZipFile(isleta.feed(tmp_path)) as archive:
        archive.extractall(tmp_path / "unpacked")
    version = await import_feed(services, isleta.BUS, tmp_path / "unpacked")
    with zipfile.ZipFile(version.source_url) as kept:
        assert "stops.txt" in kept.namelist()
        assert kept.testzip() is None


async def test_nothing_is_left_when_the_database_refuses_at_the_commit(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    async with isleta.refused_at_commit(world, "feed_version"):
        with pytest.raises(DBAPIError):
            await import_feed(services, isleta.BUS, isleta.feed(tmp_path))
    assert await world.rows("SELECT 1 FROM feed_version") == []
    assert await world.rows("SELECT 1 FROM feed_stop") == []
    assert kept_feeds(world) == []


async def test_nothing_is_left_when_the_lake_cannot_be_written(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    feeds = Path(world.settings.lake_url) / "feeds"
    feeds.parent.mkdir(exist_ok=True)
    feeds.write_text("in the way", encoding="utf-8")
    with pytest.raises(FileExistsError):
        await import_feed(services, isleta.BUS, isleta.feed(tmp_path))
    assert await world.rows("SELECT 1 FROM feed_version") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stops.txt": None}, "missing_required_file"),
        ({"agency.txt": "agency_name\n道南バス\n".encode("shift_jis")}, "not_utf8"),
        ({"../stops.txt": b"stop_id\n"}, "unsafe_path"),
        ({"calendar_dates.txt": b"service_id,date,exception_type\n"}, "feed_without_service"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_code_and_a_sentence(
    isleta_town: tuple[World, Services], tmp_path: Path, changes: dict[str, bytes | None], code: str
) -> None:
    world, services = isleta_town
    bad = isleta.changed_feed(isleta.feed(tmp_path), tmp_path / "bad.zip", changes)
    with pytest.raises(DomainError) as refused:
        await import_feed(services, isleta.BUS, bad)
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert "bad.zip" in refused.value.message.en
    assert await world.rows("SELECT 1 FROM feed_version") == []
    assert kept_feeds(world) == []


async def test_a_feed_needs_an_operator(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    _, services = isleta_town
    with pytest.raises(DomainError) as refused:
        await import_feed(services, "nobody", isleta.feed(tmp_path))
    assert refused.value.code == "no_operator"


def same_bytes(kept: str, source: Path) -> bool:
    return Path(kept).read_bytes() == source.read_bytes()


def kept_feeds(world: World) -> list[str]:
    return sorted(entry.name for entry in (Path(world.settings.lake_url) / "feeds").glob("*"))
