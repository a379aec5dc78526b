"""Where large files are kept: a folder, or object storage (`s3://`, `gs://`, `abfss://`).

Only jobs and commands come here: the web server reads the database. A place is named by a
URL, or by an absolute path where the lake is a folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem


def place(lake_url: str, *parts: str) -> str:
    """The URL (or absolute path) of something in the lake."""
    root = lake_url if "://" in lake_url else str(Path(lake_url).expanduser().resolve())
    return "/".join([root.rstrip("/"), *parts])


def filesystem(url: str) -> tuple[FileSystem, str]:
    """The file system that holds a place, and the place's path on it."""
    from pyarrow.fs import FileSystem

    found: tuple[FileSystem, str] = FileSystem.from_uri(url)
    return found


def put_folder(folder: Path, url: str) -> None:
    """Copy a local folder to `url`, where nothing is yet.

    On a disk it appears whole or not at all. Object storage knows no rename: there a reader
    must be told of the place only after this returns.
    """
    from pyarrow.fs import LocalFileSystem, copy_files

    target, path = filesystem(url)
    if not isinstance(target, LocalFileSystem):
        target.create_dir(path, recursive=True)
        copy_files(str(folder), path, LocalFileSystem(), target)
        return
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_name(f".{final.name}.{uuid4().hex}.partial")
    try:
        shutil.copytree(folder, partial)
        partial.rename(final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def exists(url: str) -> bool:
    """Whether there is anything at a place."""
    from pyarrow.fs import FileType

    target, path = filesystem(url)
    return bool(target.get_file_info(path).type != FileType.NotFound)


def remove_folder(url: str) -> None:
    """Remove a folder and what is in it; nothing happens where there is none."""
    target, path = filesystem(url)
    if exists(url):
        target.delete_dir(path)


def local_copy(url: str, cache_dir: Path) -> Path:
    """A path on this machine with the file's bytes.

    The place itself where the lake is a folder, else a copy kept in `cache_dir`; a file in
    the lake never changes, so that a copy stays right.
    """
    from pyarrow.fs import LocalFileSystem, copy_files

    source, path = filesystem(url)
    if isinstance(source, LocalFileSystem):
        return Path(path)
    kept = cache_dir / path.lstrip("/")
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name(f".{kept.name}.{uuid4().hex}.partial")
        copy_files(path, str(partial), source, LocalFileSystem())
        partial.replace(kept)
    return kept
