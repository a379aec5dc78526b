"""Where do the rows of a service day live? One Parquet file a day, in a folder or object store.

A lake is a path or a URL that pyarrow knows (file, s3, gs, abfs, hdfs; with fsspec installed also
fsspec+<protocol>). A day is written whole and takes the place of the same day before, so a job
that runs twice changes nothing.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
from pyarrow import fs

DAY_FILE = "rides.parquet"
_DAY = pa.schema([pa.field("service_date", pa.date32())])
_PARTITIONS = pyarrow.dataset.partitioning(_DAY, flavor="hive")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A kind of row: its folder in the lake and its columns, without service_date, which is the
    name of the day's folder."""

    name: str
    schema: pa.Schema


def write_day(lake: str, dataset: Dataset, service_date: date, rows: Iterable[Any]) -> int:
    """Write all rows (dataclasses with the dataset's fields) of a service day, in place of what
    the day held, and return how many. Raise pyarrow.ArrowInvalid for a value that is not of its
    column, or missing where there must be one."""
    table = pa.Table.from_pylist([asdict(row) for row in rows], schema=dataset.schema)
    _refuse_missing(table)
    files, root = _open(lake)
    folder = f"{root}/{dataset.name}/service_date={service_date.isoformat()}"
    files.create_dir(folder, recursive=True)
    # Readers pass over names that begin with a dot, and a rename replaces at once.
    partial = f"{folder}/.{DAY_FILE}.{secrets.token_hex(4)}"
    try:
        with files.open_output_stream(partial) as sink:
            pq.write_table(table, sink)
        files.move(partial, f"{folder}/{DAY_FILE}")
    except BaseException:
        with suppress(OSError):  # a full disk is not helped by half a file
            files.delete_file(partial)
        raise
    return len(table)


def read_days(lake: str, dataset: Dataset, first: date, last: date) -> ibis.Table:
    """Return the rows of the service days from first to last, service_date added, as an Ibis
    table that reads only the files and columns an expression asks for."""
    files, root = _open(lake)
    schema = pa.schema([*dataset.schema, *_DAY])
    folder = f"{root}/{dataset.name}"
    if files.get_file_info(folder).type is fs.FileType.NotFound:
        return ibis.memtable(schema.empty_table())
    rows = pyarrow.dataset.dataset(
        folder, schema=schema, filesystem=files, format="parquet", partitioning=_PARTITIONS
    )
    table = ibis.memtable(rows)
    return table.filter(table.service_date.between(first, last))


def stored_dates(lake: str, dataset: Dataset) -> list[date]:
    """Return the service days that the lake holds, in order."""
    files, root = _open(lake)
    folder = fs.FileSelector(f"{root}/{dataset.name}", allow_not_found=True)
    names = [entry.base_name for entry in files.get_file_info(folder)]
    days = [name.removeprefix("service_date=") for name in names if "=" in name]
    return sorted(date.fromisoformat(day) for day in days)


def _open(lake: str) -> tuple[fs.FileSystem, str]:
    if "://" in lake:
        files, root = fs.FileSystem.from_uri(lake)
        return files, root.rstrip("/")
    return fs.LocalFileSystem(), str(Path(lake).absolute())


def _refuse_missing(table: pa.Table) -> None:
    """Arrow notes that a column must have values, but does not look."""
    for column in table.schema:
        if not column.nullable and table[column.name].null_count:
            raise pa.ArrowInvalid(f"{column.name} is missing in a row")
