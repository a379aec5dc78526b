"""How does a rule speak? One rule is one small class, and its name is the notice's code."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gtfs.notices import Notice, Severity
from gtfs.raw import RawFeed
from gtfs.reading import Table
from gtfs.reference import Field, known_fields
from gtfs.values import BoolArray, IntArray

TextArray = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Finding:
    """The rows of one file that break a rule, with the value that does it where there is one.

    No rows at all: the file as a whole breaks it. `about` is what the message adds.
    """

    filename: str | None
    rows: Sequence[int] | IntArray = ()
    field: str | None = None
    values: Sequence[str] | TextArray = ()
    about: str = ""

    def __len__(self) -> int:
        return max(len(self.rows), 1)


class Rule(ABC):
    """One thing that must hold in a feed. The docstring says what, for the notice table.

    `message` is the sentence of a notice and may name {filename}, {row}, {field}, {value} and
    {about}. `canonical` is False for the rules that the canonical validator does not have.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    canonical: ClassVar[bool] = True
    message: ClassVar[str]

    @classmethod
    def code(cls) -> str:
        """Return the notice's name: the class name in snake case, as the canonical has it."""
        return re.sub(r"(?<!^)([A-Z])", r"_\1", cls.__name__).lower()

    def apply(self, feed: RawFeed, most: int) -> tuple[int, list[Notice]]:
        """Return how often the rule is broken, and a notice for each time, but at most `most`
        for one field of one file."""
        findings = list(self._find(feed))
        notices = [notice for finding in findings for notice in self._notices(finding, most)]
        return sum(map(len, findings)), notices

    @abstractmethod
    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        """Yield what breaks the rule."""

    def _notices(self, finding: Finding, most: int) -> Iterator[Notice]:
        for position in range(min(len(finding), most)):
            row = int(finding.rows[position]) if len(finding.rows) else None
            value = str(finding.values[position]) if len(finding.values) else None
            message = self.message.format(
                filename=finding.filename,
                row=row,
                field=finding.field,
                value=value,
                about=finding.about,
            )
            yield Notice(
                self.code(), self.severity, finding.filename, row, finding.field, value, message
            )


def typed_fields(feed: RawFeed) -> Iterator[tuple[Table, Field]]:
    """Yield every column of the feed of which GTFS knows the type."""
    for name, table in feed.files.items():
        for field in known_fields(name, table.columns).values():
            if field.name in table.columns:
                yield table, field


def at(table: Table, broken: BoolArray, field: str, about: str = "") -> Iterator[Finding]:
    """Yield the rows of `table` that `broken` marks, with their value of `field`."""
    if broken.any():
        values = table.text(field).to_numpy()[broken] if field in table.columns else ()
        yield Finding(table.filename, table.rows[broken], field, values, about)


def in_rows(
    filename: str, rows: Iterable[int], field: str | None = None, values: Iterable[object] = ()
) -> Iterator[Finding]:
    """Yield the given rows in the order of the file, with one value each if there are values."""
    numbers = np.fromiter(rows, np.int64)
    if len(numbers):
        order = np.argsort(numbers, kind="stable")
        texts = np.array([str(value) for value in values], dtype=object)
        yield Finding(filename, numbers[order], field, texts[order] if len(texts) else ())
