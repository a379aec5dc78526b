"""Walks, to the metre."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.access import NetworkWalks, Places, StraightWalks
from analytics.streets import WalkNetwork, walk_network
from tests.support.towns import MIDDLE, Way, places, write_streets

# A street of 1 km east from a, and one of 400 m north from its middle.
CROSSING = {"a": (0.0, 0.0), "b": (500.0, 0.0), "c": (1000.0, 0.0), "d": (500.0, 400.0)}


def crossing(folder: Path) -> WalkNetwork:
    return walk_network(write_streets(folder / "x.osm", CROSSING, [Way("abc"), Way("bd")]), None)


def test_a_walk_goes_to_the_street_along_it_and_to_the_stop(tmp_path: Path) -> None:
    walks = NetworkWalks(crossing(tmp_path), places((100, 30)), places((520, 300)))
    (walk,) = walks.within(2000).itertuples(index=False)
    assert walk.meters == pytest.approx(30 + 400 + 300 + 20, abs=0.1)
    assert walks.snap_meters == pytest.approx([30], abs=0.1)


def test_two_places_on_one_edge_are_as_far_apart_as_along_it(tmp_path: Path) -> None:
    walks = NetworkWalks(crossing(tmp_path), places((100, 0), (300, 0)), places((180, 0)))
    assert list(walks.within(500)["meters"]) == pytest.approx([80, 120], abs=0.1)


def test_a_place_may_be_at_the_stop(tmp_path: Path) -> None:
    for point in ((200, 0), (200, 40)):
        walks = NetworkWalks(crossing(tmp_path), places(point), places(point))
        assert list(walks.within(1000)["meters"]) == pytest.approx([2 * point[1]], abs=0.1)


def test_of_two_ways_between_the_same_junctions_the_shorter_counts(tmp_path: Path) -> None:
    nodes = CROSSING | {"e": (250.0, 900.0)}
    streets = write_streets(tmp_path / "x.osm", nodes, [Way("aeb"), Way("ab"), Way("bc")])
    walks = NetworkWalks(walk_network(streets, None), places((0, 0)), places((1000, 0)))
    assert list(walks.within(5000)["meters"]) == pytest.approx([1000], abs=0.1)


def test_the_limit_is_included_and_nothing_beyond_it(tmp_path: Path) -> None:
    points, stops = places((0, 0)), places((300, 0), (700, 0))
    for walks in (NetworkWalks(crossing(tmp_path), points, stops), StraightWalks(points, stops)):
        assert list(walks.within(300.1)["stop"]) == [0]
        assert list(walks.within(299.9)["stop"]) == []
        assert list(walks.within(800)["stop"]) == [0, 1]


def test_the_nearest_stop_is_found_among_the_chosen_however_far(tmp_path: Path) -> None:
    points, stops = places((0, 0), (900, 0)), places((300, 0), (700, 0), (950, 0))
    chosen = np.array([True, True, False])
    for walks in (NetworkWalks(crossing(tmp_path), points, stops), StraightWalks(points, stops)):
        meters, nearest = walks.nearest(chosen)
        assert meters == pytest.approx([300, 200], abs=0.1)
        assert nearest.tolist() == [0, 1]


def test_without_stops_nothing_is_near(tmp_path: Path) -> None:
    points, none = places((0, 0)), places()
    for walks in (NetworkWalks(crossing(tmp_path), points, none), StraightWalks(points, none)):
        assert walks.within(1000).empty
        assert walks.nearest(np.empty(0, dtype=bool))[0].tolist() == [np.inf]
        assert walks.nearest(np.empty(0, dtype=bool))[1].tolist() == [-1]


def test_the_crow_flies_straight() -> None:
    walks = StraightWalks(places((0, 0)), places((300, 400)))
    assert list(walks.within(500.1)["meters"]) == pytest.approx([500])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6, unique=True),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6, unique=True),
    st.sets(st.integers(0, 39), max_size=15),
)
def test_walks_agree_with_an_independent_search(
    homes: list[tuple[int, int]], stops: list[tuple[int, int]], closed: set[int]
) -> None:
    grid = nx.grid_2d_graph(5, 5)
    grid.remove_edges_from([edge for k, edge in enumerate(list(grid.edges)) if k in closed])
    grid = grid.subgraph(max(nx.connected_components(grid), key=len))
    homes, stops = ([at for at in chosen if at in grid] for chosen in (homes, stops))
    network = _network(grid)
    walks = NetworkWalks(network, _corners(homes), _corners(stops))
    found = {(walk.point, walk.stop): walk.meters for walk in walks.within(10_000).itertuples()}
    expected = {
        (i, j): 100.0 * nx.shortest_path_length(grid, home, stop)
        for i, home in enumerate(homes)
        for j, stop in enumerate(stops)
    }
    assert found == pytest.approx(expected, abs=0.01)
    if found:
        nearest, _ = walks.nearest(np.ones(len(stops), dtype=bool))
        assert nearest == pytest.approx(
            [min(expected[i, j] for j in range(len(stops))) for i in range(len(homes))], abs=0.01
        )


def _corners(chosen: list[tuple[int, int]]) -> Places:
    return places(*((100.0 * x, 100.0 * y) for x, y in chosen))


def _network(grid: nx.Graph) -> WalkNetwork:
    number = {node: k for k, node in enumerate(grid)}
    ends = np.array([(u, v) for u, v in grid.edges], dtype=float).reshape(-1, 2, 2) * 100
    pairs = np.array([(number[u], number[v]) for u, v in grid.edges], dtype=np.int64)
    pairs = pairs.reshape(-1, 2)
    return WalkNetwork(
        epsg=np.array(32628),
        box=np.zeros(4),
        node_count=np.array(len(number)),
        edge_from=pairs[:, 0],
        edge_to=pairs[:, 1],
        edge_highway=np.full(len(pairs), "path"),
        shape_x=MIDDLE[0] + ends[:, :, 0].ravel(),
        shape_y=MIDDLE[1] + ends[:, :, 1].ravel(),
        shape_start=np.arange(len(pairs) + 1) * 2,
        bus_stop_lon=np.empty(0),
        bus_stop_lat=np.empty(0),
    )
