"""Small made-up towns as files: a feed, a street extract and a population, placed in metres.

Places are (x, y) in metres from the town's middle, so that tests can state exact distances.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from analytics.access import Places
from analytics.plane import to_degrees, to_plane

EPSG = 32628
MIDDLE = (450_000.0, 3_110_000.0)
DAY = "20230301"
Place = tuple[float, float]
Tags = Mapping[str, str]


def degrees(place: Place) -> tuple[float, float]:
    """Longitude and latitude of a place in metres."""
    x, y = (np.array([middle + part]) for middle, part in zip(MIDDLE, place, strict=True))
    lon, lat = to_degrees(x, y, EPSG)
    return round(float(lon[0]), 7), round(float(lat[0]), 7)


def meters(lon: float, lat: float) -> Place:
    """The inverse of `degrees`."""
    x, y = to_plane(np.array([lon]), np.array([lat]), EPSG)
    return float(x[0]) - MIDDLE[0], float(y[0]) - MIDDLE[1]


def places(*chosen: Place) -> Places:
    """Places for the walks of analytics.access."""
    x, y = np.array(chosen, dtype=float).reshape(-1, 2).T
    return Places(MIDDLE[0] + x, MIDDLE[1] + y)


@dataclass(frozen=True)
class Way:
    """A way over named nodes; a node without a place lies outside the extract."""

    nodes: str
    tags: Tags = field(default_factory=lambda: {"highway": "residential"})


def write_streets(
    path: Path,
    nodes: Mapping[str, Place],
    ways: Iterable[Way],
    stops: Iterable[tuple[Place, Tags]] = (),
    reach: float | None = 5_000,
) -> Path:
    """Write an extract; its header states a box of `reach` metres each way, or none."""
    ids = {name: number for number, name in enumerate("abcdefghijklmnopqrstuvwxyz", start=1)}
    lines = ['<osm version="0.6">']
    if reach is not None:
        (west, south), (east, north) = degrees((-reach, -reach)), degrees((reach, reach))
        box = f'minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"'
        lines.append(f"<bounds {box}/>")
    lines += [_node(ids[name], place, {}) for name, place in nodes.items()]
    lines += [_node(1000 + k, place, tags) for k, (place, tags) in enumerate(stops)]
    for number, way in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{ids[name]}"/>' for name in way.nodes)
        lines.append(f'<way id="{number}" version="1">{refs}{_tags(way.tags)}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _node(number: int, place: Place, tags: Tags) -> str:
    lon, lat = degrees(place)
    return f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{_tags(tags)}</node>'


def _tags(tags: Tags) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


@dataclass(frozen=True)
class Trip:
    """A trip of `route` that calls at named stops, `minutes` apart, from a start in hours."""

    route: str
    stops: str
    start_hour: float
    direction: int = 0
    minutes: int = 1
    service: str = "day"


def every(
    minutes: float, route: str, stops: str, hours: tuple[float, float], direction: int = 0
) -> list[Trip]:
    """Trips from the first hour until before the last, evenly spaced."""
    first, last = hours
    count = int(np.ceil((last - first) * 60 / minutes))
    return [Trip(route, stops, first + k * minutes / 60, direction) for k in range(count)]


def write_feed(
    path: Path,
    stops: Mapping[str, Place],
    trips: Sequence[Trip],
    routes: Mapping[str, int] | None = None,
    prefix: str = "",
    copies: int = 1,
) -> Path:
    """Write a feed that runs on DAY (service "day") and the day after (service "next").

    `routes` maps a route to its GTFS type (bus for all by default); `prefix` goes before every
    trip id; `copies` writes every trip more than once, under ids of their own.
    """
    routes = routes or {trip.route: 3 for trip in trips}
    files = {
        "agency.txt": [
            ("agency_id", "agency_name", "agency_url", "agency_timezone"),
            ("A", "Autobuses", "https://example.org", "Atlantic/Canary"),
        ],
        "stops.txt": [("stop_id", "stop_name", "stop_lon", "stop_lat")]
        + [(name, f"Stop {name}", *degrees(place)) for name, place in stops.items()],
        "routes.txt": [("route_id", "agency_id", "route_short_name", "route_type")]
        + [(name, "A", name, kind) for name, kind in routes.items()],
        "calendar_dates.txt": [
            ("service_id", "date", "exception_type"),
            ("day", DAY, 1),
            ("next", f"{int(DAY) + 1}", 1),
        ],
    }
    trip_rows: list[tuple[object, ...]] = [("trip_id", "route_id", "service_id", "direction_id")]
    times: list[tuple[object, ...]] = [
        ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")
    ]
    for number, trip in enumerate(list(trips) * copies):
        trip_id = f"{prefix}{number}"
        trip_rows.append((trip_id, trip.route, trip.service, trip.direction))
        for order, stop in enumerate(trip.stops):
            at = clock(round(trip.start_hour * 3600) + order * trip.minutes * 60)
            times.append((trip_id, stop, order, at, at))
    files |= {"trips.txt": trip_rows, "stop_times.txt": times}
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in files.items():
            archive.writestr(name, "".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def clock(seconds: int) -> str:
    """A service time as GTFS writes it."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def write_population(path: Path, people: Iterable[tuple[Place, float]]) -> Path:
    """Write people at places."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("lon", "lat", "pop"))
        writer.writerows((*degrees(place), count) for place, count in people)
    return path
