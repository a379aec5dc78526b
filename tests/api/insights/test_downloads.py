"""A downloaded table holds the numbers and starts no program."""

from __future__ import annotations

import csv
import io

import orjson
import pytest

from api.insights.downloads import cells_csv, cells_geojson, plain_text, stops_geojson

SQUARE = orjson.dumps({"type": "Polygon", "coordinates": []}).decode()


def cell(**properties: object) -> tuple[str, str]:
    return SQUARE, orjson.dumps(properties).decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_made_text(start: str) -> None:
    assert plain_text(f"{start}cmd|'/c calc'!A1") == f"'{start}cmd|'/c calc'!A1"


def test_a_name_and_a_number_stay_as_they_are() -> None:
    assert plain_text("Casa de Galicia") == "Casa de Galicia"
    assert plain_text("-15.484632_28.114671") == "-15.484632_28.114671"
    assert plain_text("-1-1") == "'-1-1"
    (row,) = rows(cell(cell_id="x", lon=-15.4, lat=28.1, population=3))
    assert (row["lon"], row["lat"], row["population"]) == ("-15.4", "28.1", "3")


def test_cells_and_headers_of_a_planners_own_columns_are_made_text_too() -> None:
    (row,) = rows(cell(cell_id="=1+1", **{"@ward": "-1+2", "b,c": 'say "hi"'}))
    assert (row["cell_id"], row["'@ward"], row["b,c"]) == ("'=1+1", "'-1+2", 'say "hi"')


def test_known_columns_come_first_and_what_a_cell_lacks_is_empty() -> None:
    found = rows(cell(cell_id="x", a=1), cell(cell_id="y", b=[{"stop_id": "s"}]))
    assert list(found[0]) == ["cell_id", "lon", "lat", "population", "a", "b"]
    assert (found[0]["b"], found[1]["a"], found[1]["b"]) == ("", "", '[{"stop_id":"s"}]')


def test_cells_become_features() -> None:
    collection = orjson.loads(cells_geojson([cell(cell_id="x")]))
    assert collection["type"] == "FeatureCollection"
    assert collection["features"] == [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": []},
            "properties": {"cell_id": "x"},
        }
    ]


def test_stops_become_points() -> None:
    stop = {"stop_id": "s", "name": "駅", "lon": 140.1, "lat": 42.0, "modes": ["bus"]}
    (feature,) = orjson.loads(stops_geojson([stop]))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [140.1, 42.0]}
    assert feature["properties"] == {"stop_id": "s", "name": "駅", "modes": ["bus"]}


def rows(*cells: tuple[str, str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(cells_csv(cells).decode())))
