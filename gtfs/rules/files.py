"""Is every file there that a feed needs, and can it be read?"""

from collections.abc import Iterator

from gtfs.notices import Severity
from gtfs.raw import LOCATIONS_FILE, RawFeed
from gtfs.reference import REQUIRED_FILES, reference
from gtfs.rules.base import Finding, Rule


class MissingRequiredFile(Rule):
    """A file that every feed needs is missing; stops.txt may be, where locations.geojson is there,
    and feed_info.txt may be, where nothing is translated."""

    message = "{filename} is missing."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name in REQUIRED_FILES:
            on_demand_only = name == "stops" and LOCATIONS_FILE in feed.filenames
            if name not in feed.files and not on_demand_only:
                yield Finding(f"{name}.txt")
        if "translations" in feed.files and "feed_info" not in feed.files:
            yield Finding("feed_info.txt")


class MissingRecommendedFile(Rule):
    """feed_info.txt is missing."""

    severity = Severity.WARNING
    message = "{filename} is missing; it says who made the feed and how long it is valid."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if "feed_info" not in feed.files and "translations" not in feed.files:
            yield Finding("feed_info.txt")


class MissingCalendarAndCalendarDateFiles(Rule):
    """Neither calendar.txt nor calendar_dates.txt is there, so no trip has a date."""

    message = "Neither calendar.txt nor calendar_dates.txt is there."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if not {"calendar", "calendar_dates"} & set(feed.files):
            yield Finding(None)


class EmptyFile(Rule):
    """A file has no header, or a file that every feed needs has no row that can be read."""

    message = "{filename} is empty."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, table in feed.files.items():
            readable = table.encoding is None and table.problem is None
            without_rows = name in REQUIRED_FILES and table.frame.empty
            if readable and (not table.header or without_rows):
                yield Finding(table.filename)


class NotUtf8(Rule):
    """A file is not written in UTF-8, so its names cannot be read."""

    canonical = False
    message = "{filename} is not UTF-8; it looks like {about}. Save it as UTF-8."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            if table.encoding is not None:
                yield Finding(table.filename, about=table.encoding)


class CsvParsingFailed(Rule):
    """A file is no CSV: most often a quotation mark is opened and never closed."""

    message = "{filename} cannot be parsed: {about}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            if table.problem is not None:
                yield Finding(table.filename, about=table.problem)


class UnknownFile(Rule):
    """A file that GTFS does not know; it is not read."""

    severity = Severity.INFO
    message = "{filename} is no file of GTFS and is not read."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        known = {f"{name}.txt" for name in reference()} | {LOCATIONS_FILE}
        for filename in feed.filenames:
            if filename not in known:
                yield Finding(filename)


class InvalidInputFilesInSubfolder(Rule):
    """The files are in a folder inside the archive instead of at its root; they are read all the
    same."""

    message = "The files are in the folder {about} of the archive, not at its root."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if feed.subfolder is not None:
            yield Finding(None, about=feed.subfolder)
