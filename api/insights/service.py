"""What planners read of what jobs left in tables: gaps, cells, stops and boardings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.errors import not_found
from api.feeds.tables import FeedRoute, FeedVersion
from api.insights.tables import BoardingsByHour, CoverageGap, CoverageRun
from api.insights.views import (
    BoardingListView,
    BoardingView,
    GapListView,
    GapView,
)
from api.town.service import get_town
from api.wire import text_view
from fares.reasons import Text

# Published counts of fewer people than this could point at one of them.
SUPPRESSED_BELOW = 10

BOARDINGS_LABEL = Text(
    "定期利用者の乗車数(乗車全体ではありません)",
    "Rides of pass-holders only, not of all passengers",
)

_CELLS = text(
    """
    SELECT geometry::text, properties::text FROM coverage_cell
    WHERE run_id = :run_id ORDER BY cell_id
    """
)
_STOPS = text(
    """
    SELECT f.operator_id, stop_id, name, name_kana, lon, lat, s.modes
    FROM feed_stop s JOIN feed_version f USING (feed_version_id)
    WHERE f.status = 'active' AND lon IS NOT NULL AND lat IS NOT NULL
        AND cardinality(s.modes) > 0
    ORDER BY f.operator_id, stop_id
    """
)


async def read_gaps(
    session: AsyncSession, run: CoverageRun, preset_id: str, limit: int
) -> GapListView:
    """The most pressing areas under a standard; raises 404 `no_preset`."""
    if preset_id not in run.summary["presets"]:
        raise not_found(
            "no_preset",
            "この基準では集計していません。",
            f"This run did not measure {preset_id!r}. It measured: "
            f"{', '.join(run.summary['presets'])}.",
        )
    found = await session.exec(
        select(CoverageGap)
        .where(col(CoverageGap.run_id) == run.run_id, col(CoverageGap.preset_id) == preset_id)
        .order_by(col(CoverageGap.rank))
        .limit(limit)
    )
    return GapListView(items=[msgspec.convert(row.document, GapView) for row in found])


async def read_boardings(session: AsyncSession, service_date: date) -> BoardingListView:
    """Pass-holders by route, direction and hour of a service day."""
    town = await get_town(session)
    found = await session.exec(
        select(BoardingsByHour)
        .where(col(BoardingsByHour.service_date) == service_date)
        .order_by(
            col(BoardingsByHour.operator_id),
            col(BoardingsByHour.route_id),
            col(BoardingsByHour.direction_id),
            col(BoardingsByHour.hour),
        )
    )
    rows = list(found)
    names = await _route_names(session, {row.operator_id for row in rows})
    return BoardingListView(
        label=text_view(BOARDINGS_LABEL),
        suppressed_below=SUPPRESSED_BELOW,
        simulated=town.simulated,
        items=[_boarding_view(row, names) for row in rows],
    )


def _boarding_view(row: BoardingsByHour, names: dict[tuple[str, str], str]) -> BoardingView:
    return BoardingView(
        operator_id=row.operator_id,
        route_id=row.route_id,
        route_name=names.get((row.operator_id, row.route_id), row.route_id),
        direction_id=row.direction_id if row.direction_id >= 0 else None,
        hour=row.hour,
        boardings=row.boardings,
        on_board=row.on_board,
    )


async def _route_names(
    session: AsyncSession, operator_ids: Iterable[str]
) -> dict[tuple[str, str], str]:
    found = await session.exec(
        select(FeedVersion.operator_id, FeedRoute)
        .join(FeedVersion, col(FeedVersion.feed_version_id) == col(FeedRoute.feed_version_id))
        .where(col(FeedVersion.status) == "active", col(FeedVersion.operator_id).in_(operator_ids))
    )
    return {
        (operator_id, route.route_id): route.short_name or route.long_name or route.route_id
        for operator_id, route in found
    }


async def read_stops(session: AsyncSession) -> list[dict[str, Any]]:
    """The stops of every active feed that have coordinates: operator, names, modes, place."""
    rows = await run_sql(session, _STOPS)
    return [dict(row) for row in rows.mappings()]


async def read_cells(session: AsyncSession, run_id: UUID) -> list[tuple[str, str]]:
    """The geometry and properties of a run's cells, each as JSON text, by cell id."""
    rows = await run_sql(session, _CELLS, run_id=run_id)
    return [(row.geometry, row.properties) for row in rows]
