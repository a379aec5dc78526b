"""Restoring a backup into an empty place: all of it, or nothing.

The whole file is read and checked before anything is touched. The database is filled in one
transaction, migrations included; the lake is put in its place just before that transaction is
committed, and taken away again if the commit fails.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import orjson
import psycopg
from sqlalchemy import Connection, create_engine, pool

from api.backup import database_dump as dump
from api.backup import lake_files
from api.backup.making import CONTENTS, DATABASE, END, FORMAT, LAKE
from api.backup.sealed import BackupError, SealedReader
from api.cli.stages import Stage
from api.database import SEARCH_PATH, psycopg_url
from api.errors import DomainError
from api.migrations import downgrade, knows, upgrade
from api.passes.sealing import unseal
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself, once all of it was found genuine."""

    made_at: datetime
    revision: str
    tables: list[dump.Table]
    sequences: list[dict[str, Any]]
    rows: dict[str, int]
    lake_files: int


def check_backup(source: Path, passphrase: str) -> Backup:
    """Read all of a backup and touch nothing; raises `BackupError` if any of it is not genuine."""
    with _archive(source, passphrase) as archive:
        contents = _read_contents(archive)
        for entry in archive:
            if entry.name == END:
                end = _json(archive, entry)
                return Backup(
                    made_at=datetime.fromisoformat(contents["made_at"]),
                    revision=contents["revision"],
                    tables=contents["tables"],
                    sequences=contents["sequences"],
                    rows=end["rows"],
                    lake_files=end["lake_files"],
                )
    raise BackupError("The backup has no end. Take another copy.")


@dataclass(frozen=True, slots=True)
class RestoreWishes:
    """`replace`: what is in the place may go. `secret_lost`: keys that stay shut are dropped."""

    replace: bool = False
    secret_lost: bool = False


def restore_backup(
    settings: Settings,
    url: str,
    source: Path,
    passphrase: str,
    now: datetime,
    wishes: RestoreWishes,
    stage: Stage,
) -> Backup:
    """Restore a backup; raises `BackupError`, and then everything is as it was."""
    with stage("check"):
        backup = check_backup(source, passphrase)
        if not knows(backup.revision):
            raise BackupError(
                f"The backup was made by a newer version (revision {backup.revision}). "
                "Restore it with that version or a later one."
            )
    if not (wishes.replace or lake_files.is_empty(settings.lake_url)):
        raise BackupError(
            f"The lake {settings.lake_url} is not empty. Choose another TEIKI_LAKE_URL, or say "
            "--replace to have it replaced."
        )
    with lake_files.restored_lake(settings.lake_url) as lake, _transaction(url) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        _make_room(connection, driver, url, backup, replace=wishes.replace)
        with stage("restore"):
            _put_in(source, passphrase, driver, backup, lake)
            upgrade(url, connection=connection)
        _make_good(driver, settings, backup, now, secret_lost=wishes.secret_lost)
        lake.place()
    return backup


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    engine = create_engine(
        psycopg_url(url),
        poolclass=pool.NullPool,
        hide_parameters=True,
        connect_args={"options": f"-c search_path={SEARCH_PATH}"},
    )
    with engine.begin() as connection:
        yield connection


# The town's own sessions and migrations would wait for us, and write into what comes after.
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def _make_room(
    connection: Connection,
    driver: psycopg.Connection[Any],
    url: str,
    backup: Backup,
    *,
    replace: bool,
) -> None:
    """Have exactly the tables that the backup was made with, all of them empty."""
    others = driver.execute(_OTHERS).fetchone()
    if others is not None and others[0]:
        raise BackupError(
            f"{others[0]} other connections use this database. Stop the servers and jobs first."
        )
    there = dump.read_revision(driver)
    if there is not None and not replace and _has_a_town(driver):
        raise BackupError(
            "The database holds a town already. Name an empty one with TEIKI_DATABASE_URL (or an "
            "empty TEIKI_DATA_DIR), or say --replace to have it replaced."
        )
    if there is not None:
        if not knows(there):
            raise BackupError("The database is at a revision that this version does not know.")
        downgrade(url, connection=connection)
    upgrade(url, backup.revision, connection)


def _has_a_town(driver: psycopg.Connection[Any]) -> bool:
    """Whether anything but what the first start of a server writes is in the database."""
    row = driver.execute(
        "SELECT EXISTS (SELECT FROM public.town) OR EXISTS (SELECT FROM public.staff)"
    ).fetchone()
    return bool(row and row[0])


def _put_in(
    source: Path,
    passphrase: str,
    driver: psycopg.Connection[Any],
    backup: Backup,
    lake: lake_files.LakeTarget,
) -> None:
    dump.begin_copying_in(driver, backup.tables)
    with _archive(source, passphrase) as archive:
        _read_contents(archive)
        entries = _Entries(archive)
        for table in backup.tables:
            key = f"{table['schema']}.{table['name']}"
            rows = dump.copy_in(driver, table, entries.parts(f"{DATABASE}/{key}/"))
            if rows != backup.rows[key]:
                raise BackupError(f"{key}: {rows} rows, where {backup.rows[key]} were noted.")
        for name, file in entries.files(f"{LAKE}/"):
            lake.write(name, file)
    dump.end_copying_in(driver, backup.tables, backup.sequences)


class _Entries:
    """The archive's entries in their order, each looked at before it is taken."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._next = archive.next()

    def parts(self, prefix: str) -> Iterator[bytes]:
        """The contents of those that come next under a name."""
        for _, file in self.files(prefix):
            yield file.read()

    def files(self, prefix: str) -> Iterator[tuple[str, IO[bytes]]]:
        """Name below `prefix` and contents of those that come next under it."""
        while self._next is not None and self._next.name.startswith(prefix):
            yield self._next.name.removeprefix(prefix), _open(self._archive, self._next)
            self._next = self._archive.next()


_LIVING_KEYS = "SELECT kid, private_key_sealed FROM public.issuer_key WHERE retired_at IS NULL"
# What nobody can sign with is trusted no more; the next start of a server makes new keys.
_DROP_KEY = (
    "UPDATE public.issuer_key SET retired_at = %s, drop_reason = 'secret lost' WHERE kid = %s"
)
# Readers keep the list with the highest number: the next must be above any that was made since
# the backup. A list is made when a pass is stopped and every few minutes, never twice a second.
_SKIP_LIST_NUMBERS = "UPDATE public.status_list SET list_number = list_number + %s"


def _make_good(
    driver: psycopg.Connection[Any],
    settings: Settings,
    backup: Backup,
    now: datetime,
    *,
    secret_lost: bool,
) -> None:
    """What would be wrong in a town that goes back to a moment of its past."""
    for kid, sealed in driver.execute(_LIVING_KEYS).fetchall():
        try:
            unseal(settings.secret, kid, sealed)
        except DomainError as error:
            if not secret_lost:
                raise BackupError(
                    "TEIKI_SECRET is not the one that this backup's issuer keys are sealed with. "
                    "Set it as it was; if it is lost, say --secret-lost and see docs/backup.md."
                ) from error
            driver.execute(_DROP_KEY, [now, kid])
    driver.execute(_SKIP_LIST_NUMBERS, [max(1, int((now - backup.made_at).total_seconds()))])


@contextmanager
def _archive(source: Path, passphrase: str) -> Iterator[tarfile.TarFile]:
    try:
        with source.open("rb") as file:
            reader = SealedReader(file, passphrase)
            with tarfile.open(mode="r|gz", fileobj=cast("BinaryIO", reader)) as archive:
                yield archive
            while reader.read(1 << 20):
                pass
    except (OSError, EOFError, tarfile.TarError) as error:
        raise BackupError(f"The backup {source} can't be read: {error}.") from error


def _read_contents(archive: tarfile.TarFile) -> dict[str, Any]:
    entry = archive.next()
    if entry is None or entry.name != CONTENTS:
        raise BackupError("This is not a backup made by `teiki backup`.")
    contents = _json(archive, entry)
    if contents["format"] != FORMAT:
        raise BackupError("The backup was made by a newer version. Restore it with that version.")
    return contents


def _json(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(_open(archive, entry).read())
    return document


def _open(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(entry)
    assert file is not None
    return file
