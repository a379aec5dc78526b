"""How often does something leave? Departures at stops, and around people by line and direction.

All functions take departures as analytics.supply has them, and a window in seconds of the
service day, [start, end) (None: the whole day, past midnight too).
"""

import numpy as np
import pandas as pd

from analytics.plane import FloatArray

Window = tuple[int, int]
HOUR = 3600
DAY = 24 * HOUR


def window_hours(window: Window | None) -> float:
    """Return the length of a window in hours; the whole day has 24."""
    start, end = window or (0, DAY)
    return (end - start) / HOUR


def in_window(departures: pd.DataFrame, window: Window | None) -> pd.DataFrame:
    """Return the departures inside the window."""
    if window is None:
        return departures
    return departures[departures["seconds"].ge(window[0]) & departures["seconds"].lt(window[1])]


def departures_at_stops(departures: pd.DataFrame, stop_count: int) -> FloatArray:
    """Return the number of departures at every stop, lines and directions together."""
    return np.bincount(departures["stop"], minlength=stop_count).astype(float)


def one_way_departures_at_stops(departures: pd.DataFrame, stop_count: int) -> FloatArray:
    """Return the departures at every stop in its stronger direction, lines together.

    A pole by the road serves one direction, and its figure is that one. A platform or terminus
    that serves both must not count outward and return journeys as one service.
    """
    counts = departures.groupby(["stop", "direction"]).size()
    best = counts.groupby(level="stop").max()
    return _filled(best, stop_count)


def served_hours_at_stops(departures: pd.DataFrame, stop_count: int) -> FloatArray:
    """Return in how many clock hours of the service day something leaves every stop."""
    hours = (departures["seconds"] // HOUR).groupby(departures["stop"]).nunique()
    return _filled(hours, stop_count)


def departures_around_points(
    walks: pd.DataFrame, departures: pd.DataFrame, point_count: int
) -> FloatArray:
    """Return the departures around every point by distinct line, the stronger direction of each.

    `walks`: point, stop of the walks that count. Method: Transport for London's PTAL, which takes
    every route once and in its stronger direction, so that the two stops of a pair never count
    twice. PTAL reads a route at its nearest stop; here it is read at the stop in reach where most
    of it leaves, because else a single trip added at a nearer stop would lower the figure.
    """
    counts = departures.groupby(["stop", "line", "direction"]).size().reset_index(name="count")
    around = walks[["point", "stop"]].merge(counts, on="stop")
    by_direction = around.groupby(["point", "line", "direction"])["count"].max()
    by_line = by_direction.groupby(level=["point", "line"]).max()
    total = by_line.groupby(level="point").sum()
    return _filled(total, point_count)


def _filled(counts: pd.Series, length: int) -> FloatArray:
    """Return a value for every position from 0, 0 where `counts` has none."""
    return np.asarray(counts.reindex(range(length), fill_value=0), dtype=float)
