"""The lake's files: read one by one into a backup, and put back whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol
from uuid import uuid4

from api import lake
from api.backup.sealed import BackupError


class LakeTarget(Protocol):
    """Where restored files go."""

    def write(self, name: str, source: IO[bytes]) -> None:
        """Put a file where its name says."""

    def place(self) -> None:
        """Have the lake consist of the files that were written."""


def list_files(lake_url: str) -> list[tuple[str, int]]:
    """Name within the lake and size of every file, in order; none where there is no lake."""
    from pyarrow.fs import FileSelector, FileType

    system, root = lake.filesystem(lake.place(lake_url))
    found = system.get_file_info(FileSelector(root, allow_not_found=True, recursive=True))
    return sorted(
        (str(PurePosixPath(info.path).relative_to(root)), int(info.size))
        for info in found
        if info.type == FileType.File
    )


def open_file(lake_url: str, name: str) -> IO[bytes] | None:
    """A file to read; None where it has been cleared away since it was listed."""
    system, root = lake.filesystem(lake.place(lake_url))
    try:
        opened: IO[bytes] = system.open_input_file(f"{root}/{name}")
    except FileNotFoundError:
        return None
    return opened


@contextmanager
def restored_lake(lake_url: str) -> Iterator[LakeTarget]:
    """Take files for a lake: `place` puts all of them where they belong, an error takes them back.

    On a disk what was there before is kept until the block has ended well. Object storage knows no
    rename: files are written where they belong at once, into a lake that must be empty.
    """
    from pyarrow.fs import LocalFileSystem

    system, root = lake.filesystem(lake.place(lake_url))
    local = isinstance(system, LocalFileSystem)
    if not local and not is_empty(lake_url):
        raise BackupError(f"The lake {lake_url} is not empty. Choose another TEIKI_LAKE_URL.")
    target: _Folder | _Objects = _Folder(Path(root)) if local else _Objects(system, root)
    try:
        yield target
    except BaseException:
        target.undo()
        raise
    target.forget_old()


def is_empty(lake_url: str) -> bool:
    """Whether there is no file in the lake."""
    return not list_files(lake_url)


class _Folder:
    """Beside the lake until it is placed; what it replaces is beside it then."""

    def __init__(self, final: Path) -> None:
        for left in final.parent.glob(f".{final.name}.*.restoring"):
            shutil.rmtree(left, ignore_errors=True)  # of a restore that was killed
        self._final = final
        self._half = final.with_name(f".{final.name}.{uuid4().hex}.restoring")
        self._old = self._half.with_suffix(".replaced")
        with _said(final):
            self._half.mkdir(parents=True)

    def write(self, name: str, source: IO[bytes]) -> None:
        path = self._half / _checked(name)
        with _said(self._final):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as out:
                shutil.copyfileobj(source, out)

    def place(self) -> None:
        with _said(self._final):
            if self._final.exists():
                self._final.rename(self._old)
            self._half.rename(self._final)

    def undo(self) -> None:
        if not self._half.exists():
            self._final.rename(self._half)
        if self._old.exists():
            self._old.rename(self._final)
        shutil.rmtree(self._half, ignore_errors=True)

    def forget_old(self) -> None:
        shutil.rmtree(self._old, ignore_errors=True)


class _Objects:
    """Where they belong from the first on, as there is no other way."""

    def __init__(self, system: Any, root: str) -> None:
        self._system, self._root = system, root
        self._written: list[str] = []

    def write(self, name: str, source: IO[bytes]) -> None:
        path = f"{self._root}/{_checked(name)}"
        with _said(self._root), self._system.open_output_stream(path) as out:
            self._written.append(path)
            shutil.copyfileobj(source, out)

    def place(self) -> None:
        """They are there already."""

    def undo(self) -> None:
        for path in self._written:
            self._system.delete_file(path)

    def forget_old(self) -> None:
        """There was nothing."""


@contextmanager
def _said(where: object) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(
            f"The lake can't be written to {where}: {error.strerror or error}. Nothing was "
            "restored; free space or choose another TEIKI_LAKE_URL."
        ) from error


def _checked(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise BackupError(f"The backup names a file outside the lake: {name!r}.")
    return name
