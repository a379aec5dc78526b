"""Is every zone of locations.geojson a sound polygon with an id?"""

from collections import Counter
from collections.abc import Iterator

from gtfs.locations import ZONE_TYPES, zone_of
from gtfs.raw import LOCATIONS_FILE, RawFeed
from gtfs.rules.base import Finding, Rule


class MalformedJson(Rule):
    """locations.geojson is no JSON."""

    message = "{filename} is no JSON: {about}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if feed.locations.problem is not None:
            yield Finding(LOCATIONS_FILE, about=feed.locations.problem)


class GeoJsonDuplicatedElement(Rule):
    """A name stands twice in one object of locations.geojson."""

    message = "{value} stands twice in one object of {filename}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for key in feed.locations.repeated_keys:
            yield Finding(LOCATIONS_FILE, values=(key,))


class UnsupportedGeoJsonType(Rule):
    """locations.geojson is no FeatureCollection."""

    message = "{filename} must be a FeatureCollection."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        document = feed.locations.document
        kind = document.get("type") if isinstance(document, dict) else None
        if document is not None and kind != "FeatureCollection":
            yield Finding(LOCATIONS_FILE, field="type", values=() if kind is None else (str(kind),))


class UnsupportedFeatureType(Rule):
    """An element of the collection is no Feature."""

    message = "Element {about} of {filename} must be a Feature."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for position, feature in feed.locations.features():
            if feature.get("type", "Feature") != "Feature":
                values = (str(feature["type"]),)
                yield Finding(LOCATIONS_FILE, (), "type", values, str(position))


class MissingRequiredElement(Rule):
    """A feature lacks its id, type, properties or geometry."""

    message = "Element {about} of {filename} has no {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for position, feature in feed.locations.features():
            for name in ("id", "type", "properties", "geometry"):
                if name not in feature or feature[name] == "":
                    yield Finding(LOCATIONS_FILE, field=name, about=str(position))
            geometry = feature.get("geometry")
            if isinstance(geometry, dict):
                for name in {"type", "coordinates"} - set(geometry):
                    yield Finding(LOCATIONS_FILE, field=f"geometry.{name}", about=str(position))


class UnsupportedGeometryType(Rule):
    """A zone is neither a Polygon nor a MultiPolygon."""

    message = "Element {about} of {filename} is a {value}, no polygon."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for position, feature in feed.locations.features():
            geometry = feature.get("geometry")
            kind = geometry.get("type") if isinstance(geometry, dict) else None
            if kind is not None and str(kind) not in ZONE_TYPES:
                values = (str(kind),)
                yield Finding(LOCATIONS_FILE, (), "geometry.type", values, str(position))


class InvalidGeometry(Rule):
    """A zone's polygon is not sound: it crosses itself or is not closed, for example."""

    message = "The zone {value} of {filename} is no sound polygon."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for _, feature in feed.locations.features():
            geometry = feature.get("geometry")
            if isinstance(geometry, dict) and geometry.get("type") in ZONE_TYPES:
                zone = zone_of(feature)
                if "coordinates" in geometry and (zone is None or not zone.is_valid):
                    yield Finding(LOCATIONS_FILE, (), "geometry", (str(feature.get("id")),))


class DuplicateGeoJsonKey(Rule):
    """Two zones have the same id."""

    message = "More than one zone of {filename} has the id {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        ids = Counter(
            str(feature["id"]) for _, feature in feed.locations.features() if "id" in feature
        )
        for zone_id, count in ids.items():
            if count > 1:
                yield Finding(LOCATIONS_FILE, (), "id", (zone_id,))
