"""Measuring the town's coverage over its active feeds, and leaving it for planners to read.

Computes in a worker; the web server reads what this stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import copy_rows, run_sql
from api.insights.inputs import TownInputs, gather_inputs
from api.insights.labels import Window
from api.insights.tables import BackdropLayer, CoverageRun
from api.services import Services

if TYPE_CHECKING:
    from api.insights.measuring import Measured

HOUR = 3600
Progress = Callable[[str], AbstractContextManager[Any]]
# Each standard's own hours; then the parts of a day that a council asks about.
DAY_PARTS: tuple[Window | None, ...] = (
    None,
    (7 * HOUR, 9 * HOUR),
    (13 * HOUR, 15 * HOUR),
    (17 * HOUR, 19 * HOUR),
)


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
        inputs = await gather_inputs(session, services.settings)
    measured = [
        await asyncio.to_thread(_measure, inputs, now, service_date, window, progress)
        for window in windows
    ]
    async with services.database.session() as session:
        await _replace(session, measured)
        await _renew_backdrop(session, now, inputs)
    return [one.run for one in measured]


def _measure(
    inputs: TownInputs, now: datetime, service_date: date, window: Window | None, progress: Progress
) -> Measured:
    # Analysis is imported where it happens: the process may serve as well.
    from api.insights.measuring import measure

    return measure(inputs, now, service_date, window, progress)


def _backdrop(streets: Path, cache_dir: Path) -> bytes:
    from analytics.streets import walk_network
    from api.insights.backdrop import streets_geojson

    return streets_geojson(walk_network(streets, cache_dir))


async def _replace(session: AsyncSession, measured: Sequence[Measured]) -> None:
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


async def _renew_backdrop(session: AsyncSession, now: datetime, inputs: TownInputs) -> None:
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
