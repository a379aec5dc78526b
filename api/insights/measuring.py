"""One window measured, as the rows that are stored of it. Needs the extra `analytics`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import orjson

from analytics.coverage import CoverageRequest, CoverageResult, Progress, measure_coverage
from analytics.export import cells_geojson
from analytics.gaps import gap_table
from analytics.problems import InputError
from analytics.standards import STANDARDS
from api.errors import DomainError
from api.insights.inputs import TownInputs
from api.insights.labels import Window, run_label
from api.insights.tables import CoverageRun
from fares.reasons import Text
from gtfs.notices import FeedError


@dataclass(frozen=True, slots=True)
class Measured:
    """A run with its cells (run_id, cell_id, geometry, properties) and its gaps (run_id,
    preset_id, rank, document); geometry, properties and document are JSON text."""

    run: CoverageRun
    cells: list[tuple[Any, ...]]
    gaps: list[tuple[Any, ...]]


def measure(
    inputs: TownInputs,
    now: datetime,
    service_date: date,
    window: Window | None,
    progress: Progress,
) -> Measured:
    """Measure the town on a date in a window; raises 400 with the code of what can't be."""
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
    return Measured(run, _cell_rows(run.run_id, result), _gap_rows(run.run_id, result))


def _request(inputs: TownInputs, service_date: date, window: Window | None) -> CoverageRequest:
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


def _cell_rows(run_id: UUID, result: CoverageResult) -> list[tuple[Any, ...]]:
    features = orjson.loads(cells_geojson(result.cells))["features"]
    return [
        (
            run_id,
            feature["properties"]["cell_id"],
            orjson.dumps(feature["geometry"]).decode(),
            orjson.dumps(feature["properties"]).decode(),
        )
        for feature in features
    ]


def _gap_rows(run_id: UUID, result: CoverageResult) -> list[tuple[Any, ...]]:
    if result.cells.empty:
        return []
    rows: list[tuple[Any, ...]] = []
    for preset_id in result.summary["presets"]:
        gaps = gap_table(result.cells, preset_id).to_dict("records")
        # orjson writes NaN, "no figure is claimed", as null.
        documents = (orjson.dumps(gap, option=orjson.OPT_SERIALIZE_NUMPY) for gap in gaps)
        rows += [
            (run_id, preset_id, rank, document.decode())
            for rank, document in enumerate(documents, start=1)
        ]
    return rows
