"""What a measurement works on: the active feeds and the town's files, on this machine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import conflict
from api.feeds.tables import list_active_feeds
from api.insights.town_files import find_town_files
from api.lake import local_copy
from api.settings import Settings
from api.town.document import TownDocument
from api.town.service import get_town


@dataclass(frozen=True, slots=True)
class TownInputs:
    """The town's data as paths; None for what the town does not have."""

    town: TownDocument
    feeds: tuple[Path, ...]
    streets: Path | None
    streets_sha256: str | None
    population: Path | None
    cache_dir: Path


async def gather_inputs(session: AsyncSession, settings: Settings) -> TownInputs:
    """Find the town's data, copied here where the lake is elsewhere.

    Raises 409 `no_town` or `no_active_feed`.
    """
    town = await get_town(session)
    feeds = await list_active_feeds(session)
    if not feeds:
        raise conflict(
            "no_active_feed",
            "有効なフィードがありません。",
            "No feed is active. Import one with `teiki feeds import FILE --activate`.",
        )
    files = await find_town_files(session)
    cache_dir = settings.data_dir / "cache"

    async def fetch(url: str) -> Path:
        return await asyncio.to_thread(local_copy, url, cache_dir)

    return TownInputs(
        town=town,
        feeds=tuple([await fetch(feed.source_url) for feed in feeds]),
        streets=await fetch(files.streets.url) if files.streets else None,
        streets_sha256=files.streets.sha256 if files.streets else None,
        population=await fetch(files.population.url) if files.population else None,
        cache_dir=cache_dir,
    )
