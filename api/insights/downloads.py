"""The same numbers as files for a GIS or a spreadsheet: GeoJSON and CSV, as bytes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

import orjson

# A spreadsheet runs a text that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

# Digits alone compute nothing: ids of cells are made of their place, as in -15.4_28.1.
NUMERALS = re.compile(r"[+-]?\d[\d._]*")
FIRST_COLUMNS = ("cell_id", "lon", "lat", "population")


def cells_geojson(cells: Iterable[tuple[str, str]]) -> bytes:
    """A FeatureCollection of (geometry, properties) pairs that are JSON already."""
    features = [
        {
            "type": "Feature",
            "geometry": orjson.Fragment(geometry),
            "properties": orjson.Fragment(properties),
        }
        for geometry, properties in cells
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def stops_geojson(stops: Iterable[dict[str, Any]]) -> bytes:
    """A FeatureCollection of stops as points."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [stop["lon"], stop["lat"]]},
            "properties": {k: v for k, v in stop.items() if k not in {"lon", "lat"}},
        }
        for stop in stops
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def cells_csv(cells: Iterable[tuple[str, str]]) -> bytes:
    """One row a cell, a column for each of its properties; lists are JSON."""
    rows = [orjson.loads(properties) for _, properties in cells]
    others = sorted({key for row in rows for key in row} - set(FIRST_COLUMNS))
    columns = [*FIRST_COLUMNS, *others]
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([plain_text(column) for column in columns])
    writer.writerows([_field(row.get(column)) for column in columns] for row in rows)
    return sheet.getvalue().encode()


def _field(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list | dict):
        return plain_text(orjson.dumps(value).decode())
    return value


def plain_text(value: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run."""
    harmless = not value.startswith(FORMULA_STARTS) or NUMERALS.fullmatch(value)
    return value if harmless else f"'{value}"
