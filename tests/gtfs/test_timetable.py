"""Which calls are made on a day."""

from datetime import date

from fares.modes import Mode
from gtfs.timetable import EVENT_COLUMNS, departure_span, stop_events
from gtfs.values import format_time
from tests.support.feeds import small_feed

WEDNESDAY, SATURDAY, HOLIDAY = date(2026, 4, 8), date(2026, 4, 11), date(2026, 4, 29)
CALENDAR = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date / "
    "w,1,1,1,1,1,0,0,20260401,20270331 / s,0,0,0,0,0,1,1,20260401,20270331"
)
TWO_TRIPS = {
    "calendar": CALENDAR,
    "calendar_dates": "service_id,date,exception_type / w,20260429,2 / s,20260429,1",
    "trips": "route_id,service_id,trip_id,direction_id / r,w,t,0 / r,s,u,1",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,"
    "drop_off_type / t,08:00:00,08:00:00,A,1,0,1 / t,08:10:00,08:10:00,B,2,1,0 / "
    "u,25:00:00,25:00:00,B,1,, / u,25:10:00,25:10:00,A,2,,",
}


def test_a_day_has_the_calls_of_the_services_that_run() -> None:
    feed = small_feed(**TWO_TRIPS)
    trips = {
        day: stop_events(feed, day)["trip_id"].unique().tolist()
        for day in (WEDNESDAY, SATURDAY, HOLIDAY, date(2026, 3, 31))
    }
    assert list(trips.values()) == [["t"], ["u"], ["u"], []]


def test_a_call_says_all_that_is_agreed() -> None:
    event = stop_events(small_feed(**TWO_TRIPS), WEDNESDAY).iloc[0]
    assert dict(event) == {
        "trip_id": "t",
        "route_id": "r",
        "direction_id": 0,
        "mode": "bus",
        "stop_id": "A",
        "stop_sequence": 1,
        "arrival_seconds": 28_800,
        "departure_seconds": 28_800,
        "pickup_type": 0,
        "drop_off_type": 1,
        "interpolated": False,
        "is_last": False,
        "start_seconds": 28_800,
    }


def test_a_day_without_service_has_no_calls_and_all_columns() -> None:
    events = stop_events(small_feed(), date(2030, 1, 1))
    assert tuple(events.columns) == EVENT_COLUMNS
    assert events.empty


def test_a_frequency_makes_runs_from_the_start_until_before_the_end() -> None:
    feed = small_feed(
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
        "t,05:59:00,06:00:00,A,1 / t,06:07:00,06:07:00,B,2",
        frequencies="trip_id,start_time,end_time,headway_secs / "
        "t,08:00:00,08:30:00,600 / t,24:00:00,24:15:00,900",
    )
    events = stop_events(feed, WEDNESDAY)
    starts = events.loc[events["stop_id"] == "A", "departure_seconds"]
    ends = events.loc[events["stop_id"] == "B", "arrival_seconds"]
    assert [format_time(second) for second in starts] == [
        "08:00:00",
        "08:10:00",
        "08:20:00",
        "24:00:00",
    ]
    assert (ends.to_numpy() - starts.to_numpy()).tolist() == [420] * 4
    assert events["start_seconds"].nunique() == 4
    assert feed.stop_times["departure_seconds"].tolist() == [21_600, 22_020]


def test_trips_without_a_frequency_run_once_beside_it() -> None:
    feed = small_feed(
        trips="route_id,service_id,trip_id / r,w,t / r,w,u",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
        "t,08:00:00,08:00:00,A,1 / t,08:10:00,08:10:00,B,2 / "
        "u,09:00:00,09:00:00,A,1 / u,09:10:00,09:10:00,B,2",
        frequencies="trip_id,start_time,end_time,headway_secs / t,10:00:00,11:00:00,1800",
    )
    events = stop_events(feed, WEDNESDAY)
    runs = events.drop_duplicates(["trip_id", "start_seconds"])
    assert list(zip(runs["trip_id"], runs["start_seconds"], strict=True)) == [
        ("u", 32_400),
        ("t", 36_000),
        ("t", 37_800),
    ]


def test_the_span_is_of_departures_that_can_be_taken() -> None:
    feed = small_feed(**TWO_TRIPS)
    assert departure_span(feed, Mode.BUS) == (28_800, 90_000)
    assert departure_span(feed, Mode.BUS, WEDNESDAY) == (28_800, 28_800)
    assert departure_span(feed, Mode.RAIL) is None
    assert departure_span(feed, Mode.BUS, date(2030, 1, 1)) is None
