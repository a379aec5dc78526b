"""What planners may choose from: standards, runs and measures, and what the town's data lack."""

from __future__ import annotations

import msgspec
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.insights.labels import day_type, service_time
from api.insights.tables import CoverageRun, list_runs
from api.insights.views import (
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
_PROPERTIES = text(
    """
    SELECT jsonb_object_keys(properties)
    FROM (SELECT properties FROM coverage_cell WHERE run_id = :run_id LIMIT 1) AS one
    """
)


async def read_options(session: AsyncSession) -> OptionsView:
    """Everything the planner's selectors offer; lists are empty before the first run."""
    town = await get_town(session)
    # A run that says something comes before one whose hours the data do not cover.
    runs = sorted(await list_runs(session), key=_standards_unassessed)
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


def _standards_unassessed(run: CoverageRun) -> int:
    """How many standards could be judged nowhere in this run."""
    return sum(
        preset["population_share"]["not_assessed"] == 1
        for preset in run.summary["presets"].values()
    )


def _presets(run: CoverageRun | None) -> list[PresetView]:
    """The standards as the newest run measured them."""
    if run is None:
        return []
    measured = run.summary["presets"]
    return [
        msgspec.convert({"preset_id": preset_id, **measured[preset_id]}, PresetView)
        for preset_id in run.summary["preset_ids"]
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
