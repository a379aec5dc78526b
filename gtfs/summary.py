"""What is in this feed, on one page? For the import report."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from fares.modes import Mode
from gtfs.feed import Feed
from gtfs.timetable import departure_span, interpolated_share
from gtfs.validation import judge
from gtfs.values import format_time


@dataclass(frozen=True, slots=True)
class ModeSummary:
    """One mode of a feed; the departures are the earliest and the latest of any service day."""

    mode: Mode
    routes: int
    trips: int
    first_departure_seconds: int | None
    last_departure_seconds: int | None

    def as_document(self) -> dict[str, Any]:
        """Return the mode as JSON has it: service times as text, which may pass 24:00."""
        first, last = self.first_departure_seconds, self.last_departure_seconds
        return {
            "mode": self.mode.value,
            "routes": self.routes,
            "trips": self.trips,
            "first_departure": None if first is None else format_time(first),
            "last_departure": None if last is None else format_time(last),
        }


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """A feed in numbers; `rows` by file, `notices` by severity and code with exact counts."""

    feed_name: str
    sha256: str
    time_zone: str
    first_date: date | None
    last_date: date | None
    rows: dict[str, int]
    modes: tuple[ModeSummary, ...]
    routes_without_mode: int
    interpolated_share: float
    notices: dict[str, dict[str, int]]

    def as_document(self) -> dict[str, Any]:
        """Return the summary as JSON has it: dates and service times as text."""
        document = asdict(self)
        for name in ("first_date", "last_date"):
            day = document[name]
            document[name] = None if day is None else day.isoformat()
        document["modes"] = [mode.as_document() for mode in self.modes]
        return document


def summarize(feed: Feed, on_date: date | None = None) -> FeedSummary:
    """Return a feed in numbers; with a date the notices name the services that are over on it."""
    first_date, last_date = feed.date_range or (None, None)
    report = feed.report if on_date is None else judge(feed.raw, on_date)
    return FeedSummary(
        feed_name=feed.feed_name,
        sha256=feed.sha256,
        time_zone=feed.time_zone,
        first_date=first_date,
        last_date=last_date,
        rows={name: len(frame) for name, frame in sorted(feed.tables.items())},
        modes=tuple(
            _mode(feed, mode) for mode in Mode if (feed.routes["mode"] == mode.value).any()
        ),
        routes_without_mode=int(feed.routes["mode"].isna().sum()),
        interpolated_share=interpolated_share(feed),
        notices=report.totals_by_severity(),
    )


def _mode(feed: Feed, mode: Mode) -> ModeSummary:
    first, last = departure_span(feed, mode) or (None, None)
    return ModeSummary(
        mode=mode,
        routes=int((feed.routes["mode"] == mode.value).sum()),
        trips=int((feed.trips["mode"] == mode.value).sum()),
        first_departure_seconds=first,
        last_departure_seconds=last,
    )
