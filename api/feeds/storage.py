"""Where the files of a feed version lie in the lake, and under which names."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from uuid import UUID

from api.lake import place
from api.settings import Settings

SOURCE_FILE = "source.zip"


def feed_url(settings: Settings, feed_version_id: UUID) -> str:
    """The folder of a version: its Parquet files, and `SOURCE_FILE` as it was given."""
    return place(settings.lake_url, "feeds", str(feed_version_id))


def keep_source(source: Path, folder: Path) -> None:
    """Keep what was given beside the rest: a zip as it is, a folder's files as a zip."""
    kept = folder / SOURCE_FILE
    if source.is_file():
        shutil.copyfile(source, kept)
        return
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(source.iterdir()):
            if file.is_file():
                archive.write(file, file.name)
