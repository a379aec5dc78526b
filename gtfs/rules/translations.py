"""Does every translation translate something that is there?"""

from collections.abc import Iterator

import numpy as np

from gtfs.notices import Severity
from gtfs.raw import LOCATIONS_FILE, RawFeed
from gtfs.reference import SINGLE_ROW_FILES, reference
from gtfs.rules.base import Finding, Rule, at

# Files without a key of one or two fields: they have the fields of their rows translated by value.
KEYS = {name: file.key for name, file in reference().items() if len(file.key) in (1, 2)}


def in_todays_layout(feed: RawFeed) -> bool:
    """Tell whether translations.txt names tables and fields, not only texts (GTFS-JP v1, v2)."""
    return "table_name" in feed.table("translations").columns


class TranslationUnknownTableName(Rule):
    """A translation is for a file that is not there."""

    severity = Severity.WARNING
    message = "Row {row} translates {value}, which the feed does not have."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if in_todays_layout(feed):
            table = feed.table("translations")
            known = set(feed.files) | ({"locations"} if LOCATIONS_FILE in feed.filenames else set())
            unknown = table.column("table_name").where(
                lambda text: text not in known and text != ""
            )
            yield from at(table, unknown, "table_name")


class TranslationUnexpectedValue(Rule):
    """A translation is found by a text and names a record too, or names one for the feed itself."""

    message = "Row {row}: {field} {value} must be blank."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if in_todays_layout(feed):
            table = feed.table("translations")
            by_text = table.column("field_value").filled()
            of_feed = table.column("table_name").where(lambda text: text in SINGLE_ROW_FILES)
            for field in ("record_id", "record_sub_id"):
                yield from at(table, (by_text | of_feed) & table.column(field).filled(), field)


class TranslationForeignKeyViolation(Rule):
    """A translation names a record that is not there."""

    message = "Row {row} translates the record {value}, which is not there."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        if not in_todays_layout(feed):
            return
        table = feed.table("translations")
        by_record = ~table.column("field_value").filled() & table.column("record_id").filled()
        names = table.column("table_name")
        for name in names.texts:
            if name in KEYS and name in feed.files:
                wanted = by_record & names.where(name.__eq__)
                yield from at(table, wanted & _missing(feed, name), "record_id")


def _missing(feed: RawFeed, name: str) -> np.ndarray:
    """Return for every translation whether the file `name` lacks its record."""
    table, translated = feed.table("translations"), feed.table(name)
    key = KEYS[name]
    ids = set(zip(*(translated.text(field) for field in key), strict=True))
    records = (table.text(field) for field in ("record_id", "record_sub_id")[: len(key)])
    return np.array([record not in ids for record in zip(*records, strict=True)], np.bool_)
