"""What is written as Parquet is read back as it was."""

from pathlib import Path

from gtfs.store import (
    read_frequencies,
    read_shapes,
    read_stop_times,
    read_trips,
    write_parquet,
)
from tests.support.feeds import small_feed


def test_stop_times_trips_frequencies_and_shapes_come_back(tmp_path: Path) -> None:
    feed = small_feed(
        frequencies="trip_id,start_time,end_time,headway_secs / t,08:00:00,09:00:00,600",
        shapes="shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence / "
        "l,42.31,141.00,2 / l,42.30,141.00,1 / l,,141.00,3",
    )
    write_parquet(feed, tmp_path / "feeds" / feed.sha256)
    folder = tmp_path / "feeds" / feed.sha256
    stop_times = read_stop_times(folder)
    assert stop_times["trip_id"].tolist() == ["t", "t"]
    assert stop_times.drop(columns="trip_id").equals(feed.stop_times.drop(columns="trip"))
    assert read_trips(folder).equals(feed.trips)
    assert read_frequencies(folder).values.tolist() == [["t", 28_800, 32_400, 600]]
    shapes = read_shapes(folder)
    assert shapes[["shape_id", "sequence", "lat", "lon"]].values.tolist() == [
        ["l", 1, 42.30, 141.00],
        ["l", 2, 42.31, 141.00],
    ]
    assert shapes["distance"].isna().all()


def test_a_feed_without_shapes_has_empty_files(tmp_path: Path) -> None:
    write_parquet(small_feed(), tmp_path)
    assert read_shapes(tmp_path).empty
    assert read_frequencies(tmp_path).empty
