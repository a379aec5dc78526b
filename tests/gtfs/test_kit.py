"""gtfs-kit gets the feed as we have read it."""

from gtfs.geometry import shape_lines
from tests.support.feeds import small_feed


def test_gtfs_kit_knows_the_tables_with_its_own_types() -> None:
    kit = small_feed().kit
    assert kit.stop_times["departure_time"].tolist() == ["08:00:00", "08:10:00"]
    assert kit.stop_times["stop_sequence"].tolist() == [1, 2]
    assert kit.get_trips("20260408")["trip_id"].tolist() == ["t"]
    assert kit.shapes is None


def test_what_gtfs_kit_would_lose_or_refuse_is_kept() -> None:
    feed = small_feed(
        stops="stop_id,stop_name,stop_lat,stop_lon / NA,Asahi,42.30,141.00 / B,Bansei,north,141.00",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
        "t,8:00:00,8:00:00,NA,1 / t,08:10:00,08:10:00,B,2",
    )
    assert feed.kit.stops["stop_id"].tolist() == ["NA", "B"]
    assert feed.kit.stops["stop_lat"].isna().tolist() == [False, True]
    assert feed.kit.stop_times["arrival_time"].tolist() == ["08:00:00", "08:10:00"]


def test_shapes_become_lines() -> None:
    feed = small_feed(
        shapes="shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence / "
        "l,42.31,141.01,2 / l,42.30,141.00,1 / point,42.30,141.00,1"
    )
    lines = shape_lines(feed)
    assert lines["shape_id"].tolist() == ["l"]
    assert list(lines.geometry.iloc[0].coords) == [(141.00, 42.30), (141.01, 42.31)]
    assert lines.crs.to_epsg() == 4326


def test_a_feed_without_shapes_has_no_lines() -> None:
    assert len(shape_lines(small_feed())) == 0
