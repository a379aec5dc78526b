"""What can be walked along in an OpenStreetMap extract, where does it end, which bus stops does
it know?

Leaves out squares that are mapped only as relations, and lifts: neither is a way on foot.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import osmium
from osmium.osm import Node, Way

from analytics.problems import InputError

# https://wiki.openstreetmap.org/wiki/OSM_tags_for_routing/Access_restrictions: open to people
# on foot unless a tag says otherwise. Motorways are in neither set: never walked along.
OPEN_ON_FOOT = frozenset(
    {"corridor", "footway", "living_street", "path", "pedestrian", "platform", "residential"}
    | {"road", "service", "steps", "track", "unclassified"}
    | {"tertiary", "tertiary_link", "secondary", "secondary_link"}
    | {"primary", "primary_link", "trunk", "trunk_link"}
)
OPEN_IF_TAGGED = frozenset({"bridleway", "busway", "cycleway"})
FOOT_ALLOWED = frozenset({"yes", "designated", "permissive", "destination", "official"})
FOOT_FORBIDDEN = frozenset({"no", "private", "use_sidepath"})
ACCESS_CLOSED = frozenset({"no", "private", "military", "permit"})

Box = tuple[float, float, float, float]
Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """A walkable piece of a way between two junctions; `nodes` are OSM ids, ends included."""

    way_id: int
    highway: str
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract as a walker sees it; positions and `box` (west, south, east, north) in degrees."""

    segments: tuple[Segment, ...]
    positions: Mapping[int, Position]
    bus_stops: tuple[Position, ...]
    box: Box


def is_walkable(tags: Mapping[str, str]) -> bool:
    """Tell whether people may walk along a way with these tags; `foot` overrides `access`."""
    highway, foot = tags.get("highway", ""), tags.get("foot", "")
    if highway not in OPEN_ON_FOOT | OPEN_IF_TAGGED or foot in FOOT_FORBIDDEN:
        return False
    if foot in FOOT_ALLOWED:
        return True
    closed = tags.get("access", "") in ACCESS_CLOSED or tags.get("motorroad", "") == "yes"
    return highway in OPEN_ON_FOOT and not closed


def is_bus_stop(tags: Mapping[str, str]) -> bool:
    """Tell whether a node with these tags is a place where a bus is boarded."""
    platform = tags.get("public_transport") == "platform" and tags.get("bus") == "yes"
    return platform or tags.get("highway") == "bus_stop"


def read_extract(pbf: Path) -> Extract:
    """Read the walkable segments, bus stops and extent of an extract (.osm.pbf, .osm).

    Raise InputError when the file cannot be read or holds nothing to walk along.
    """
    if not pbf.is_file():
        raise InputError("streets_not_found", f"There is no street file at {pbf}.")
    try:
        return _read(pbf)
    except (RuntimeError, ValueError) as problem:
        if isinstance(problem, InputError):
            raise
        message = f"{pbf.name} is no readable OpenStreetMap extract: {problem}."
        raise InputError("unreadable_streets", message) from problem


def _read(pbf: Path) -> Extract:
    positions: dict[int, Position] = {}
    edge = _Extent()
    bus_stops: list[Position] = []
    runs: list[Segment] = []
    source = osmium.FileProcessor(str(pbf)).with_locations()
    for item in source.with_filter(osmium.filter.KeyFilter("highway", "public_transport")):
        tags = dict(item.tags)
        if isinstance(item, Node):
            if is_bus_stop(tags):
                bus_stops.append((item.lon, item.lat))
        elif isinstance(item, Way) and "highway" in tags:
            pieces = list(_known_runs(item, edge))
            if is_walkable(tags):
                for piece in pieces:
                    positions.update(piece)
                    runs.append(Segment(item.id, tags["highway"], tuple(n for n, _ in piece)))
    if not runs:
        raise InputError("no_walkable_streets", f"{pbf.name} holds no way that is open on foot.")
    header = source.header.box()
    box = _box_of(header) if header.valid() else edge.box()
    return Extract(tuple(_split_at_junctions(runs)), positions, tuple(bus_stops), box)


class _Extent:
    """The bounding box of what was seen so far."""

    def __init__(self) -> None:
        self.west, self.south, self.east, self.north = 180.0, 90.0, -180.0, -90.0

    def add(self, lon: float, lat: float) -> None:
        self.west, self.east = min(self.west, lon), max(self.east, lon)
        self.south, self.north = min(self.south, lat), max(self.north, lat)

    def box(self) -> Box:
        return self.west, self.south, self.east, self.north


def _box_of(header: osmium.osm.Box) -> Box:
    low, high = header.bottom_left, header.top_right
    return low.lon, low.lat, high.lon, high.lat


def _known_runs(way: Way, edge: _Extent) -> Iterator[list[tuple[int, Position]]]:
    """Yield the stretches of a way whose nodes are in the file: an extract is cut at its edge,
    and a way that leaves and comes back must not become a straight line across the outside."""
    run: list[tuple[int, Position]] = []
    for node in way.nodes:
        location = node.location
        if location.valid():
            lon, lat = location.lon, location.lat
            edge.add(lon, lat)
            if not run or run[-1][0] != node.ref:
                run.append((node.ref, (lon, lat)))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _split_at_junctions(runs: list[Segment]) -> Iterator[Segment]:
    """Cut every run where another run, or itself, passes, so that ends are the only meetings."""
    uses: dict[int, int] = {}
    for run in runs:
        for node in run.nodes:
            uses[node] = uses.get(node, 0) + 1
    for run in runs:
        start = 0
        for end in range(1, len(run.nodes)):
            if uses[run.nodes[end]] > 1 or end == len(run.nodes) - 1:
                yield Segment(run.way_id, run.highway, run.nodes[start : end + 1])
                start = end
