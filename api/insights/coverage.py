"""Measuring the town's coverage over its active feeds, and leaving it for planners to read.

Computes in a worker; the web server reads what this stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from sqlalchemy import delete, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import copy_rows, run_sql
from api.errors import DomainError, conflict
from api.feeds.tables import list_active_feeds
from api.insights.labels import run_label
from api.insights.tables import BackdropLayer, CoverageRun
from api.insights.town_files import find_town_files
from api.lake import local_copy
from api.services import Services
from api.settings import Settings
from api.town.document import TownDocument
from api.town.service import get_town
from fares.reasons import Text

if TYPE_CHECKING:
    from analytics.coverage import CoverageRequest

HOUR = 3600
Window = tuple[int, int]
Progress = Callable[[str], AbstractContextManager[Any]]
# Each standard's own hours; then the parts of a day that a council asks about.
DAY_PARTS: tuple[Window | None, ...] = (
    None,
    (7 * HOUR, 9 * HOUR),
    (13 * HOUR, 15 * HOUR),
    (17 * HOUR, 19 * HOUR),
)


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The town's data on this machine."""

    town: TownDocument
    feeds: tuple[Path, ...]
    streets: Path | None
    streets_sha256: str | None
    population: Path | None
    cache_dir: Path


@dataclass(frozen=True, slots=True)
class _Measured:
    """One window as it is stored; rows of JSON text."""

    run: CoverageRun
    cells: list[tuple[Any, ...]]
    gaps: list[tuple[Any, ...]]


def silently(_: str) -> AbstractContextManager[None]:
    """Show no progress."""
    return nullcontext()


async def run_coverage(
    services: Services,
    service_date: date,
    windows: Sequence[Window | None] = DAY_PARTS,
    progress: Progress = silently,
) -> list[CoverageRun]:
    """Measure a date in some windows (service seconds; None: each standard's own hours).

    The new runs take the place of those of the same date and windows at once. Raises 409
    `no_town` or `no_active_feed`, and 400 with the code of what could not be measured.
    """
    now = services.clock.now()
    async with services.database.session() as session:
        inputs = await _gather(session, services.settings)
    measured = [
        await asyncio.to_thread(_measure, inputs, now, service_date, window, progress)
        for window in windows
    ]
    async with services.database.session() as session:
        await _replace(session, measured)
        await _renew_backdrop(session, now, inputs)
    return [one.run for one in measured]


async def _gather(session: AsyncSession, settings: Settings) -> _Inputs:
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

    return _Inputs(
        town=town,
        feeds=tuple([await fetch(feed.source_url) for feed in feeds]),
        streets=await fetch(files.streets.url) if files.streets else None,
        streets_sha256=files.streets.sha256 if files.streets else None,
        population=await fetch(files.population.url) if files.population else None,
        cache_dir=cache_dir,
    )


def _measure(
    inputs: _Inputs, now: datetime, service_date: date, window: Window | None, progress: Progress
) -> _Measured:
    # The extra `analytics` is only where jobs run.
    from analytics.coverage import measure_coverage
    from analytics.problems import InputError
    from api.insights.cells import cell_rows, gap_rows
    from gtfs.notices import FeedError

    try:
        result = measure_coverage(_request(inputs, service_date, window), progress)
    except (InputError, FeedError) as error:
        message = Text(f"集計できません: {error.message}", error.message)
        raise DomainError(error.code, message) from error
    label = run_label(service_date, window)
    run = CoverageRun(
        run_id=uuid4(),
        service_date=service_date,
        window_from_seconds=window[0] if window else None,
        window_to_seconds=window[1] if window else None,
        label_ja=label.ja,
        label_en=label.en,
        summary=result.summary,
        computed_at=now,
    )
    return _Measured(run, cell_rows(run.run_id, result), gap_rows(run.run_id, result))


def _request(inputs: _Inputs, service_date: date, window: Window | None) -> CoverageRequest:
    from analytics.coverage import CoverageRequest
    from analytics.standards import STANDARDS

    population = inputs.town.population
    # Without streets only the rules that are stated as straight lines can be measured.
    straight = tuple(key for key, standard in STANDARDS.items() if standard.straight_line)
    return CoverageRequest(
        gtfs=inputs.feeds,
        date=service_date,
        streets=inputs.streets,
        population=inputs.population,
        window=window,
        presets=straight if inputs.population and not inputs.streets else (),
        cache_dir=inputs.cache_dir,
        population_modelled=population.modelled if population else None,
        population_note=population.note.en if population and population.note else None,
        attribution=tuple(msgspec.to_builtins(inputs.town.attribution)),
    )


def _backdrop(streets: Path, cache_dir: Path) -> bytes:
    from analytics.streets import walk_network
    from api.insights.backdrop import streets_geojson

    return streets_geojson(walk_network(streets, cache_dir))


async def _replace(session: AsyncSession, measured: Sequence[_Measured]) -> None:
    # Two measurements of one day would otherwise both find nothing to replace.
    await run_sql(session, text("SELECT pg_advisory_xact_lock(hashtext('coverage_run'))"))
    for one in measured:
        run = one.run
        await run_sql(
            session,
            delete(CoverageRun).where(
                col(CoverageRun.service_date) == run.service_date,
                col(CoverageRun.window_from_seconds).is_not_distinct_from(run.window_from_seconds),
                col(CoverageRun.window_to_seconds).is_not_distinct_from(run.window_to_seconds),
            ),
        )
        session.add(run)
        await session.flush()
        columns = ("run_id", "cell_id", "geometry", "properties")
        await copy_rows(session, "coverage_cell", columns, one.cells)
        columns = ("run_id", "preset_id", "rank", "document")
        await copy_rows(session, "coverage_gap", columns, one.gaps)


async def _renew_backdrop(session: AsyncSession, now: datetime, inputs: _Inputs) -> None:
    """Draw the streets anew when they are others than those drawn."""
    layer = await session.get(BackdropLayer, "streets")
    if layer is not None and layer.source_sha256 != inputs.streets_sha256:
        await session.delete(layer)
        await session.flush()
        layer = None
    if layer is None and inputs.streets is not None and inputs.streets_sha256 is not None:
        session.add(
            BackdropLayer(
                layer_id="streets",
                source_sha256=inputs.streets_sha256,
                geojson=await asyncio.to_thread(_backdrop, inputs.streets, inputs.cache_dir),
                computed_at=now,
            )
        )
