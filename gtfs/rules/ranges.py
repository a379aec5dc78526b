"""Does every span of dates or times end after it starts?"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at
from gtfs.values import BoolArray, parse_date, parse_time


def day_number(text: str) -> int | None:
    """Return a date as a number that grows by one a day."""
    day = parse_date(text)
    return day.toordinal() if day else None


class Span(NamedTuple):
    """Two fields of a file that are the start and the end of something."""

    file: str
    start: str
    end: str
    parse: Callable[[str], int | None]
    may_be_equal: bool

    def compare(self, feed: RawFeed) -> tuple[BoolArray, BoolArray]:
        """Return for every row whether the end is before the start, and whether it is equal."""
        table = feed.table(self.file)
        start, end = (table.column(field).numbers(self.parse) for field in (self.start, self.end))
        return end < start, end == start


SPANS = (
    Span("calendar", "start_date", "end_date", day_number, may_be_equal=True),
    Span("feed_info", "feed_start_date", "feed_end_date", day_number, may_be_equal=True),
    Span("stop_times", "arrival_time", "departure_time", parse_time, may_be_equal=True),
    Span("frequencies", "start_time", "end_time", parse_time, may_be_equal=False),
    Span("timeframes", "start_time", "end_time", parse_time, may_be_equal=False),
)


class StartAndEndRangeOutOfOrder(Rule):
    """A span of dates or times ends before it starts."""

    message = "{field} {value} in row {row} of {filename} is before the start."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for span in SPANS:
            before, _ = span.compare(feed)
            yield from at(feed.table(span.file), before, span.end)


class StartAndEndRangeEqual(Rule):
    """A span of times that must last ends when it starts."""

    message = "{field} {value} in row {row} of {filename} is the start as well."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for span in SPANS:
            if not span.may_be_equal:
                _, equal = span.compare(feed)
                yield from at(feed.table(span.file), equal, span.end)
