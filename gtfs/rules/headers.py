"""Are the columns of each file the ones that GTFS knows?"""

from collections import Counter
from collections.abc import Iterator

from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.reference import known_fields
from gtfs.rules.base import Finding, Rule

HEADER_ROW = (1,)
# GTFS-Flex before it was adopted. Read as today's columns they would mean something else.
FLEX_DRAFT_COLUMNS = {
    "stop_times": (
        "start_pickup_dropoff_window",
        "end_pickup_dropoff_window",
        "mean_duration_factor",
        "mean_duration_offset",
        "safe_duration_factor",
        "safe_duration_offset",
        "start_service_area_id",
        "end_service_area_id",
        "start_service_area_radius",
        "end_service_area_radius",
    ),
    "location_groups": ("location_id",),
    "trips": (
        "mean_duration_factor",
        "mean_duration_offset",
        "drt_max_travel_time",
        "drt_avg_travel_time",
        "drt_advance_book_min",
    ),
}


class MissingRequiredColumn(Rule):
    """A file lacks a column that it must have."""

    message = "{filename} has no column {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, table in feed.files.items():
            if table.header and table.problem is None:
                for field in known_fields(name, table.columns).values():
                    if field.presence and field.name not in table.columns:
                        yield Finding(table.filename, field=field.name)


class DuplicatedColumn(Rule):
    """Two columns of a file have the same name; the first is read."""

    message = "{filename} has the column {field} more than once."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            for name, count in Counter(name.strip() for name in table.header).items():
                if name and count > 1:
                    yield Finding(table.filename, HEADER_ROW, name)


class EmptyColumnName(Rule):
    """A column has no name and is not read."""

    message = "Column {about} of {filename} has no name."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            for position, name in enumerate(table.header, start=1):
                if not name.strip():
                    yield Finding(table.filename, HEADER_ROW, about=str(position))


class UnknownColumn(Rule):
    """A column that GTFS does not know; it is kept and not used. Often a misspelt name."""

    severity = Severity.INFO
    message = "{filename} has the column {field}, which GTFS does not know."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, table in feed.files.items():
            known = {*known_fields(name, table.columns), *FLEX_DRAFT_COLUMNS.get(name, ())}
            for column in table.frame.columns:
                if column not in known:
                    yield Finding(table.filename, HEADER_ROW, column)


class SupersededFlexColumn(Rule):
    """A column of a GTFS-Flex draft that was not adopted; the on-demand service it describes is
    not read."""

    severity = Severity.WARNING
    canonical = False
    message = "{filename} has the column {field} of an old GTFS-Flex draft, which is not read."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, columns in FLEX_DRAFT_COLUMNS.items():
            for column in columns:
                if column in feed.table(name).columns:
                    yield Finding(f"{name}.txt", HEADER_ROW, column)
