"""A feed in numbers."""

from datetime import date

from gtfs.summary import summarize
from tests.support.feeds import small_feed


def test_a_feed_in_numbers() -> None:
    feed = small_feed(
        routes="route_id,agency_id,route_short_name,route_type / r,o,One,3 / f,o,Ferry,4",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
        "t,24:50:00,24:50:00,A,1 / t,,,A,2 / t,25:10:00,25:10:00,B,3",
    )
    assert summarize(feed).as_document() == {
        "feed_name": "Osaki Bus",
        "sha256": feed.sha256,
        "time_zone": "Asia/Tokyo",
        "first_date": "2026-04-01",
        "last_date": "2027-03-31",
        "rows": {
            "agency": 1,
            "calendar": 1,
            "feed_info": 1,
            "routes": 2,
            "stop_times": 3,
            "stops": 2,
            "trips": 1,
        },
        "modes": [
            {
                "mode": "bus",
                "routes": 1,
                "trips": 1,
                "first_departure": "24:50:00",
                "last_departure": "25:00:00",
            }
        ],
        "routes_without_mode": 1,
        "interpolated_share": 1 / 3,
        "notices": {"ERROR": {}, "WARNING": {}, "INFO": {}},
    }


def test_the_day_of_the_check_is_the_callers() -> None:
    summary = summarize(small_feed(), on_date=date(2030, 1, 1))
    assert summary.notices["WARNING"] == {"expired_calendar": 1}


def test_a_feed_that_never_runs_has_no_dates() -> None:
    feed = small_feed(calendar_dates="service_id,date,exception_type / x,20260401,1", calendar=None)
    document = summarize(feed).as_document()
    assert (document["first_date"], document["last_date"]) == (None, None)
