"""How do people walk through a town? The walking network of an OpenStreetMap extract.

Built once with osmnx, then kept as plain arrays under the hash of the extract. Only the largest
connected component is kept: a stop snapped to a stray piece of path would be reached by nobody.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from analytics.cache import content_hash, replacing
from analytics.osm import Extract, read_extract
from analytics.plane import WGS84, FloatArray, IntArray, to_degrees, to_plane, utm_epsg

if TYPE_CHECKING:
    import networkx as nx

# Part of the cache's file name: raise it whenever what is walkable or stored changes.
CACHE_VERSION = 1
# Enough of a town to recognise it on a map.
BACKDROP = frozenset(
    {"trunk", "primary", "primary_link", "secondary", "secondary_link", "tertiary"}
    | {"unclassified", "residential", "living_street", "pedestrian"}
)


@dataclass(frozen=True)
class WalkNetwork:
    """Junctions and the walkable edges between them, every edge open both ways.

    Edge e joins nodes `edge_from[e]` and `edge_to[e]` and is `edge_meters[e]` long along its
    shape `shape_x/shape_y[shape_start[e]:shape_start[e + 1]]` (metres in the plane `epsg`).
    `box` is the extent of the extract: west, south, east, north in degrees.
    """

    epsg: npt.NDArray[np.int64]
    box: FloatArray
    node_count: npt.NDArray[np.int64]
    edge_from: IntArray
    edge_to: IntArray
    edge_highway: npt.NDArray[np.str_]
    shape_x: FloatArray
    shape_y: FloatArray
    shape_start: IntArray
    bus_stop_lon: FloatArray
    bus_stop_lat: FloatArray

    @property
    def plane(self) -> int:
        """The EPSG code of the plane in which the shapes are."""
        return int(self.epsg)

    @cached_property
    def edges(self) -> npt.NDArray[np.object_]:
        """The edges' shapes as shapely lines."""
        points = np.column_stack([self.shape_x, self.shape_y])
        owner = np.repeat(np.arange(len(self.edge_from)), np.diff(self.shape_start))
        return np.asarray(shapely.linestrings(points, indices=owner), dtype=object)

    @cached_property
    def edge_meters(self) -> FloatArray:
        """The length of every edge in metres."""
        return np.asarray(shapely.length(self.edges), dtype=float)

    @cached_property
    def index(self) -> shapely.STRtree:
        """A search tree over `edges`."""
        return shapely.STRtree(self.edges)


def walk_network(pbf: Path, cache_dir: Path | None) -> WalkNetwork:
    """Return the walking network of the extract `pbf`, from `cache_dir` where it was built before.

    Raise InputError when the extract cannot be read or holds nothing to walk along.
    """
    if cache_dir is None or not pbf.is_file():
        return build_network(read_extract(pbf))
    cached = cache_dir / f"streets-{content_hash(pbf)[:32]}-v{CACHE_VERSION}.npz"
    try:
        return _load(cached)
    except (OSError, ValueError, KeyError, BadZipFile):
        # Nothing there yet, or a file that another program broke: built again either way.
        network = build_network(read_extract(pbf))
    with replacing(cached) as partial, partial.open("wb") as file:
        np.savez(file, **{field.name: getattr(network, field.name) for field in fields(network)})
    return network


def _load(path: Path) -> WalkNetwork:
    # Opened here, as numpy leaves a file open that turns out not to be an archive.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return WalkNetwork(**{field.name: arrays[field.name] for field in fields(WalkNetwork)})


def street_graph(extract: Extract) -> "nx.MultiDiGraph":
    """Return the extract as an osmnx graph: `x`, `y` on nodes; `osmid`, `highway` and `geometry`
    on edges, one edge for both directions; largest connected component only."""
    import osmnx as ox  # slow to import, and needed only where nothing is cached

    segments = extract.segments
    points = np.array([extract.positions[node] for s in segments for node in s.nodes])
    lengths = [len(segment.nodes) for segment in segments]
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(segments)), lengths))
    ends = [(s.nodes[0], s.nodes[-1], key) for key, s in enumerate(segments)]
    edges = gpd.GeoDataFrame(
        {"osmid": [s.way_id for s in segments], "highway": [s.highway for s in segments]},
        index=pd.MultiIndex.from_tuples(ends, names=["u", "v", "key"]),
        geometry=lines,
        crs=WGS84,
    )
    ids = sorted({node for end in ends for node in end[:2]})
    x, y = np.array([extract.positions[node] for node in ids]).T
    nodes = gpd.GeoDataFrame(
        {"x": x, "y": y}, index=pd.Index(ids, name="osmid"), geometry=gpd.points_from_xy(x, y)
    )
    graph = ox.convert.graph_from_gdfs(nodes.set_crs(WGS84), edges)
    return ox.truncate.largest_component(graph, strongly=False)


def build_network(extract: Extract) -> WalkNetwork:
    """Return the network of an extract, in the UTM zone of the extract's middle."""
    west, south, east, north = extract.box
    epsg = utm_epsg((west + east) / 2, (south + north) / 2)
    graph = street_graph(extract)
    number = {node: position for position, node in enumerate(graph.nodes)}
    ends = np.array([(number[u], number[v]) for u, v in graph.edges()], dtype=np.int64)
    shapes = np.array([shape for _, _, shape in graph.edges(data="geometry")], dtype=object)
    lon, lat = shapely.get_coordinates(shapes).T
    x, y = to_plane(lon, lat, epsg)
    stops = np.array(extract.bus_stops, dtype=float).reshape(-1, 2)
    return WalkNetwork(
        epsg=np.array(epsg),
        box=np.array(extract.box),
        node_count=np.array(len(number)),
        edge_from=ends[:, 0],
        edge_to=ends[:, 1],
        edge_highway=np.array([highway for _, _, highway in graph.edges(data="highway")]),
        shape_x=x,
        shape_y=y,
        shape_start=np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(shapes))]),
        bus_stop_lon=stops[:, 0],
        bus_stop_lat=stops[:, 1],
    )


def street_lines(
    network: WalkNetwork, highways: Collection[str] = BACKDROP, tolerance_meters: float = 5.0
) -> gpd.GeoDataFrame:
    """Return the streets of some classes as lines in degrees with their `highway` class, shapes
    thinned to `tolerance_meters`: a backdrop for a map."""
    chosen = np.isin(network.edge_highway, list(highways))
    lines = shapely.simplify(network.edges[chosen], tolerance_meters)

    def degrees(points: FloatArray) -> FloatArray:
        return np.column_stack(to_degrees(points[:, 0], points[:, 1], network.plane))

    shapes = shapely.transform(lines, degrees)
    highway = network.edge_highway[chosen]
    return gpd.GeoDataFrame({"highway": highway}, geometry=shapes, crs=WGS84)
