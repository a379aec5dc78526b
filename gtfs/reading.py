"""What stands in one file of a feed, as text? Leaves out what the text means."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from gtfs.encoding import looks_like
from gtfs.values import Column, IntArray

BLOCK_BYTES = 1 << 24
MOST_HEADER_BYTES = 1 << 16
# A value that begins with a quotation mark, and none after it.
OPEN_QUOTE = re.compile(r'(^|,)"[^"]*$')


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row whose number of values differs from the header's; it is left out of the table.

    `is_open`: a quotation mark in it is never closed.
    """

    number: int
    values: int
    is_open: bool = False


@dataclass(frozen=True)
class Table:
    """One file of the feed: every value as text, trimmed, blank as "", and what was odd.

    The frame's index is the row's number in the file (the header is row 1). `padded` has the rows
    by column whose value had spaces around it. `encoding` is set when the file is not UTF-8 and
    `problem` when it is no CSV; both have no rows.
    """

    filename: str
    frame: pd.DataFrame
    header: tuple[str, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()
    blank_rows: tuple[int, ...] = ()
    padded: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    encoding: str | None = None
    problem: str | None = None
    _columns: dict[str, Column] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> frozenset[str]:
        """The trimmed column names."""
        return frozenset(self.frame.columns)

    @property
    def rows(self) -> IntArray:
        """The number of every row in the file."""
        numbers: IntArray = self.frame.index.to_numpy()
        return numbers

    def text(self, column: str) -> pd.Series:
        """Return a column's values, "" throughout when the file lacks the column."""
        if column in self.frame.columns:
            return self.frame[column]
        return pd.Series("", index=self.frame.index, dtype="str")

    def column(self, name: str) -> Column:
        """Return a column made ready to be parsed; kept, as many rules ask for the same."""
        if name not in self._columns:
            present = name in self.frame.columns
            column = Column.of(self.frame[name]) if present else Column.blank(len(self.frame))
            self._columns[name] = column
        return self._columns[name]


@cache
def empty_table(filename: str) -> Table:
    """Return the table of a file that the feed does not have."""
    return Table(filename, pd.DataFrame(index=pd.Index([], dtype=np.int64, name="row")))


def read_table(path: Path) -> Table:
    """Read one CSV file; what cannot be decoded or parsed becomes an empty table that says so."""
    content = path.read_bytes()
    nothing = empty_table(path.name).frame
    encoding = looks_like(content)
    if encoding is not None:
        return Table(path.name, nothing, encoding=encoding)
    content = content.removeprefix(b"\xef\xbb\xbf")
    header = _header(content)
    if not any(name.strip() for name in header):
        return Table(path.name, nothing)
    bad: list[BadRow] = []
    try:
        parsed = _parse(content, len(header), bad)
    except pa.ArrowInvalid as problem:
        return Table(path.name, nothing, header, problem=str(problem))
    if content.count(b'"') % 2 and _ends_inside_quotes(parsed, bad):
        return Table(path.name, nothing, header, problem="a quotation mark is never closed")
    return _tidy(path.name, header, parsed, bad)


def _header(content: bytes) -> tuple[str, ...]:
    lines = io.StringIO(content[:MOST_HEADER_BYTES].decode(errors="replace"), newline="")
    try:
        return tuple(next(csv.reader(lines), ()))
    except csv.Error:  # a header beyond the longest value that a CSV reader takes
        return ()


def _parse(content: bytes, columns: int, bad: list[BadRow]) -> pa.Table:
    """Return the rows below the header as text columns "0", "1", ...; collect rows of other
    length in `bad`."""

    def skip(row: pa_csv.InvalidRow) -> str:
        values = row.actual_columns if row.text.strip() else 0
        bad.append(BadRow(row.number, values, is_open=bool(OPEN_QUOTE.search(row.text))))
        return "skip"

    names = [str(position) for position in range(columns)]
    return pa_csv.read_csv(
        # The parser takes a header only with a line end.
        io.BytesIO(content if content[-1:] in b"\r\n" else content + b"\n"),
        read_options=pa_csv.ReadOptions(
            # Row numbers of bad rows are known only to a single thread.
            use_threads=False,
            block_size=BLOCK_BYTES,
            column_names=names,
            skip_rows_after_names=1,
        ),
        parse_options=pa_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=pa_csv.ConvertOptions(
            strings_can_be_null=False, column_types=dict.fromkeys(names, pa.large_string())
        ),
    )


def _ends_inside_quotes(parsed: pa.Table, bad: list[BadRow]) -> bool:
    """Tell whether the last row takes in line ends, as it does when a quotation mark is open."""
    if bad and bad[-1].number > parsed.num_rows + len(bad):
        return bad[-1].is_open
    last = parsed.slice(max(parsed.num_rows - 1, 0)).to_pylist()
    return any("\n" in value for row in last for value in row.values())


def _tidy(filename: str, header: tuple[str, ...], parsed: pa.Table, bad: list[BadRow]) -> Table:
    """Trim names and values, take out blank rows, keep the first of columns of one name."""
    rows = np.arange(2, parsed.num_rows + len(bad) + 2)
    if bad:
        rows = np.delete(rows, [row.number - 2 for row in bad])
    columns: dict[str, pa.ChunkedArray] = {}
    padded: dict[str, tuple[int, ...]] = {}
    blank = np.ones(parsed.num_rows, bool)
    for position, name in enumerate(name.strip() for name in header):
        if not name or name in columns:
            continue
        written = parsed.column(position)
        columns[name] = pc.utf8_trim_whitespace(written)
        lengths = pc.binary_length(columns[name]).to_numpy()
        blank &= lengths == 0
        changed = pc.binary_length(written).to_numpy() != lengths
        if changed.any():
            padded[name] = tuple(rows[changed].tolist())
    frame = pa.table(columns).to_pandas().set_index(pd.Index(rows, name="row"))
    return Table(
        filename,
        frame[~blank] if blank.any() else frame,
        header,
        tuple(row for row in bad if row.values),
        tuple(sorted([*rows[blank].tolist(), *(row.number for row in bad if not row.values)])),
        padded,
    )
