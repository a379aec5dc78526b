"""What can be walked along in an extract."""

from pathlib import Path

import pytest

from analytics.osm import is_bus_stop, is_walkable, read_extract
from analytics.problems import InputError
from tests.support.towns import Way, degrees, write_streets

STREET = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (200.0, 0.0), "d": (300.0, 0.0)}


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "trunk"}, True),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway_link", "foot": "yes"}, False),
        ({"highway": "construction", "foot": "yes"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "secondary", "foot": "no"}, False),
        ({"highway": "secondary", "foot": "use_sidepath"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "service", "access": "destination"}, True),
        ({"railway": "rail"}, False),
    ],
)
def test_who_may_walk_where(tags: dict[str, str], walkable: bool) -> None:
    assert is_walkable(tags) is walkable


@pytest.mark.parametrize(
    ("tags", "stop"),
    [
        ({"highway": "bus_stop"}, True),
        ({"public_transport": "platform", "bus": "yes"}, True),
        ({"public_transport": "platform", "tram": "yes"}, False),
        ({"public_transport": "stop_position", "bus": "yes"}, False),
    ],
)
def test_what_is_a_bus_stop(tags: dict[str, str], stop: bool) -> None:
    assert is_bus_stop(tags) is stop


def test_ways_are_cut_where_they_meet(tmp_path: Path) -> None:
    nodes = {**STREET, "e": (200.0, 100.0)}
    extract = read_extract(write_streets(tmp_path / "x.osm", nodes, [Way("abcd"), Way("ec")]))
    assert [segment.nodes for segment in extract.segments] == [(1, 2, 3), (3, 4), (5, 3)]


def test_a_way_that_leaves_the_extract_is_not_closed_across_the_outside(tmp_path: Path) -> None:
    nodes = {name: STREET[name] for name in "abd"} | {"e": (400.0, 0.0)}
    extract = read_extract(write_streets(tmp_path / "x.osm", nodes, [Way("abcde")]))
    assert [segment.nodes for segment in extract.segments] == [(1, 2), (4, 5)]


def test_the_extent_is_the_headers(tmp_path: Path) -> None:
    extract = read_extract(write_streets(tmp_path / "x.osm", STREET, [Way("ab")], reach=700))
    assert extract.box == (*degrees((-700, -700)), *degrees((700, 700)))


def test_without_a_header_box_the_extent_is_that_of_all_roads(tmp_path: Path) -> None:
    motorway = Way("cd", {"highway": "motorway"})
    streets = write_streets(tmp_path / "x.osm", STREET, [Way("ab"), motorway], reach=None)
    assert read_extract(streets).box[2] == degrees((300, 0))[0]


def test_bus_stops_are_kept_from_any_operator(tmp_path: Path) -> None:
    stops = [((50.0, 10.0), {"highway": "bus_stop"}), ((60.0, 10.0), {"amenity": "bench"})]
    extract = read_extract(write_streets(tmp_path / "x.osm", STREET, [Way("ab")], stops))
    assert extract.bus_stops == (degrees((50, 10)),)


def test_unusable_extracts_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.osm.pbf").write_text("no streets here")
    motorway = write_streets(tmp_path / "fast.osm", STREET, [Way("abcd", {"highway": "motorway"})])
    for path, code in (
        (tmp_path / "missing.osm.pbf", "streets_not_found"),
        (tmp_path / "text.osm.pbf", "unreadable_streets"),
        (motorway, "no_walkable_streets"),
    ):
        with pytest.raises(InputError, match=path.name) as refused:
            read_extract(path)
        assert refused.value.code == code
