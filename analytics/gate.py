"""Do the data suffice to say that somebody is not served? If not, the answer is "not assessed".

Feeds leave service out without a word: one with trips only from 11 to 17 makes a city look
deserted at 8. Rules and their figures: docs of the method, see README.md of this package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.spatial import KDTree

from analytics.access import NetworkWalks, Places
from analytics.frequency import DAY, HOUR, Window
from analytics.plane import BoolArray, FloatArray, to_plane
from analytics.streets import WalkNetwork
from analytics.supply import FeedFacts
from fares.reasons import Text

FARTHEST_SNAP_METERS = 200.0
EDGE_METERS = 1000.0
BUS_STOP_NEAR_METERS = 500.0
SAME_STOP_METERS = 75.0
# In a span of service this long a silent hour is an hour without service.
WHOLE_SPAN_SECONDS = 8 * HOUR

REASONS: Mapping[str, Text] = {
    "no_population": Text("人口データがありません。", "There is no population data."),
    "no_streets": Text("道路データがありません。", "There is no street data."),
    "date_outside_calendar": Text(
        "この日は時刻表データの期間外です。", "The date is outside a feed's calendar."
    ),
    "mode_missing": Text(
        "路線はあるのに便のない交通手段があります。",
        "A feed lists routes of a kind of service but not one trip.",
    ),
    "hours_not_covered": Text(
        "時刻表データがこの時間帯を含んでいません。", "A feed does not cover these hours."
    ),
    "outside_streets": Text(
        "道路網から200m以上離れています。", "Over 200 m from the connected street network."
    ),
    "edge_of_extract": Text(
        "道路データの端から1km以内です。", "Within 1 km of the edge of the street data."
    ),
    "operator_missing": Text(
        "時刻表データにないバス停が近くにあります(他の事業者の可能性)。",
        "A bus stop nearby is in no feed: an operator may be missing.",
    ),
}


@dataclass(frozen=True, slots=True)
class Override:
    """A planner's decision to take the data as complete; name and reason are printed."""

    by: str
    reason: str


def feed_reason(
    feeds: Sequence[FeedFacts], service_date: date, window: Window | None
) -> str | None:
    """Return why the feeds together say nothing about a window of a day, or None when they do.

    No trips on a covered date is an answer as long as the feed runs on some other day.
    """
    for feed in feeds:
        reason = _reason_of(feed, service_date, window)
        if reason:
            return reason
    return None


def _reason_of(feed: FeedFacts, service_date: date, window: Window | None) -> str | None:
    if feed.first_date is None or feed.last_date is None:
        return "date_outside_calendar"
    if not feed.first_date <= service_date.isoformat() <= feed.last_date:
        return "date_outside_calendar"
    if set(feed.listed) - set(feed.running):
        return "mode_missing"
    for first, last in feed.spans.values():
        if last - first < WHOLE_SPAN_SECONDS and not _covers(first, last, window):
            return "hours_not_covered"
    return None


def _covers(first: int, last: int, window: Window | None) -> bool:
    """Tell whether every clock hour that the window touches meets the span of departures."""
    start, end = window or (0, DAY)
    first_hour, last_hour = start // HOUR, -(-end // HOUR) - 1
    return first // HOUR <= first_hour and last_hour <= last // HOUR


def cell_reasons(
    network: WalkNetwork, walks: NetworkWalks, points: Places, stops: Places
) -> list[str | None]:
    """Return for every point why "not covered" could not be said of it, or None.

    `walks` are from the points; `stops` are all stops of the feeds, served on the day or not.
    """
    outside = walks.snap_meters > FARTHEST_SNAP_METERS
    edge = edge_distance(network, points) < EDGE_METERS
    missing = _near_unknown_bus_stop(network, points, stops)
    reasons: list[str | None] = []
    for is_outside, is_edge, is_missing in zip(outside, edge, missing, strict=True):
        if is_outside:
            reasons.append("outside_streets")
        elif is_edge:
            reasons.append("edge_of_extract")
        else:
            reasons.append("operator_missing" if is_missing else None)
    return reasons


def edge_distance(network: WalkNetwork, points: Places) -> FloatArray:
    """Return the metres from every point to the nearest side of the extract's box; negative
    outside. The shore is inside the box, so the sea is no edge."""
    west, south, east, north = network.box
    x, y = to_plane(np.array([west, east]), np.array([south, north]), network.plane)
    sides = (points.x - x[0], x[1] - points.x, points.y - y[0], y[1] - points.y)
    return np.asarray(np.minimum.reduce(sides), dtype=float)


def _near_unknown_bus_stop(network: WalkNetwork, points: Places, stops: Places) -> BoolArray:
    """Tell for every point whether a bus stop on the map near it has no stop of a feed by it."""
    on_map = Places(*to_plane(network.bus_stop_lon, network.bus_stop_lat, network.plane))
    unknown = _distance_to(on_map, stops) > SAME_STOP_METERS
    return _distance_to(points, Places(on_map.x[unknown], on_map.y[unknown])) <= (
        BUS_STOP_NEAR_METERS
    )


def _distance_to(places: Places, others: Places) -> FloatArray:
    if not len(others) or not len(places):
        return np.full(len(places), np.inf)
    meters, _ = KDTree(others.columns).query(places.columns)
    return np.asarray(meters, dtype=float)
