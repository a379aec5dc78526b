"""Zones for on-demand service."""

from pathlib import Path

from gtfs.locations import Locations, read_locations
from tests.support.rule_cases.flex import square, zones


def read(tmp_path: Path, content: str) -> Locations:
    """Read a text as locations.geojson."""
    (tmp_path / "locations.geojson").write_text(content)
    return read_locations(tmp_path / "locations.geojson")


def test_sound_zones_are_polygons_by_id(tmp_path: Path) -> None:
    bow_tie = (
        '{"type":"Feature","id":"bow","properties":{},"geometry":{"type":"Polygon","coordinates":'
        "[[[141,42],[142,43],[142,42],[141,43],[141,42]]]}}"
    )
    locations = read(tmp_path, zones(square("z", 141.0), bow_tie))
    assert locations.ids() == {"z", "bow"}
    assert set(locations.zones()) == {"z"}
    assert locations.zones()["z"].bounds == (141.0, 42.3, 141.1, 42.4)


def test_json_nested_without_end_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    locations = read(tmp_path, "[" * 200_000)
    assert locations.problem
    assert locations.ids() == frozenset()
    assert list(locations.features()) == []
