"""Does every trip go forwards, from a known first to a known last call?"""

from collections.abc import Iterator

import numpy as np

from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, in_rows

STOP_TIMES = "stop_times.txt"
TIME_FIELDS = (("arrival", "arrival_time"), ("departure", "departure_time"))


class StopTimeWithArrivalBeforePreviousDepartureTime(Rule):
    """A trip arrives at a stop before it has left the one before it."""

    message = "Row {row}: the trip arrives before it has left the call before."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        frame = feed.calls.frame
        trip, departure = frame["trip"].to_numpy(), frame["departure"].to_numpy()
        # The nearest call above that has a departure time; blank ones lie between.
        left = np.maximum.accumulate(np.where(np.isnan(departure), -1, np.arange(len(trip))))[:-1]
        arrival = frame["arrival"].to_numpy()[1:]
        back = np.zeros(len(trip), np.bool_)
        back[1:] = (left >= 0) & (trip[left] == trip[1:]) & (arrival < departure[left])
        rows = frame["row"].to_numpy()[back]
        texts = feed.table("stop_times").text("arrival_time").loc[rows]
        yield from in_rows(STOP_TIMES, rows, "arrival_time", texts)


class StopTimeWithOnlyArrivalOrDepartureTime(Rule):
    """A call has an arrival but no departure time, or the reverse; it is read as both."""

    message = "Row {row} has only one of arrival_time and departure_time; {field} is blank."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        arrives = table.column("arrival_time").filled()
        departs = table.column("departure_time").filled()
        yield from in_rows(table.filename, table.rows[~arrives & departs], "arrival_time")
        yield from in_rows(table.filename, table.rows[arrives & ~departs], "departure_time")


class MissingTripEdge(Rule):
    """The first or the last call of a trip has no arrival or no departure time."""

    message = "Row {row}: the first or last call of a trip has no {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        calls = feed.calls
        frame = calls.frame
        windowed = frame["window_start"].notna() | frame["window_end"].notna()
        edge = (~calls.follows() | calls.ends()) & ~windowed.to_numpy()
        for column, field in TIME_FIELDS:
            missing = edge & np.isnan(frame[column].to_numpy())
            yield from in_rows(STOP_TIMES, frame["row"].to_numpy()[missing], field)


class StopTimeTimepointWithoutTimes(Rule):
    """A call is said to be at an exact time, and the time is blank."""

    message = "Row {row} is a timepoint without {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("stop_times")
        exact = table.column("timepoint").where(lambda text: text == "1")
        for _, field in TIME_FIELDS:
            yield from in_rows(
                table.filename, table.rows[exact & ~table.column(field).filled()], field
            )


class DecreasingOrEqualStopTimeDistance(Rule):
    """shape_dist_traveled does not grow from one call to the next."""

    message = "Row {row}: shape_dist_traveled {value} is not above that of the call before."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        frame = feed.calls.frame[(feed.calls.frame["stop_id"] != "").to_numpy()]
        trip, distance = frame["trip"].to_numpy(), frame["distance"].to_numpy()
        broken = (trip[1:] == trip[:-1]) & (distance[1:] <= distance[:-1])
        rows = frame["row"].to_numpy()[1:][broken]
        texts = feed.table("stop_times").text("shape_dist_traveled").loc[rows]
        yield from in_rows(STOP_TIMES, rows, "shape_dist_traveled", texts)
