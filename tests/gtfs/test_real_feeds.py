"""Real feeds of towns: what their publishers and keepers say of them is what we read."""

from datetime import date

import pytest

from fares.modes import Mode
from fares.money import Money
from fares.shadow_fares import Leg, shadow_fare
from gtfs.fares_v1 import fare_table
from gtfs.feed import Feed
from gtfs.geometry import shape_lines
from gtfs.timetable import departure_span, interpolated_share, stop_events
from tests.support.feeds import brief
from tests.support.real_feeds import other_feed, shipped_feed

LAS_PALMAS = "las-palmas/gtfs_guaguas_20230222.zip"
EPTC = "porto-alegre/poa_eptc.zip"
TRENSURB = "porto-alegre/poa_trensurb.zip"
MURORAN = "muroran/gtfs_jp_muroran_donan.zip"
HART = "hart_tampa/hart.zip"


def rows(feed: Feed, *names: str) -> dict[str, int]:
    """Rows by file."""
    return {name: len(feed.tables[name]) for name in names}


def trips_on(feed: Feed, day: date) -> int:
    """Trips that run on a day."""
    return int(stop_events(feed, day)["trip_id"].nunique())


def test_las_palmas_in_numbers() -> None:
    feed = shipped_feed(LAS_PALMAS)
    assert rows(feed, "routes", "stops", "trips", "stop_times") == {
        "routes": 44,
        "stops": 793,
        "trips": 6_839,
        "stop_times": 152_558,
    }
    assert len(feed.stop_times) == 152_558
    assert interpolated_share(feed) == 0.0
    assert feed.time_zone == "Atlantic/Canary"


@pytest.mark.parametrize(
    ("day", "trips"),
    [(date(2023, 3, 1), 3_759), (date(2023, 3, 4), 2_161), (date(2023, 3, 5), 1_951)],
    ids=["Wednesday", "Saturday", "Sunday"],
)
def test_las_palmas_runs_by_day_of_the_week(day: date, trips: int) -> None:
    assert trips_on(shipped_feed(LAS_PALMAS), day) == trips


def test_las_palmas_has_no_errors() -> None:
    assert shipped_feed(LAS_PALMAS).report.totals_by_severity() == {
        "ERROR": {},
        "WARNING": {
            "missing_recommended_file": 1,
            "stop_without_stop_time": 1,
            "unused_shape": 9,
        },
        "INFO": {},
    }


def test_porto_alegre_leaves_most_times_blank_and_all_are_found() -> None:
    feed = shipped_feed(EPTC)
    assert len(feed.stop_times) == 130_019
    assert int(feed.stop_times["interpolated"].sum()) == 125_271
    ordered = feed.stop_times.groupby("trip")["arrival_seconds"].is_monotonic_increasing
    assert ordered.all()


def test_porto_alegre_covers_the_middle_of_the_day_only() -> None:
    first, last = departure_span(shipped_feed(EPTC), Mode.BUS) or (0, 0)
    assert (first // 3600, last // 3600) == (11, 17)


def test_porto_alegre_has_one_fare_and_text_colors_of_one_digit() -> None:
    feed = shipped_feed(EPTC)
    table = fare_table(feed)
    assert table is not None
    assert shadow_fare(table, Leg()) == Money(470, "BRL")
    assert feed.report.totals_by_severity()["ERROR"] == {"invalid_color": 115}
    assert {notice.field for notice in feed.report.errors()} == {"route_text_color"}


def test_trensurb_has_a_space_in_its_header_and_is_read() -> None:
    feed = shipped_feed(TRENSURB)
    assert feed.feed_name == "TRENSURB"
    spaces = ("leading_or_trailing_whitespaces", "agency.txt", 1, "agency_name", " agency_name")
    assert spaces in [brief(notice) for notice in feed.notices]
    assert set(feed.routes["mode"]) == {"rail"}


def test_trensurb_states_no_direction_and_runs_both_ways_alike() -> None:
    feed = shipped_feed(TRENSURB)
    assert feed.trips["direction_inferred"].all()
    calls = stop_events(feed, date(2019, 5, 15))
    at_mercado = calls[(calls["stop_id"] == "MR")]
    towards = at_mercado.groupby("is_last")["direction_id"].unique()
    assert towards[True].tolist() != towards[False].tolist()
    assert all(len(directions) == 1 for directions in towards)


def test_muroran_in_numbers() -> None:
    feed = shipped_feed(MURORAN)
    assert rows(feed, "routes", "stops", "trips", "fare_rules", "agency_jp", "routes_jp") == {
        "routes": 74,
        "stops": 706,
        "trips": 541,
        "fare_rules": 63_745,
        "agency_jp": 1,
        "routes_jp": 74,
    }
    assert int((feed.stops["location_type"] == 1).sum()) == 240
    assert feed.date_range == (date(2020, 4, 1), date(2021, 4, 1))


def test_muroran_is_read_aloud() -> None:
    stops = shipped_feed(MURORAN).stops.set_index("stop_id")
    assert stops["name_kana"].notna().all()
    assert stops.loc["0001", ["name", "name_kana"]].tolist() == ["絵鞆団地", "えともだんち"]


def test_muroran_has_a_fare_in_yen_for_every_pair_of_stops() -> None:
    table = fare_table(shipped_feed(MURORAN))
    assert table is not None
    assert len(table.rules) == 63_745
    leg = Leg(route_id="100310", origin_zone_id="0391_A", destination_zone_id="0384_A")
    assert shadow_fare(table, leg) == Money(210, "JPY")


def test_muroran_was_published_before_rider_categories_were_agreed() -> None:
    errors = shipped_feed(MURORAN).report.errors()
    assert sorted((notice.code, notice.filename, notice.field) for notice in errors) == [
        ("missing_required_column", "rider_categories.txt", "is_default_fare_category"),
        ("missing_required_column", "rider_categories.txt", "rider_category_name"),
    ]


@pytest.mark.parametrize(
    ("name", "lines"), [(LAS_PALMAS, 116), (EPTC, 201), (TRENSURB, 3), (MURORAN, 72)]
)
def test_shapes_become_lines(name: str, lines: int) -> None:
    assert len(shape_lines(shipped_feed(name))) == lines


def test_gtfs_kit_agrees_on_the_trips_of_a_day() -> None:
    feed = shipped_feed(MURORAN)
    assert set(feed.kit.get_trips("20200603")["trip_id"]) == set(
        stop_events(feed, date(2020, 6, 3))["trip_id"]
    )


def test_hart_in_numbers() -> None:
    feed = other_feed(HART)
    assert len(feed.stop_times) == 435_507
    assert feed.report.totals_by_severity()["ERROR"] == {
        "equal_shape_distance_diff_coordinates": 16
    }


def test_an_old_draft_of_flex_is_named_column_by_column() -> None:
    notices = [brief(notice) for notice in other_feed("bbnavi_flex/gtfs").notices]
    assert [notice[1:4] for notice in notices if notice[0] == "superseded_flex_column"] == [
        ("stop_times.txt", 1, "start_pickup_dropoff_window"),
        ("stop_times.txt", 1, "end_pickup_dropoff_window"),
        ("location_groups.txt", 1, "location_id"),
    ]


def test_flex_of_today_has_zones_and_a_misspelt_column_is_named() -> None:
    feed = other_feed("ctran_flex_faresv2/ctran-flex.zip")
    assert len(feed.raw.locations.ids()) == len(feed.raw.locations.zones()) > 0
    assert rows(feed, "booking_rules", "location_groups", "fare_products") == {
        "booking_rules": 128,
        "location_groups": 10,
        "fare_products": 14,
    }
    misspelt = ("unknown_column", "booking_rules.txt", 1, "prior_duration_notice_min", None)
    assert misspelt in [brief(notice) for notice in feed.notices]
    assert feed.stop_times.empty


def test_transcollines_is_read_with_its_fares() -> None:
    feed = other_feed("transcollines_fares_v2/transcollines-qc-ca-fares.zip")
    assert rows(feed, "routes", "stops", "trips") == {"routes": 8, "stops": 424, "trips": 58}
    assert {"fare_products", "fare_leg_rules", "areas", "timeframes"} <= set(feed.tables)
    assert feed.report.errors() == ()


def test_bart_has_zone_fares() -> None:
    table = fare_table(other_feed("gtfs_rt/bart-rt.zip"))
    assert table is not None
    assert len(table.rules) == 2_304
