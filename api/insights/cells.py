"""A measurement's cells and gaps as rows of JSON text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from analytics.coverage import CoverageResult
from analytics.export import cells_geojson
from analytics.gaps import gap_table


def cell_rows(run_id: UUID, result: CoverageResult) -> list[tuple[Any, ...]]:
    """(run_id, cell_id, geometry, properties) of every cell."""
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


def gap_rows(run_id: UUID, result: CoverageResult) -> list[tuple[Any, ...]]:
    """(run_id, preset_id, rank, document) of every gap under every standard."""
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
