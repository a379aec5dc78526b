"""A feed tells what is in it, and refuses to be read when it cannot be."""

import math
from pathlib import Path

import pytest

from gtfs.feed import read_feed
from gtfs.notices import FeedError
from tests.support.feeds import SOUND, small_feed, write_folder, write_zip


def test_a_feed_is_the_same_from_zip_and_folder(tmp_path: Path) -> None:
    from_zip = read_feed(write_zip(tmp_path / "feed.zip"))
    from_folder = read_feed(write_folder(tmp_path / "folder"))
    for name, frame in from_zip.tables.items():
        assert frame.equals(from_folder.tables[name])


def test_stops_say_none_where_the_feed_says_nothing() -> None:
    feed = small_feed(
        stops="stop_id,stop_name,stop_lat,stop_lon,zone_id,location_type,parent_station / "
        "A,Asahi,42.30,141.00,1,,S / B,Bansei,,,,0, / S,Eki,42.30,141.00,,1,"
    )
    first, second, station = feed.stops.to_dict("records")
    assert first == {
        "stop_id": "A",
        "name": "Asahi",
        "lat": 42.30,
        "lon": 141.00,
        "zone_id": "1",
        "location_type": 0,
        "parent_station": "S",
        "name_kana": None,
    }
    assert (second["zone_id"], second["parent_station"]) == (None, None)
    assert math.isnan(second["lat"])
    assert station["location_type"] == 1


def test_routes_have_a_mode_or_none_and_the_only_agency() -> None:
    feed = small_feed(
        routes="route_id,agency_id,route_short_name,route_long_name,route_type,route_color / "
        "r,,One,,700,00FF00 / f,o,,Ferry,4,"
    )
    assert feed.routes.to_dict("records") == [
        {
            "route_id": "r",
            "short_name": "One",
            "long_name": None,
            "mode": "bus",
            "color": "00FF00",
            "agency_id": "o",
        },
        {
            "route_id": "f",
            "short_name": None,
            "long_name": "Ferry",
            "mode": None,
            "color": None,
            "agency_id": "o",
        },
    ]


def test_tables_are_text_with_the_number_of_the_row() -> None:
    trips = small_feed().tables["trips"]
    assert trips.to_dict("index") == {2: {"route_id": "r", "service_id": "w", "trip_id": "t"}}


def test_a_feed_of_several_agencies_is_named_after_all() -> None:
    agencies = f"{SOUND['agency.txt']} / n,Nishi,https://nishi.example,Asia/Tokyo"
    feed = small_feed(agency=agencies)
    assert (feed.feed_name, feed.time_zone) == ("Osaki Bus, Nishi", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"stops": None}, "missing_required_file", "stops.txt is missing."),
        (
            {"agency": None, "trips": None},
            "missing_required_file",
            "agency.txt is missing. trips.txt is missing.",
        ),
        ({"routes": ""}, "empty_file", "routes.txt is empty."),
        ({"routes": "route_id,route_type\nr\n"}, "empty_file", "routes.txt is empty."),
        (
            {"stops": 'stop_id,stop_name\n"A,Asahi\nB,Bansei\n'},
            "csv_parsing_failed",
            "stops.txt cannot be parsed: a quotation mark is never closed. ",
        ),
    ],
)
def test_a_feed_that_cannot_be_read_is_refused(
    changes: dict[str, str | None], code: str, message: str
) -> None:
    with pytest.raises(FeedError) as refused:
        small_feed(**changes)
    assert (refused.value.code, refused.value.message) == (code, message.strip())
    assert {notice.code for notice in refused.value.notices} == {code}


def test_an_optional_file_that_cannot_be_read_is_a_notice() -> None:
    feed = small_feed(fare_attributes='fare_id,price\n"f,210\n')
    assert [notice.code for notice in feed.notices] == ["csv_parsing_failed"]


def test_a_feed_for_on_demand_service_alone_needs_no_stops() -> None:
    zone = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{},'
        '"geometry":{"type":"Polygon","coordinates":'
        "[[[141.0,42.3],[141.1,42.3],[141.1,42.4],[141.0,42.3]]]}}]}"
    )
    changes: dict[str, str | None] = {
        "stops": None,
        "stop_times": "trip_id,location_id,stop_sequence,start_pickup_drop_off_window,"
        "end_pickup_drop_off_window,pickup_type,drop_off_type / t,z,1,08:00:00,18:00:00,2,2 / "
        "t,z,2,08:00:00,18:00:00,2,2",
        "locations.geojson": zone,
    }
    feed = small_feed(**changes)
    assert feed.notices == ()
    assert feed.stops.empty
    assert feed.stop_times.empty
