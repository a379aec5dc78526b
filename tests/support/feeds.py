"""Small GTFS feeds for tests: a sound one of two stops, and whatever a test changes in it."""

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from gtfs.feed import Feed, read_feed
from gtfs.notices import Notice
from gtfs.raw import RawFeed, read_raw_feed

# " / " stands for a line break, so that a file fits on a line.
SOUND = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone / "
    "o,Osaki Bus,https://osaki.example,Asia/Tokyo",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon / "
    "A,Asahi,42.30,141.00 / B,Bansei,42.31,141.00",
    "routes.txt": "route_id,agency_id,route_short_name,route_type / r,o,One,3",
    "trips.txt": "route_id,service_id,trip_id / r,w,t",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
    "t,08:00:00,08:00:00,A,1 / t,08:10:00,08:10:00,B,2",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date / w,1,1,1,1,1,0,0,20260401,20270331",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang / "
    "Osaki,https://osaki.example,ja",
}


def feed_files(changes: dict[str, str | bytes | None]) -> dict[str, bytes]:
    """The files of the sound feed with some replaced, added or (None) left out. The name of a
    CSV file may lack its ending."""
    files: dict[str, str | bytes | None] = dict(SOUND)
    for name, content in changes.items():
        files[name if "." in name else f"{name}.txt"] = content
    return {
        name: content.replace(" / ", "\n").encode() if isinstance(content, str) else content
        for name, content in files.items()
        if content is not None
    }


def write_folder(folder: Path, **changes: str | bytes | None) -> Path:
    """Write the changed sound feed as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in feed_files(changes).items():
        (folder / name).write_bytes(content)
    return folder


def write_zip(path: Path, **changes: str | bytes | None) -> Path:
    """Write the changed sound feed as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in feed_files(changes).items():
            archive.writestr(name, content)
    return path


def small_feed(**changes: str | bytes | None) -> Feed:
    """Read the changed sound feed."""
    with TemporaryDirectory() as folder:
        return read_feed(write_folder(Path(folder), **changes))


def small_raw_feed(**changes: str | bytes | None) -> RawFeed:
    """Read the changed sound feed without refusing what cannot be used."""
    with TemporaryDirectory() as folder:
        return read_raw_feed(write_folder(Path(folder), **changes))


def brief(notice: Notice) -> tuple[str, str | None, int | None, str | None, str | None]:
    """What a notice says, without severity and sentence."""
    return (notice.code, notice.filename, notice.row, notice.field, notice.value)
