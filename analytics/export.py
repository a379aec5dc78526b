"""How does a planner take the result away? As GeoJSON, CSV, GeoParquet and a JSON summary."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from analytics.cache import replacing
from analytics.problems import InputError
from analytics.request import CoverageResult


def write_coverage(result: CoverageResult, out_dir: Path) -> None:
    """Write cells.geojson, cells.csv, cells.parquet and summary.json to a folder, replacing what
    is there. summary.json comes last: where it is, the rest is whole."""
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError("bad_output", f"{out_dir} cannot be used as a folder.") from problem
    (out_dir / "summary.json").unlink(missing_ok=True)
    with replacing(out_dir / "cells.geojson") as partial:
        partial.write_text(cells_geojson(result.cells), encoding="utf-8")
    with replacing(out_dir / "cells.csv") as partial:
        cells_csv(result.cells).to_csv(partial, index=False)
    with replacing(out_dir / "cells.parquet") as partial:
        result.cells.to_parquet(partial)
    with replacing(out_dir / "summary.json") as partial:
        text = json.dumps(result.summary, ensure_ascii=False, indent=2, allow_nan=False)
        partial.write_text(text + "\n", encoding="utf-8")


def cells_geojson(cells: gpd.GeoDataFrame) -> str:
    """Return the cells as a GeoJSON FeatureCollection (RFC 7946: degrees, no NaN)."""
    return str(cells.to_json(drop_id=True, na="null", ensure_ascii=False))


def cells_csv(cells: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the cells as a flat table: no geometry, lists as JSON text."""
    table = pd.DataFrame(cells.drop(columns=cells.geometry.name))
    if "nearest_stops" in table:
        as_text = [json.dumps(stops, ensure_ascii=False) for stops in table["nearest_stops"]]
        table["nearest_stops"] = as_text
    return table
