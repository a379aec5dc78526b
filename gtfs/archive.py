"""How is a feed from a stranger opened without harm? Zip or folder in, a plain folder out."""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from gtfs.notices import FeedError

CHUNK_BYTES = 1 << 20
# What the zip reader raises for a file that is damaged or of a kind it does not know.
UNSOUND_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
READ_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold; the ratio counts only above `ratio_free_bytes`, as tiny files
    of equal lines compress without bound."""

    archive_bytes: int = 1 << 29
    entries: int = 1_000
    total_bytes: int = 2 << 30
    ratio: int = 100
    ratio_free_bytes: int = 16 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """An opened feed: the folder which holds its files, the hash of what was given, and the
    single folder inside the archive from which the files were taken (None at the root)."""

    folder: Path
    sha256: str
    subfolder: str | None
    filenames: tuple[str, ...]


@contextmanager
def open_source(path: Path, limits: Limits = Limits()) -> Iterator[Source]:
    """Yield the feed at `path` (zip or folder) as a folder of plain files, gone afterwards for
    a zip. Raise FeedError when it is no feed archive, or not one that is safe to open."""
    if path.is_dir():
        yield _open_folder(path, limits)
        return
    if not path.is_file():
        raise FeedError("feed_not_found", f"There is no feed at {path}.")
    if path.stat().st_size > limits.archive_bytes:
        raise FeedError("archive_too_large", f"The archive is over {limits.archive_bytes} bytes.")
    with TemporaryDirectory(prefix="teiki-gtfs-") as temporary:
        try:
            source = _open_zip(path, Path(temporary), limits)
        except UNSOUND_ZIP as problem:
            raise FeedError("not_a_zip", f"{path.name} is no sound zip: {problem}.") from problem
        yield source


def _open_folder(path: Path, limits: Limits) -> Source:
    files = sorted(path.iterdir())
    if len(files) > limits.entries:
        raise FeedError("too_many_entries", f"The folder holds over {limits.entries} entries.")
    for file in files:
        if file.is_symlink():
            raise FeedError("link_in_archive", f"{file.name} is a link.")
    files = [file for file in files if file.is_file()]
    if sum(file.stat().st_size for file in files) > limits.total_bytes:
        raise FeedError("archive_too_large", f"The files are over {limits.total_bytes} bytes.")
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{_hash(file)}\0".encode())
    return Source(path, digest.hexdigest(), None, tuple(file.name for file in files))


def _open_zip(path: Path, folder: Path, limits: Limits) -> Source:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _refuse_unsafe(entries, limits)
        files = [entry for entry in entries if not entry.is_dir() and not _is_clutter(entry)]
        subfolder = _single_folder(files)
        depth = 1 if subfolder is None else 2
        files = [entry for entry in files if len(PurePosixPath(entry.filename).parts) == depth]
        budget = limits.total_bytes
        for entry in files:
            target = folder / PurePosixPath(entry.filename).name
            with archive.open(entry) as source, target.open("xb") as sink:
                budget -= copy_within(source, sink, budget)
        names = tuple(sorted(PurePosixPath(entry.filename).name for entry in files))
    return Source(folder, _hash(path), subfolder, names)


def _refuse_unsafe(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Judge by the directory of the archive alone, before anything is unpacked."""
    if len(entries) > limits.entries:
        raise FeedError("too_many_entries", f"The archive holds over {limits.entries} entries.")
    seen: set[str] = set()
    for entry in entries:
        _refuse_unsafe_entry(entry)
        # Case folded: on some machines Stops.txt would overwrite stops.txt.
        name = entry.filename.casefold()
        if name in seen:
            raise FeedError("duplicate_entry", f"{entry.filename} is in the archive twice.")
        seen.add(name)
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > limits.total_bytes:
        raise FeedError("archive_too_large", f"Unpacked it is over {limits.total_bytes} bytes.")
    if total > limits.ratio_free_bytes and total > limits.ratio * packed:
        raise FeedError("archive_ratio", f"It unpacks to over {limits.ratio} times its size.")


def _refuse_unsafe_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.split("/")
    if (
        "\\" in name
        or ":" in name
        or name.startswith("/")
        or ".." in parts
        or not name.isprintable()
    ):
        raise FeedError("unsafe_path", f"The archive holds the unsafe path {name!r}.")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise FeedError("link_in_archive", f"{name} is a link or a device, not a file.")
    if entry.flag_bits & 0x1:
        raise FeedError("encrypted_archive", f"{name} is encrypted.")
    if entry.compress_type not in READ_COMPRESSIONS:
        raise FeedError("unknown_compression", f"{name} is neither stored nor deflated.")


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    """Tell whether a desktop computer put the entry there without being asked."""
    path = PurePosixPath(entry.filename)
    return path.parts[0] == "__MACOSX" or path.name in {".DS_Store", "Thumbs.db"}


def _single_folder(files: list[zipfile.ZipInfo]) -> str | None:
    """Return the one top folder that holds everything, or None when files stand at the root."""
    tops = {PurePosixPath(entry.filename).parts[0] for entry in files}
    if len(tops) != 1 or any("/" not in entry.filename for entry in files):
        return None
    return tops.pop()


def copy_within(source: IO[bytes], sink: IO[bytes], budget: int) -> int:
    """Copy a stream and return its length; raise FeedError as soon as more than `budget` bytes
    come out, whatever the directory of the archive says."""
    copied = 0
    while chunk := source.read(CHUNK_BYTES):
        copied += len(chunk)
        if copied > budget:
            raise FeedError("archive_too_large", "It unpacks to more than it says.")
        sink.write(chunk)
    return copied


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
