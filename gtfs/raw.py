"""What did the publisher send? All files of a feed as text, before anything is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gtfs.archive import open_source
from gtfs.calls import Calls, read_calls
from gtfs.locations import Locations, read_locations
from gtfs.reading import Table, empty_table, read_table
from gtfs.reference import reference

LOCATIONS_FILE = "locations.geojson"


@dataclass(frozen=True)
class RawFeed:
    """The files that GTFS knows, by name without ending; `filenames` has the others too.

    `subfolder` is the folder inside the archive in which the files were found, None at the root.
    """

    sha256: str
    files: Mapping[str, Table]
    filenames: tuple[str, ...]
    subfolder: str | None = None
    locations: Locations = field(default_factory=Locations)

    def table(self, name: str) -> Table:
        """Return a file, empty when the feed has no such file."""
        return self.files.get(name) or empty_table(f"{name}.txt")

    @cached_property
    def calls(self) -> Calls:
        """The rows of stop_times.txt, in order."""
        return read_calls(self.table("stop_times"))


def read_raw_feed(path: Path) -> RawFeed:
    """Open and read the feed at `path`; raise FeedError when it is not safe to open."""
    with open_source(path) as source:
        files = {
            file.stem: read_table(file)
            for name in source.filenames
            if (file := source.folder / name).suffix == ".txt" and file.stem in reference()
        }
        locations = Locations()
        if LOCATIONS_FILE in source.filenames:
            locations = read_locations(source.folder / LOCATIONS_FILE)
        return RawFeed(source.sha256, files, source.filenames, source.subfolder, locations)
