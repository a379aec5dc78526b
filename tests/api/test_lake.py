"""Files are kept whole or not at all, in a folder or in object storage."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyarrow.fs import FileSystem, LocalFileSystem, SubTreeFileSystem

from api import lake


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Object storage at `s3://town`: a file system that is not the machine's own."""
    folder = tmp_path / "bucket"
    folder.mkdir()
    storage = SubTreeFileSystem(str(folder), LocalFileSystem())

    def filesystem(url: str) -> tuple[FileSystem, str]:
        parts = urlsplit(url)
        return (storage, parts.path.lstrip("/")) if parts.scheme else (LocalFileSystem(), url)

    monkeypatch.setattr(lake, "filesystem", filesystem)
    return "s3://town"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files to keep."""
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "new" / "b.txt").write_text("b", encoding="utf-8")
    return tmp_path / "new"


def test_a_place_is_below_the_lakes_url_or_absolute_path(tmp_path: Path) -> None:
    assert lake.place("s3://town/lake/", "feeds", "1") == "s3://town/lake/feeds/1"
    assert lake.place(str(tmp_path), "feeds") == f"{tmp_path}/feeds"
    assert lake.place("lake", "feeds") == str(Path("lake/feeds").resolve())


def test_a_folder_is_kept_and_removed(tmp_path: Path, folder: Path) -> None:
    url = lake.place(str(tmp_path / "lake"), "feeds", "1")
    assert not lake.exists(url)
    lake.put_folder(folder, url)
    assert lake.exists(url)
    assert lake.local_copy(f"{url}/a.txt", tmp_path / "cache") == Path(url) / "a.txt"
    lake.remove_folder(url)
    assert not lake.exists(url)
    lake.remove_folder(url)


def test_a_folder_that_cannot_be_placed_leaves_nothing(tmp_path: Path, folder: Path) -> None:
    taken = tmp_path / "lake" / "feeds" / "1"
    taken.mkdir(parents=True)
    (taken / "before.txt").write_text("before", encoding="utf-8")
    with pytest.raises(OSError, match="not empty"):
        lake.put_folder(folder, str(taken))
    assert [file.name for file in taken.parent.iterdir()] == ["1"]
    assert [file.name for file in taken.iterdir()] == ["before.txt"]


def test_object_storage_is_copied_to_once_and_read_through_a_local_copy(
    bucket: str, folder: Path, tmp_path: Path
) -> None:
    url = lake.place(bucket, "lake", "feeds", "1")
    lake.put_folder(folder, url)
    assert lake.exists(url)
    copy = lake.local_copy(f"{url}/a.txt", tmp_path / "cache")
    assert copy.read_text("utf-8") == "a"
    assert copy.is_relative_to(tmp_path / "cache")
    lake.remove_folder(url)
    # What a place held never changes, so the copy is good without asking again.
    assert lake.local_copy(f"{url}/a.txt", tmp_path / "cache") == copy
