"""The walking network and its cache."""

from pathlib import Path

import numpy as np
import pytest

from analytics.streets import street_lines, walk_network
from tests.support.towns import Way, meters, write_streets

# A square of 100 m with a tail of 50 m, and a piece of path that nothing joins.
NODES = {
    "a": (0.0, 0.0),
    "b": (100.0, 0.0),
    "c": (100.0, 100.0),
    "d": (0.0, 100.0),
    "e": (150.0, 0.0),
    "f": (900.0, 900.0),
    "g": (990.0, 900.0),
}
WAYS = [Way("abcda"), Way("be", {"highway": "path"}), Way("fg")]


def test_only_the_largest_component_is_kept(tmp_path: Path) -> None:
    network = walk_network(write_streets(tmp_path / "x.osm", NODES, WAYS), None)
    assert sorted(network.edge_meters) == pytest.approx([50, 100, 300], abs=0.1)
    assert int(network.node_count) == 3


def test_the_second_reading_comes_from_the_cache(tmp_path: Path) -> None:
    streets, cache = write_streets(tmp_path / "x.osm", NODES, WAYS), tmp_path / "cache"
    built = walk_network(streets, cache)
    (stored,) = cache.iterdir()
    written = stored.stat().st_mtime_ns
    loaded = walk_network(streets, cache)
    assert stored.stat().st_mtime_ns == written
    np.testing.assert_array_equal(loaded.shape_x, built.shape_x)
    np.testing.assert_array_equal(loaded.edge_meters, built.edge_meters)


def test_other_streets_are_not_taken_from_the_cache(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    walk_network(write_streets(tmp_path / "x.osm", NODES, WAYS), cache)
    fewer = walk_network(write_streets(tmp_path / "x.osm", NODES, WAYS[:1]), cache)
    assert len(fewer.edge_meters) == 1
    assert len(list(cache.iterdir())) == 2


def test_a_broken_cache_is_built_again(tmp_path: Path) -> None:
    streets, cache = write_streets(tmp_path / "x.osm", NODES, WAYS), tmp_path / "cache"
    built = walk_network(streets, cache)
    (stored,) = cache.iterdir()
    stored.write_bytes(stored.read_bytes()[:100])
    assert len(walk_network(streets, cache).edge_meters) == len(built.edge_meters)


def test_the_backdrop_is_in_degrees_and_of_the_chosen_classes(tmp_path: Path) -> None:
    network = walk_network(write_streets(tmp_path / "x.osm", NODES, WAYS), None)
    lines = street_lines(network, {"path"})
    assert list(lines["highway"]) == ["path"]
    (start, end) = (meters(*corner) for corner in lines.geometry[0].coords)
    assert (start, end) == (pytest.approx((100, 0), abs=0.1), pytest.approx((150, 0), abs=0.1))
