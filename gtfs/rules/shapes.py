"""Do shapes run forwards, and as far as the trips on them?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at, in_rows
from gtfs.values import FloatArray, parse_decimal, parse_integer

EARTH_RADIUS_METERS = 6_371_008.8
# The canonical validator's limits: what is nearer counts as the same place.
SAME_POINT_METERS = 1.11
SAME_END_METERS = 11.1


def distance_meters(
    lat: FloatArray, lon: FloatArray, other_lat: FloatArray, other_lon: FloatArray
) -> FloatArray:
    """Return great-circle distances (haversine) between points in degrees."""
    half_lat, half_lon = np.radians(other_lat - lat) / 2, np.radians(other_lon - lon) / 2
    across = np.cos(np.radians(lat)) * np.cos(np.radians(other_lat)) * np.sin(half_lon) ** 2
    chord: FloatArray = np.sin(half_lat) ** 2 + across
    return 2 * EARTH_RADIUS_METERS * np.arcsin(np.sqrt(chord))


def shape_points(feed: RawFeed) -> pd.DataFrame:
    """Return the points of all shapes in order: row, shape_id, lat, lon, distance."""
    shapes = feed.table("shapes")
    frame = pd.DataFrame(
        {
            "row": shapes.rows,
            "shape_id": shapes.text("shape_id").to_numpy(),
            "lat": shapes.column("shape_pt_lat").numbers(parse_decimal),
            "lon": shapes.column("shape_pt_lon").numbers(parse_decimal),
            "sequence": shapes.column("shape_pt_sequence").numbers(parse_integer),
            "distance": shapes.column("shape_dist_traveled").numbers(parse_decimal),
        }
    )
    frame["shape"] = shapes.column("shape_id").codes
    order = np.lexsort((frame["sequence"], frame["shape"]))
    return frame.iloc[order].reset_index(drop=True)


class DecreasingShapeDistance(Rule):
    """shape_dist_traveled falls from one point of a shape to the next."""

    message = "Row {row}: shape_dist_traveled {value} is below that of the point before."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        points = shape_points(feed)
        falls = _same_shape(points) & (points["distance"].diff() < 0)
        rows = points["row"][falls]
        texts = feed.table("shapes").text("shape_dist_traveled").loc[rows]
        yield from in_rows("shapes.txt", rows, "shape_dist_traveled", texts)


class EqualShapeDistanceDiffCoordinates(Rule):
    """Two points of a shape are apart, and shape_dist_traveled is the same."""

    message = "Row {row}: the point is away from the one before, at the same distance {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        points = shape_points(feed)
        equal = _same_shape(points) & (points["distance"].diff() == 0)
        lat, lon = points["lat"], points["lon"]
        apart = distance_meters(*(part.to_numpy() for part in (lat.shift(), lon.shift(), lat, lon)))
        rows = points["row"][equal & (apart >= SAME_POINT_METERS)]
        texts = feed.table("shapes").text("shape_dist_traveled").loc[rows]
        yield from in_rows("shapes.txt", rows, "shape_dist_traveled", texts)


class TripDistanceExceedsShapeDistance(Rule):
    """The last call of a trip is farther along its shape than the shape is long."""

    message = "The trip {value} goes farther than its shape."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if "shapes" not in feed.files:
            return
        points = shape_points(feed).dropna(subset="distance")
        ends = points.sort_values("distance", kind="stable").drop_duplicates(
            "shape_id", keep="last"
        )
        trips = _last_calls(feed).merge(ends, on="shape_id", suffixes=("", "_of_shape"))
        trips = trips[trips["distance"] > trips["distance_of_shape"]]
        trips = trips.merge(_stop_places(feed), on="stop_id")
        places = (trips[name].to_numpy() for name in ("lat", "lon", "stop_lat", "stop_lon"))
        beyond = trips[distance_meters(*places) > SAME_END_METERS]
        yield from in_rows("trips.txt", beyond["row"], "trip_id", beyond["trip_id"])


def _last_calls(feed: RawFeed) -> pd.DataFrame:
    """Return every trip with its last call: row, trip_id, shape_id, stop_id, distance."""
    trips, calls = feed.table("trips"), feed.calls
    last = calls.frame[calls.ends()]
    trip_ids = np.array(calls.trip_ids, dtype=object)[last["trip"]]
    frame = pd.DataFrame({name: trips.text(name) for name in ("trip_id", "shape_id")})
    last = last[["stop_id", "distance"]].assign(trip_id=trip_ids)
    return frame.assign(row=trips.rows).merge(last, on="trip_id")


def _stop_places(feed: RawFeed) -> pd.DataFrame:
    """Return every stop with its position: stop_id, stop_lat, stop_lon."""
    stops = feed.table("stops")
    frame = pd.DataFrame(
        {
            "stop_id": stops.text("stop_id"),
            "stop_lat": stops.column("stop_lat").numbers(parse_decimal),
            "stop_lon": stops.column("stop_lon").numbers(parse_decimal),
        }
    )
    return frame.drop_duplicates("stop_id")


class SingleShapePoint(Rule):
    """A shape has one point only and cannot be drawn."""

    severity = Severity.WARNING
    message = "The shape {value} has one point only."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        shapes = feed.table("shapes")
        alone = ~shapes.text("shape_id").duplicated(keep=False).to_numpy()
        yield from at(shapes, alone, "shape_id")


class UnusedShape(Rule):
    """No trip follows a shape."""

    severity = Severity.WARNING
    message = "No trip follows the shape {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        shapes = feed.table("shapes")
        used = set(feed.table("trips").column("shape_id").texts)
        first = ~shapes.text("shape_id").duplicated().to_numpy()
        unused = shapes.column("shape_id").where(lambda text: text not in used)
        yield from at(shapes, first & unused, "shape_id")


def _same_shape(points: pd.DataFrame) -> pd.Series:
    return points["shape"].diff() == 0
