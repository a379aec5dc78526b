"""Isleta: a made-up town as files, with a feed, streets and people, and the world around it.

Places are in metres from the middle (see `towns`). Everybody lives along one street of 2 km:
200 people by each stop, and 100 far from all of them. The service day is 2023-03-01.
"""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from api.feeds.importing import import_feed
from api.feeds.service import activate_feed
from api.insights.town_files import store_town_files
from api.services import Services
from api.town.service import get_town
from tests.support.towns import (
    Trip,
    Way,
    degrees,
    every,
    write_feed,
    write_population,
    write_streets,
)
from tests.support.world import World, open_world

SERVICE_DATE = date(2023, 3, 1)
NOON = datetime(2023, 3, 1, 12, 0, tzinfo=UTC)
BUS = "isleta-bus"
STOPS = {"a": (-800.0, 0.0), "b": (0.0, 0.0), "c": (400.0, 0.0)}
# Every ten minutes from 6 to 22, both ways.
ALL_DAY = [*every(10, "L1", "abc", (6, 22)), *every(10, "L1", "cba", (6, 22), direction=1)]


def area(number: int, west: float, east: float) -> dict[str, Any]:
    """An area between two distances from the middle."""
    ring = [(west, -3000.0), (east, -3000.0), (east, 3000.0), (west, 3000.0)]
    return {
        "area_number": number,
        "name": {"ja": f"{number}区", "en": f"Area {number}"},
        "polygon": [degrees(corner) for corner in [*ring, ring[0]]],
    }


def catalogue(**changes: Any) -> dict[str, Any]:
    """The town's catalogue: area 0 holds the stops a and b, area 1 the stop c."""
    return {
        "town_id": "isleta",
        "name": {"ja": "イスレタ", "en": "Isleta"},
        "currency": "JPY",
        "time_zone": "Atlantic/Canary",
        "center": degrees((0, 0)),
        "simulated": True,
        "areas": [area(0, -3000, 200), area(1, 200, 3000)],
        "operators": [
            {
                "operator_id": BUS,
                "name": {"ja": "イスレタバス", "en": "Isleta Bus"},
                "modes": ["bus"],
                "tap_off": "optional",
                "tariff": {"kind": "flat", "amount_minor": 140, "source": "test"},
            }
        ],
        "concessions": [
            {
                "rider_category": "senior",
                "policy": {
                    "ja": "65歳以上の人。生年月日の分かる書類を見ます。",
                    "en": "Everybody aged 65 and over. We look at a document with a date of birth.",
                },
                "months": 12,
            }
        ],
        "attribution": [{"title": "Made up", "licence": "none"}],
        "streets": "streets.osm",
        "population": {"file": "people.csv", "modelled": True},
        **changes,
    }


def write_files(folder: Path) -> None:
    """The files that the catalogue names."""
    nodes = {"a": (-1000.0, 0.0), "b": (1000.0, 0.0), "c": (2500.0, 0.0)}
    write_streets(folder / "streets.osm", nodes, [Way("abc")])
    homes = [(place, 200.0) for place in STOPS.values()]
    write_population(folder / "people.csv", [*homes, ((2400.0, 0.0), 100.0)])


def feed(folder: Path, trips: Sequence[Trip] = tuple(ALL_DAY), name: str = "bus.zip") -> Path:
    """The bus company's feed as a zip."""
    return write_feed(folder / name, STOPS, trips)


def changed_feed(source: Path, target: Path, changes: Mapping[str, bytes | None]) -> Path:
    """A copy of a feed with some files replaced, added, or left out (None)."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            if name not in changes:
                after.writestr(name, before.read(name))
        for name, content in changes.items():
            if content is not None:
                after.writestr(name, content)
    return target


def services_of(world: World) -> Services:
    """What jobs and commands work with."""
    return Services(world.settings, world.clock, world.database)


@asynccontextmanager
async def open_isleta(
    url: str, tmp_path: Path, **changes: Any
) -> AsyncIterator[tuple[World, Services]]:
    """The application with Isleta's catalogue and files, before any feed."""
    document = catalogue(**changes)
    files = tmp_path / "catalogue"
    files.mkdir()
    write_files(files)
    async with open_world(url, tmp_path, at=NOON, town=document) as world:
        services = services_of(world)
        await store_files(services, files)
        yield world, services


async def store_files(services: Services, folder: Path, people: bytes | None = None) -> None:
    """Put the town's files into the lake, perhaps with another population."""
    if people is not None:
        await asyncio.to_thread((folder / "people.csv").write_bytes, people)
    async with services.database.session() as session:
        town = await get_town(session)
        await store_town_files(session, services.settings, services.clock.now(), town, folder)


async def add_feed(services: Services, source: Path) -> UUID:
    """Import the feed and put it in force."""
    version = await import_feed(services, BUS, source)
    async with services.database.session() as session:
        await activate_feed(session, services.clock.now(), version.feed_version_id)
    return version.feed_version_id


@asynccontextmanager
async def refused_at_commit(world: World, table: str) -> AsyncIterator[None]:
    """Let every transaction that writes to `table` fail as it commits."""
    async with world.database.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'refused by the test'; END $$"
            )
        )
        await connection.execute(
            text(
                f"CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON {table} "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )
    try:
        yield
    finally:
        async with world.database.engine.begin() as connection:
            await connection.execute(text("DROP FUNCTION refuse CASCADE"))
