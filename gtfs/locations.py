"""Where may a rider be picked up on demand? The zones of locations.geojson."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

ZONE_TYPES = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Locations:
    """The parsed file: `document` is None when there is no file or `problem` says why it cannot
    be parsed; `repeated_keys` are JSON keys that stand twice in one object."""

    document: Any = None
    problem: str | None = None
    repeated_keys: tuple[str, ...] = ()

    def features(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield position and object of every feature that is an object at all."""
        features = self.document.get("features") if isinstance(self.document, dict) else None
        for position, feature in enumerate(features if isinstance(features, list) else []):
            if isinstance(feature, dict):
                yield position, feature

    def ids(self) -> frozenset[str]:
        """Return the ids of all features."""
        return frozenset(str(feature["id"]) for _, feature in self.features() if "id" in feature)

    def zones(self) -> dict[str, BaseGeometry]:
        """Return the sound zones by id: polygons in degrees, longitude first."""
        zones = {str(feature.get("id")): zone_of(feature) for _, feature in self.features()}
        return {name: zone for name, zone in zones.items() if zone is not None and zone.is_valid}


def zone_of(feature: dict[str, Any]) -> BaseGeometry | None:
    """Return a feature's polygon, sound or not, None when there is none to be made of it."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ZONE_TYPES:
        return None
    try:
        return shape(geometry)
    except (shapely.errors.ShapelyError, KeyError, TypeError, ValueError, IndexError):
        return None


def read_locations(path: Path) -> Locations:
    """Read locations.geojson; a file that is no JSON gives Locations that say so."""
    repeated: list[str] = []

    def note_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(pairs)
        if len(seen) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(key for key in seen if keys.count(key) > 1)
        return seen

    try:
        document = json.loads(path.read_bytes(), object_pairs_hook=note_repeats)
    except (ValueError, RecursionError) as problem:
        return Locations(problem=str(problem) or "nested too deeply")
    return Locations(document, repeated_keys=tuple(repeated))
