"""The town's own files (streets, population), kept in the lake so that any worker finds them."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel.ext.asyncio.session import AsyncSession

from api.insights.tables import TownFile
from api.lake import exists, place, put_folder
from api.settings import Settings
from api.town.document import TownDocument, bad_catalogue

STREETS, POPULATION = "streets", "population"


@dataclass(frozen=True, slots=True)
class TownFiles:
    """Where the files are; None for one that the town does not have."""

    streets: TownFile | None
    population: TownFile | None


async def store_town_files(
    session: AsyncSession, settings: Settings, now: datetime, town: TownDocument, folder: Path
) -> TownFiles:
    """Copy what the catalogue names from its `folder` into the lake and note where it is.

    The same bytes again change nothing. Raises 400 `bad_catalogue` for a file that is not
    there or lies outside the folder.
    """
    named = {
        STREETS: town.streets,
        POPULATION: town.population.file if town.population else None,
    }
    for kind, name in named.items():
        row = await session.get(TownFile, kind)
        if name is None:
            if row is not None:
                await session.delete(row)
            continue
        path = _inside(folder, name)
        sha256, url = await asyncio.to_thread(_store, settings, town.town_id, path)
        if row is None:
            row = TownFile(kind=kind, url=url, sha256=sha256, stored_at=now)
            session.add(row)
        elif row.sha256 != sha256:
            row.stored_at = now
        row.url, row.sha256 = url, sha256
    await session.flush()
    return await find_town_files(session)


async def find_town_files(session: AsyncSession) -> TownFiles:
    """Where the town's files are."""
    return TownFiles(
        streets=await session.get(TownFile, STREETS),
        population=await session.get(TownFile, POPULATION),
    )


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise bad_catalogue(f"there is no file {name} beside the catalogue.")
    return path


def _store(settings: Settings, town_id: str, path: Path) -> tuple[str, str]:
    """Copy a file under its hash: what a place in the lake holds never changes."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    url = place(settings.lake_url, "town", town_id, sha256[:32])
    if not exists(url):
        with TemporaryDirectory(prefix="teiki-town-") as staged:
            shutil.copyfile(path, Path(staged) / path.name)
            put_folder(Path(staged), url)
    return sha256, f"{url}/{path.name}"
