"""How far is the walk from people to stops? Along the streets, or as the crow flies.

A walk along the streets goes from the point straight to the nearest edge of the network, along
the network, and straight from its nearest edge to the stop; all three parts count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from analytics.plane import BoolArray, FloatArray, IntArray
from analytics.streets import WalkNetwork

# scipy takes a stored 0 for a missing edge in places; a micrometre is nobody's walk.
SHORTEST_METERS = 1e-6
# Distances held at once, from some places to every node: 200 MB.
DISTANCES_AT_ONCE = 25_000_000


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the plane, in metres."""

    x: FloatArray
    y: FloatArray

    def __len__(self) -> int:
        return len(self.x)

    @property
    def columns(self) -> FloatArray:
        """x and y as an array of shape (places, 2)."""
        return np.column_stack([self.x, self.y])


class Walks(Protocol):
    """The walks between points (people) and stops."""

    def within(self, limit_meters: float) -> pd.DataFrame:
        """Return point, stop (positions) and meters of every walk up to the limit."""

    def nearest(self, chosen: BoolArray) -> tuple[FloatArray, IntArray]:
        """Return for every point the metres to the nearest of the `chosen` stops and its position;
        inf and -1 where none can be reached."""


class StraightWalks:
    """Walks as the crow flies."""

    def __init__(self, points: Places, stops: Places) -> None:
        self._points = points
        self._stops = stops

    def within(self, limit_meters: float) -> pd.DataFrame:
        """See Walks."""
        if not len(self._points) or not len(self._stops):
            return _walk_frame([])
        pairs = KDTree(self._points.columns).sparse_distance_matrix(
            KDTree(self._stops.columns), limit_meters, output_type="ndarray"
        )
        return _walk_frame([(pairs["i"], pairs["j"], pairs["v"])])

    def nearest(self, chosen: BoolArray) -> tuple[FloatArray, IntArray]:
        """See Walks."""
        positions = np.flatnonzero(chosen)
        if not len(positions):
            return _nothing_near(len(self._points))
        tree = KDTree(self._stops.columns[positions])
        meters, nearest = tree.query(self._points.columns)
        return np.asarray(meters, dtype=float), positions[nearest]


class NetworkWalks:
    """Walks along a network; `snap_meters` is every point's distance from it."""

    def __init__(self, network: WalkNetwork, points: Places, stops: Places) -> None:
        self._found = (0.0, _walk_frame([]))
        places = np.concatenate([points.columns, stops.columns])
        self._matrix, nodes, snap_meters = _insert(network, places)
        self._point_nodes, self._stop_nodes = nodes[: len(points)], nodes[len(points) :]
        self.snap_meters = snap_meters[: len(points)]

    def within(self, limit_meters: float) -> pd.DataFrame:
        """See Walks. Keeps the longest search: shorter walks are among its answers."""
        if limit_meters > self._found[0]:
            self._found = (limit_meters, self._search(limit_meters))
        found = self._found[1]
        return found[found["meters"] <= limit_meters].reset_index(drop=True)

    def _search(self, limit_meters: float) -> pd.DataFrame:
        """Search from whichever side has fewer places; streets go both ways."""
        from_stops = len(self._stop_nodes) < len(self._point_nodes)
        sources, targets = self._point_nodes, self._stop_nodes
        if from_stops:
            sources, targets = targets, sources
        found = []
        at_once = max(1, DISTANCES_AT_ONCE // self._matrix.shape[0])
        for start in range(0, len(sources), at_once):
            chunk = sources[start : start + at_once]
            rows = dijkstra(self._matrix, directed=False, indices=chunk, limit=limit_meters)
            meters = rows[:, targets]
            source, target = np.nonzero(meters <= limit_meters)
            near = (source + start, target, meters[source, target])
            found.append((near[1], near[0], near[2]) if from_stops else near)
        return _walk_frame(found)

    def nearest(self, chosen: BoolArray) -> tuple[FloatArray, IntArray]:
        """See Walks."""
        positions = np.flatnonzero(chosen)
        if not len(positions):
            return _nothing_near(len(self._point_nodes))
        sources = self._stop_nodes[positions]
        meters, _, origin = dijkstra(
            self._matrix, directed=False, indices=sources, min_only=True, return_predecessors=True
        )
        stop_at = np.full(self._matrix.shape[0] + 1, -1, dtype=np.int64)
        stop_at[sources] = positions
        # Unreached nodes carry a negative origin, which reads the last, empty place.
        origin = np.where(origin < 0, self._matrix.shape[0], origin)[self._point_nodes]
        return meters[self._point_nodes], stop_at[origin]


def _walk_frame(parts: Sequence[tuple[IntArray, IntArray, FloatArray]]) -> pd.DataFrame:
    kinds = {"point": np.int64, "stop": np.int64, "meters": np.float64}
    frame = pd.DataFrame(
        {
            name: np.concatenate([np.empty(0, kind), *(part[place] for part in parts)])
            for place, (name, kind) in enumerate(kinds.items())
        }
    ).astype(kinds)
    return frame.sort_values(["point", "meters", "stop"], ignore_index=True)


def _nothing_near(count: int) -> tuple[FloatArray, IntArray]:
    return np.full(count, np.inf), np.full(count, -1, dtype=np.int64)


def _insert(network: WalkNetwork, places: FloatArray) -> tuple[csr_array, IntArray, FloatArray]:
    """Return the network as a matrix of metres with every place hung into the edge nearest to it,
    the places' nodes, and their distances from the edge.

    Place p becomes two nodes: its foot on the edge, cutting the edge there, and itself, joined to
    the foot. So two places on one edge are as far apart as they are along that edge.
    """
    points = shapely.points(places)
    edge = network.index.nearest(points)
    offset = shapely.line_locate_point(network.edges[edge], points)
    snap_meters = shapely.distance(network.edges[edge], points)
    count, nodes = len(places), int(network.node_count)
    foot, itself = nodes + np.arange(count), nodes + count + np.arange(count)
    cut_from, cut_to, cut_meters = _cut(network, edge, offset, foot)
    whole = ~np.isin(np.arange(len(network.edge_from)), edge)
    matrix = _matrix(
        np.concatenate([network.edge_from[whole], cut_from, foot]),
        np.concatenate([network.edge_to[whole], cut_to, itself]),
        np.concatenate([network.edge_meters[whole], cut_meters, snap_meters]),
        nodes + 2 * count,
    )
    return matrix, itself, snap_meters


def _cut(
    network: WalkNetwork, edge: IntArray, offset: FloatArray, foot: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return from, to and metres of the pieces of the edges that hold feet."""
    order = np.lexsort((offset, edge))
    edge, offset, foot = edge[order], offset[order], foot[order]
    first = np.append(True, edge[1:] != edge[:-1])[: len(edge)]
    last = np.append(edge[1:] != edge[:-1], True)[: len(edge)]
    before = np.where(first, network.edge_from[edge], np.roll(foot, 1))
    behind = offset - np.where(first, 0.0, np.roll(offset, 1))
    ends = edge[last]
    return (
        np.concatenate([before, foot[last]]),
        np.concatenate([foot, network.edge_to[ends]]),
        np.concatenate([behind, network.edge_meters[ends] - offset[last]]),
    )


def _matrix(start: IntArray, end: IntArray, meters: FloatArray, size: int) -> csr_array:
    """Return the shortest edge between each pair of nodes (scipy would add parallel edges up)."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((meters, high, low))
    low, high, meters = low[order], high[order], meters[order]
    shortest = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))[: len(low)]
    shortest &= low != high
    weights = np.maximum(meters[shortest], SHORTEST_METERS)
    return csr_array((weights, (low[shortest], high[shortest])), shape=(size, size))
