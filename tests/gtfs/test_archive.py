"""Archives from strangers: what is opened, and what is refused before it does harm."""

import hashlib
import io
import stat
import zipfile
from pathlib import Path

import pytest

from gtfs.archive import Limits, copy_within, open_source
from gtfs.notices import FeedError
from tests.support.feeds import write_folder, write_zip


def refusal(path: Path, limits: Limits | None = None) -> str:
    """Open a source that must be refused and return the code of the refusal."""
    with pytest.raises(FeedError) as refused, open_source(path, limits or Limits()):
        pass
    return refused.value.code


def zip_of(path: Path, **entries: str | zipfile.ZipInfo) -> Path:
    """Write a zip of entries given as name=content or anything=ZipInfo."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            if isinstance(content, zipfile.ZipInfo):
                archive.writestr(content, "x")
            else:
                archive.writestr(name, content)
    return path


def test_a_zip_becomes_a_folder_and_is_gone_afterwards(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "feed.zip")
    with open_source(path) as source:
        assert (source.folder / "stops.txt").read_text().startswith("stop_id,")
        assert source.filenames == tuple(sorted(file.name for file in source.folder.iterdir()))
        assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not source.folder.exists()


def test_a_folder_is_read_where_it_is_and_known_by_names_and_contents(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "one")
    same = write_folder(tmp_path / "two")
    other = write_folder(tmp_path / "three", agency=None)
    with open_source(folder) as source, open_source(same) as again, open_source(other) as third:
        assert source.folder == folder
        assert source.sha256 == again.sha256 != third.sha256


@pytest.mark.parametrize(
    "name",
    ["../stops.txt", "a/../../stops.txt", "/etc/stops.txt", "C:stops.txt", "a\\stops.txt", "a\tb"],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "feed.zip", **{"stops.txt": "stop_id", name: "x"})
    assert refusal(path) == "unsafe_path"


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("stops.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(zip_of(tmp_path / "feed.zip", link=link)) == "link_in_archive"
    folder = write_folder(tmp_path / "folder", stops=None)
    (folder / "stops.txt").symlink_to("/etc/hostname")
    assert refusal(folder) == "link_in_archive"


def test_two_entries_of_one_name_are_refused_in_any_case_of_letters(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "feed.zip", **{"stops.txt": "a", "Stops.TXT": "b"})
    assert refusal(path) == "duplicate_entry"


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "feed.zip", **{"stops.txt": "stop_id"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 0x1
    path.write_bytes(bytes(content))
    assert refusal(path) == "encrypted_archive"


def test_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("stops.txt", "stop_id")
    assert refusal(tmp_path / "feed.zip") == "unknown_compression"


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_text("no zip")
    assert refusal(tmp_path / "feed.zip") == "not_a_zip"
    assert refusal(tmp_path / "nothing.zip") == "feed_not_found"


def gigabyte_bomb(path: Path) -> Path:
    """A zip of a megabyte that unpacks to a gigabyte of zeros."""
    zeros = b"0" * (1 << 20)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("stop_times.txt", "w") as entry,
    ):
        for _ in range(1 << 10):
            entry.write(zeros)
    return path


def test_a_bomb_is_refused_by_its_directory_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = gigabyte_bomb(tmp_path / "bomb.zip")
    assert path.stat().st_size < 8 << 20
    assert refusal(path) == "archive_ratio"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(entries=3), "too_many_entries"),
        (Limits(total_bytes=500), "archive_too_large"),
        (Limits(archive_bytes=500), "archive_too_large"),
    ],
)
def test_size_and_number_have_limits(tmp_path: Path, limits: Limits, code: str) -> None:
    assert refusal(write_zip(tmp_path / "feed.zip"), limits) == code


def test_the_limits_hold_for_folders_too(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "folder")
    assert refusal(folder, Limits(entries=3)) == "too_many_entries"
    assert refusal(folder, Limits(total_bytes=500)) == "archive_too_large"


def lie_about_size(path: Path, claimed: int) -> None:
    """Have the zip's directory claim another unpacked size for its one entry."""
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = claimed.to_bytes(4, "little")
    path.write_bytes(bytes(content))


def test_a_size_that_lies_does_not_pass(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "feed.zip", **{"stops.txt": "0" * 100_000})
    lie_about_size(path, 10)
    assert refusal(path) == "not_a_zip"


def test_copying_stops_at_the_budget() -> None:
    sink = io.BytesIO()
    assert copy_within(io.BytesIO(b"12345"), sink, budget=5) == 5
    with pytest.raises(FeedError, match="more than it says"):
        copy_within(io.BytesIO(b"123456"), sink, budget=5)
    assert sink.getvalue() == b"12345"


def test_what_a_desktop_adds_is_no_second_folder(tmp_path: Path) -> None:
    path = zip_of(
        tmp_path / "feed.zip",
        **{"feed/stops.txt": "stop_id", "feed/.DS_Store": "x", "__MACOSX/feed/._stops.txt": "x"},
    )
    with open_source(path) as source:
        assert (source.subfolder, source.filenames) == ("feed", ("stops.txt",))


def test_files_deeper_than_the_feed_are_left_out(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "feed.zip", **{"stops.txt": "stop_id", "old/stops.txt": "stop_id"})
    with open_source(path) as source:
        assert (source.subfolder, source.filenames) == (None, ("stops.txt",))
