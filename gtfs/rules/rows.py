"""Is each row a row, and each value free of what no value may hold?"""

from collections.abc import Iterator

from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.reference import SINGLE_ROW_FILES
from gtfs.rules.base import Finding, Rule, at, in_rows
from gtfs.rules.headers import HEADER_ROW


class InvalidRowLength(Rule):
    """A row has more or fewer values than the header has columns; it is not read."""

    message = "Row {row} of {filename} has {value} values, not as many as the header."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            if table.bad_rows:
                rows = [bad.number for bad in table.bad_rows]
                values = [str(bad.values) for bad in table.bad_rows]
                yield Finding(table.filename, rows, values=values)


class EmptyRow(Rule):
    """A row holds nothing and is not read."""

    severity = Severity.WARNING
    message = "Row {row} of {filename} is empty."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            if table.blank_rows:
                yield Finding(table.filename, table.blank_rows)


class LeadingOrTrailingWhitespaces(Rule):
    """A column name or a value has spaces around it; they are left out. (The canonical validator
    names only those inside quotation marks.)"""

    severity = Severity.WARNING
    message = "Row {row} of {filename} has spaces around {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            for name in table.header:
                if name != name.strip():
                    yield Finding(table.filename, HEADER_ROW, name.strip(), (name,))
            for field, rows in table.padded.items():
                yield Finding(table.filename, rows, field)


class NewLineInValue(Rule):
    """A value holds a line break, most often because a quotation mark is not closed."""

    message = "{field} in row {row} of {filename} holds a line break."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            for field in table.frame.columns:
                broken = table.column(field).where(lambda text: "\n" in text or "\r" in text)
                yield from at(table, broken, field)


class InvalidCharacter(Rule):
    """A value holds the replacement character: it was once decoded with the wrong encoding."""

    message = "{field} in row {row} of {filename} holds a character that was lost: {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table in feed.files.values():
            for field in table.frame.columns:
                broken = table.column(field).where(lambda text: "\ufffd" in text)
                yield from at(table, broken, field)


class MoreThanOneEntity(Rule):
    """A file that describes the feed as a whole has more than one row; the first is read."""

    severity = Severity.WARNING
    message = "{filename} should have one row only."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name in SINGLE_ROW_FILES:
            yield from in_rows(f"{name}.txt", feed.table(name).rows[1:])
