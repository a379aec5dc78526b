"""What stands in a feed's files, as text? Leaves out what the text means."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from gtfs.encoding import looks_like

BLOCK_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row whose number of values differs from the header's; it is left out of the table."""

    number: int
    values: int


@dataclass(frozen=True)
class Table:
    """One file of the feed: every value as text, trimmed, blank as "", and what was odd.

    The frame's index is the row's number in the file (the header is row 1).
    """

    name: str
    filename: str
    frame: pd.DataFrame
    header: tuple[str, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()
    blank_rows: tuple[int, ...] = ()
    padded: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    encoding: str | None = None
    problem: str | None = None

    @property
    def columns(self) -> frozenset[str]:
        """The trimmed column names."""
        return frozenset(self.frame.columns)

    def text(self, column: str) -> pd.Series:
        """Return a column's values, "" throughout when the file lacks the column."""
        if column in self.frame.columns:
            return self.frame[column]
        return pd.Series("", index=self.frame.index, dtype="str")


def read_table(path: Path) -> Table:
    """Read one CSV file; what cannot be decoded or parsed becomes an empty table that says so."""
    content = path.read_bytes()
    empty = pd.DataFrame()
    encoding = looks_like(content)
    if encoding is not None:
        return Table(path.stem, path.name, empty, encoding=encoding)
    content = content.removeprefix(b"\xef\xbb\xbf")
    header = _header(content)
    if not any(name.strip() for name in header):
        return Table(path.stem, path.name, empty)
    bad: list[BadRow] = []
    try:
        parsed = _parse(content, len(header), bad)
    except pa.ArrowInvalid as problem:
        return Table(path.stem, path.name, empty, header, problem=str(problem))
    return _tidy(path, header, parsed, bad)


def _header(content: bytes) -> tuple[str, ...]:
    lines = io.StringIO(content[:BLOCK_BYTES].decode(errors="replace"), newline="")
    return tuple(next(csv.reader(lines), ()))


def _parse(content: bytes, columns: int, bad: list[BadRow]) -> pa.Table:
    """Return the rows below the header as text columns "0", "1", ...; collect rows of other
    length in `bad`."""

    def skip(row: pa_csv.InvalidRow) -> str:
        bad.append(BadRow(row.number, row.actual_columns if row.text.strip() else 0))
        return "skip"

    names = [str(position) for position in range(columns)]
    return pa_csv.read_csv(
        # The parser rejects a header without a line end.
        io.BytesIO(content + b"\n" if content[-1:] not in b"\r\n" else content),
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
            strings_can_be_null=False, column_types=dict.fromkeys(names, pa.string())
        ),
    )


def _tidy(path: Path, header: tuple[str, ...], parsed: pa.Table, bad: list[BadRow]) -> Table:
    rows = np.arange(2, parsed.num_rows + len(bad) + 2)
    if bad:
        rows = np.delete(rows, [row.number - 2 for row in bad])
    columns: dict[str, pa.ChunkedArray] = {}
    padded: dict[str, tuple[int, ...]] = {}
    for position, name in enumerate(name.strip() for name in header):
        if not name or name in columns:
            continue
        written = parsed.column(position)
        columns[name] = pc.utf8_trim_whitespace(written)
        changed = pc.not_equal(pc.binary_length(written), pc.binary_length(columns[name]))
        if pc.any(changed).as_py():
            padded[name] = tuple(rows[changed.to_numpy()].tolist())
    frame = pa.table(columns).to_pandas().set_index(pd.Index(rows, name="row"))
    blank = (frame == "").all(axis=1).to_numpy()
    return Table(
        path.stem,
        path.name,
        frame[~blank] if blank.any() else frame,
        header,
        tuple(row for row in bad if row.values),
        tuple(sorted([*rows[blank].tolist(), *(row.number for row in bad if not row.values)])),
        padded,
    )
