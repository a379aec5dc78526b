"""What planners may choose and read: runs, gaps and boardings, from what jobs left in tables."""

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
from api.insights.labels import day_type, service_time
from api.insights.tables import BoardingsByHour, CoverageGap, CoverageRun, list_runs
from api.insights.views import (
    BoardingListView,
    BoardingView,
    GapListView,
    GapView,
    MeasureView,
    OptionsView,
    PopulationView,
    PresetView,
    RunView,
    WindowView,
)
from api.town.document import TownDocument
from api.town.routes import AttributionView
from api.town.service import get_town
from api.wire import TextView, text_view
from fares.reasons import Text

# Published counts of fewer people than this could point at one of them.
SUPPRESSED_BELOW = 10

MEASURES = {
    "population": (Text("居住人口", "Residents"), "people"),
    "departures_per_hour": (
        Text("徒歩圏の1時間あたり本数", "Departures per hour within a walk"),
        "departures/hour",
    ),
    "best_stop_departures_per_hour": (
        Text("最も便利な停留所の1時間あたり本数", "Departures per hour at the best stop"),
        "departures/hour",
    ),
    "walk_meters_bus": (Text("バス停までの徒歩距離", "Walk to the nearest bus stop"), "meters"),
    "walk_meters_tram": (
        Text("路面電車の停留場までの徒歩距離", "Walk to the nearest tram stop"),
        "meters",
    ),
    "walk_meters_rail": (
        Text("鉄道駅までの徒歩距離", "Walk to the nearest railway station"),
        "meters",
    ),
    "walk_meters_ferry": (Text("港までの徒歩距離", "Walk to the nearest port"), "meters"),
}
NO_STREETS = Text(
    "道路データがないため、徒歩距離は集計していません。",
    "There is no street data for this town: walks are not measured.",
)
NO_POPULATION = Text(
    "人口データがないため、人口カバー率は集計していません。",
    "There is no population data for this town: shares of people are not measured.",
)
BOARDINGS_LABEL = Text(
    "定期利用者の乗車数(乗車全体ではありません)",
    "Rides of pass-holders only, not of all passengers",
)

_PROPERTIES = text(
    """
    SELECT jsonb_object_keys(properties)
    FROM (SELECT properties FROM coverage_cell WHERE run_id = :run_id LIMIT 1) AS one
    """
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


async def read_options(session: AsyncSession) -> OptionsView:
    """Everything the planner's selectors offer; lists are empty before the first run."""
    town = await get_town(session)
    runs = await list_runs(session)
    newest = max(runs, key=lambda run: run.computed_at, default=None)
    return OptionsView(
        presets=_presets(newest),
        runs=[run_view(run) for run in runs],
        measures=await _measures(session, newest),
        population=_population(town, newest),
        missing=_missing(town),
        simulated=town.simulated,
        attribution=msgspec.convert(msgspec.to_builtins(town.attribution), list[AttributionView]),
    )


def _presets(run: CoverageRun | None) -> list[PresetView]:
    """The standards as the newest run measured them."""
    measured = run.summary["presets"] if run else {}
    return [
        msgspec.convert({"preset_id": preset_id, **preset}, PresetView)
        for preset_id, preset in measured.items()
    ]


def run_view(run: CoverageRun) -> RunView:
    """A run as the wire says it."""
    return RunView(
        run_id=run.run_id,
        service_date=run.service_date,
        day_type=day_type(run.service_date),
        window=_window_view(run.window_from_seconds, run.window_to_seconds),
        label=TextView(ja=run.label_ja, en=run.label_en),
    )


def _window_view(start: int | None, end: int | None) -> WindowView | None:
    if start is None or end is None:
        return None
    return WindowView(start=service_time(start), end=service_time(end))


async def _measures(session: AsyncSession, run: CoverageRun | None) -> list[MeasureView]:
    if run is None:
        return []
    keys = await run_sql(session, _PROPERTIES, run_id=run.run_id)
    carried = set(keys.scalars())
    return [
        MeasureView(measure_id=measure_id, name=text_view(name), unit=unit)
        for measure_id, (name, unit) in MEASURES.items()
        if measure_id in carried
    ]


def _population(town: TownDocument, run: CoverageRun | None) -> PopulationView | None:
    if town.population is None:
        return None
    note = town.population.note
    measured = run.summary["population"] if run else None
    return PopulationView(
        total=measured["total"] if measured else None,
        modelled=town.population.modelled,
        note=text_view(note.text()) if note else None,
    )


def _missing(town: TownDocument) -> list[TextView]:
    missing = []
    if town.streets is None:
        missing.append(text_view(NO_STREETS))
    if town.population is None:
        missing.append(text_view(NO_POPULATION))
    return missing


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
