"""Making a backup: one encrypted file that appears under its name whole or not at all.

Inside is a compressed tar archive: `contents.json`, each table's rows in parts, each file of the
lake, and `end.json` with the counts. Nothing that is not encrypted is ever on a disk.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

import orjson
import psycopg

from api.backup import database_dump as dump
from api.backup import lake_files
from api.backup.sealed import WORK_FACTOR, BackupError, SealingWriter
from api.cli.stages import Stage
from api.database import libpq_url

FORMAT = 1
CONTENTS, END, DATABASE, LAKE = "contents.json", "end.json", "database", "lake"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds; `size_bytes` is the encrypted file's."""

    made_at: datetime
    tables: int
    rows: int
    lake_files: int
    size_bytes: int


def make_backup(
    url: str,
    lake_url: str,
    target: Path,
    passphrase: str,
    now: datetime,
    stage: Stage,
    *,
    work_factor: int = WORK_FACTOR,
) -> BackedUp:
    """Back up a database as of now and the lake beside it; raises `BackupError`.

    The database is read first: a file that a ride's export has put into the lake since is
    written anew by the next export after a restore.
    """
    with _new_file(target) as out:
        sealing = SealingWriter(out, passphrase, work_factor)
        with (
            gzip.GzipFile("", "wb", 3, cast("BinaryIO", sealing), mtime=0) as compressing,
            tarfile.open(mode="w|", fileobj=compressing) as archive,
        ):
            with stage("database"):
                rows = _add_database(archive, url, now)
            with stage("lake"):
                files = _add_lake(archive, lake_url)
            _add_json(archive, END, {"rows": rows, "lake_files": files})
        sealing.finish()
        size = out.tell()
    return BackedUp(now, len(rows), sum(rows.values()), files, size)


def _add_database(archive: tarfile.TarFile, url: str, now: datetime) -> dict[str, int]:
    with psycopg.connect(libpq_url(url)) as connection:
        dump.begin_snapshot(connection)
        revision = dump.read_revision(connection)
        if revision is None:
            raise BackupError("There is no town in this database. Check TEIKI_DATABASE_URL.")
        tables = dump.list_tables(connection)
        contents = {
            "format": FORMAT,
            "teiki": version("teiki"),
            "made_at": now,
            "revision": revision,
            "tables": tables,
            "sequences": dump.list_sequences(connection),
        }
        _add_json(archive, CONTENTS, contents)
        return {_key(table): _add_table(archive, connection, table) for table in tables}


def _add_table(archive: tarfile.TarFile, connection: Any, table: dump.Table) -> int:
    rows = 0
    for number, part in enumerate(dump.copy_out(connection, table), 1):
        _add_bytes(archive, f"{DATABASE}/{_key(table)}/{number:06}", part)
        # COPY writes a line for each row, and a line feed within a value as \n.
        rows += part.count(b"\n")
    return rows


def _add_lake(archive: tarfile.TarFile, lake_url: str) -> int:
    added = 0
    for name, size in lake_files.list_files(lake_url):
        source = lake_files.open_file(lake_url, name)
        if source is not None:
            with source:
                archive.addfile(_entry(f"{LAKE}/{name}", size), source)
            added += 1
    return added


def _key(table: dump.Table) -> str:
    return f"{table['schema']}.{table['name']}"


def _add_json(archive: tarfile.TarFile, name: str, document: Any) -> None:
    _add_bytes(archive, name, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_entry(name, len(data)), io.BytesIO(data))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """A file only this user can read, on the disk before it has its name; else there is none."""
    if target.exists():
        raise BackupError(f"{target} is there already. Name a new file.")
    half = target.with_name(f".{target.name}.{uuid4().hex}.partial")
    try:
        with _said(target):
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            out = os.fdopen(descriptor, "wb", buffering=0)
        with out:
            yield cast("BinaryIO", _Disk(out, target))
            with _said(target):
                os.fsync(descriptor)
        with _said(target):
            half.rename(target)
    finally:
        half.unlink(missing_ok=True)


class _Disk:
    """Writes whole buffers, and tells a disk that is full from all else that may go wrong."""

    def __init__(self, out: io.FileIO, target: Path) -> None:
        self._out, self._target = out, target

    def write(self, data: bytes) -> int:
        with _said(self._target):
            left = memoryview(data)
            while left:
                left = left[self._out.write(left) :]
        return len(data)

    def tell(self) -> int:
        return self._out.tell()


@contextmanager
def _said(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(
            f"The backup can't be written to {target}: {error.strerror or error}. "
            "Nothing was left there; free space or name another place."
        ) from error
