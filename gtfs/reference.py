"""Which files and fields does GTFS know, of what type, and to what do they refer?

The list is `reference.csv`: the GTFS reference of June 2026 and the files and fields that GTFS-JP
(v3 and v4) adds. `presence` is "required" (column and every value), "column" (the column must be
there, its values may be blank) or empty; `refers_to` may name several places, of which one is
enough.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

REQUIRED_FILES = ("agency", "stops", "routes", "trips", "stop_times")
SINGLE_ROW_FILES = ("feed_info",)
# GTFS-JP v1 and v2; the reference has another layout under the same file name.
TEXT_KEYED_TRANSLATIONS = ("trans_id", "lang", "translation")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a GTFS file; `kind` is its type, `bound` the limit of a number (">=0")."""

    name: str
    kind: str
    bound: str
    choices: frozenset[str]
    presence: str
    is_key: bool
    refers_to: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class File:
    """One GTFS file, by its name without ending."""

    name: str
    fields: Mapping[str, Field]

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that together identify a row."""
        return tuple(name for name, field in self.fields.items() if field.is_key)


@cache
def reference() -> Mapping[str, File]:
    """Return every file that GTFS or GTFS-JP knows, by its name without ending."""
    fields: dict[str, dict[str, Field]] = {}
    lines = files("gtfs").joinpath("reference.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        fields.setdefault(row["file"], {})[row["field"]] = _field(row)
    return {name: File(name, its_fields) for name, its_fields in fields.items()}


def known_fields(file: str, columns: frozenset[str]) -> Mapping[str, Field]:
    """Return the fields a file may have, given the columns it has: translations.txt has two
    layouts."""
    if file == "translations" and "trans_id" in columns:
        return {name: _text_key_field(name) for name in TEXT_KEYED_TRANSLATIONS}
    return reference()[file].fields


def _field(row: Mapping[str, str]) -> Field:
    kind, _, rest = row["type"].partition(" ")
    refers_to = tuple(
        (file, field)
        for place in row["refers_to"].split("|")
        if place
        for file, _, field in [place.partition(".")]
    )
    return Field(
        row["field"],
        kind,
        "" if kind == "enum" else rest,
        frozenset(rest.split("|")) if kind == "enum" else frozenset(),
        row["presence"],
        row["key"] == "key",
        refers_to,
    )


def _text_key_field(name: str) -> Field:
    kind = "language" if name == "lang" else "text"
    return Field(name, kind, "", frozenset(), "required", False, ())
