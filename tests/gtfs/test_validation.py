"""How rules are applied: samples and totals, and the day of the check."""

from datetime import date

from gtfs.notices import Severity
from gtfs.validation import NOTICES_OF_ONE_KIND, judge
from tests.support.feeds import brief, small_feed, small_raw_feed

CALENDAR = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date / "
    "w,1,1,1,1,1,0,0,20260401,20270331 / old,1,1,1,1,1,0,0,20250401,20260331"
)


def test_a_rule_broken_everywhere_gives_some_notices_and_the_exact_number() -> None:
    rows = "".join(f"s{number},o,Line {number},3,red\n" for number in range(250))
    header = "route_id,agency_id,route_short_name,route_type,route_color\n"
    report = judge(small_raw_feed(routes=f"{header}r,o,One,3,\n{rows}"))
    assert len(report.notices) == NOTICES_OF_ONE_KIND
    assert report.totals == {"invalid_color": 250}
    assert report.totals_by_severity() == {
        "ERROR": {"invalid_color": 250},
        "WARNING": {},
        "INFO": {},
    }


def test_a_notice_says_where_and_what_in_a_sentence() -> None:
    feed = small_feed(
        routes="route_id,agency_id,route_short_name,route_type,route_color / r,o,One,3,red"
    )
    (notice,) = feed.notices
    assert notice.severity is Severity.ERROR
    assert notice.message == "red in route_color is not a color of six hexadecimal digits."
    assert feed.report.errors() == (notice,)


def test_a_service_is_over_the_day_after_its_last() -> None:
    raw = small_raw_feed(calendar=CALENDAR)
    expired = ("expired_calendar", "calendar.txt", 3, "service_id", "old")
    assert judge(raw, date(2026, 3, 31)).notices == ()
    assert [brief(notice) for notice in judge(raw, date(2026, 4, 1)).notices] == [expired]


def test_services_of_single_dates_are_over_only_together() -> None:
    raw = small_raw_feed(
        calendar=None, calendar_dates="service_id,date,exception_type / w,20260401,1 / x,20260501,1"
    )
    assert judge(raw, date(2026, 4, 15)).notices == ()
    assert [brief(notice)[3:] for notice in judge(raw, date(2026, 5, 2)).notices] == [
        ("service_id", "w"),
        ("service_id", "x"),
    ]
