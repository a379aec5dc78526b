"""On which dates a service runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtfs.calendars import Service, list_service_dates
from gtfs.notices import FeedError
from tests.support.feeds import small_feed

FIRST = date(2026, 4, 1)  # a Wednesday
WORKDAYS = (True, True, True, True, True, False, False)
CALENDAR = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"


def days(*offsets: int) -> list[date]:
    """Dates counted from the first day."""
    return [FIRST + timedelta(days=offset) for offset in offsets]


def test_weekdays_between_two_dates_both_included() -> None:
    service = Service(WORKDAYS, FIRST, FIRST + timedelta(days=7))
    assert service.dates() == days(0, 1, 2, 5, 6, 7)


def test_dates_are_added_and_removed() -> None:
    service = Service(WORKDAYS, *days(0, 2), added=set(days(3, 40)), removed=set(days(1, 41)))
    assert service.dates() == days(0, 2, 3, 40)
    assert service.last_date() == days(40)[0]


def test_dates_alone_make_a_service() -> None:
    feed = small_feed(
        calendar=None, calendar_dates="service_id,date,exception_type / w,20260401,1 / w,20260402,1"
    )
    assert feed.services_on(FIRST) == {"w"}
    assert feed.services_on(days(2)[0]) == frozenset()
    assert feed.service_dates.to_dict("list") == {"service_id": ["w", "w"], "date": days(0, 1)}
    assert feed.date_range == (FIRST, days(1)[0])


def test_a_feed_whose_trips_never_run_has_no_range() -> None:
    feed = small_feed(calendar=f"{CALENDAR} / w,0,0,0,0,0,0,0,20260401,20270331")
    assert feed.date_range is None


def test_rows_that_cannot_be_read_count_for_nothing() -> None:
    feed = small_feed(
        calendar=f"{CALENDAR} / w,1,1,1,1,1,1,1,2026,20260405",
        calendar_dates="service_id,date,exception_type / w,20260401,9 / w,yesterday,1",
    )
    assert feed.service_dates.empty


def test_a_calendar_of_thousands_of_years_is_not_listed() -> None:
    ages = Service(WORKDAYS, date.min, date.max)
    with pytest.raises(FeedError, match="more days than can be listed"):
        list_service_dates({str(number): ages for number in range(2)})
    assert ages.runs_on(FIRST)
    assert ages.last_date() == date(9999, 12, 31)


offsets = st.integers(0, 30)
services = st.builds(
    lambda weekdays, first, length, added, removed: Service(
        weekdays,
        FIRST + timedelta(days=first),
        FIRST + timedelta(days=first + length),
        set(days(*added)),
        set(days(*removed)),
    ),
    st.tuples(*[st.booleans()] * 7),
    offsets,
    offsets,
    st.sets(offsets, max_size=3),
    st.sets(offsets, max_size=3),
)


@given(services, services)
def test_what_is_told_without_listing_agrees_with_the_list(one: Service, other: Service) -> None:
    listed = one.dates()
    assert one.last_date() == max(listed, default=None)
    assert [day for day in days(*range(70)) if one.runs_on(day)] == listed
    assert one.meets(other) == bool(set(listed) & set(other.dates()))
