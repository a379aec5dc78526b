"""Which services run on which dates? From calendar.txt and calendar_dates.txt."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from gtfs.notices import FeedError
from gtfs.reading import Table
from gtfs.values import parse_date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
# A calendar may claim thousands of years for thousands of services.
MOST_SERVICE_DATES = 5_000_000


def services_on(calendar: Table, calendar_dates: Table, service_date: date) -> frozenset[str]:
    """Return the ids of the services that run on a date."""
    written = f"{service_date:%Y%m%d}"
    running = (
        (calendar.text(WEEKDAYS[service_date.weekday()]) == "1")
        & (calendar.text("start_date") <= written)
        & (calendar.text("end_date") >= written)
    )
    services = set(calendar.text("service_id")[running])
    on_date = calendar_dates.text("date") == written
    exception = calendar_dates.text("exception_type")
    service_id = calendar_dates.text("service_id")
    services |= set(service_id[on_date & (exception == ADDED)])
    services -= set(service_id[on_date & (exception == REMOVED)])
    return frozenset(services)


def all_service_dates(calendar: Table, calendar_dates: Table) -> pd.DataFrame:
    """Return every running date of every service: service_id (text), date (datetime.date).

    Raise FeedError when the calendars name more dates than a feed can need.
    """
    dates = _dates_by_service(calendar)
    for row in calendar_dates.frame.itertuples(index=False):
        day = parse_date(row.date)
        if day is not None:
            days = dates.setdefault(row.service_id, set())
            (days.add if row.exception_type == ADDED else days.discard)(day)
    pairs = [(service, day) for service, days in dates.items() for day in sorted(days)]
    return pd.DataFrame(pairs, columns=["service_id", "date"])


def _dates_by_service(calendar: Table) -> dict[str, set[date]]:
    dates: dict[str, set[date]] = {}
    count = 0
    for row in calendar.frame.itertuples(index=False):
        first, last = parse_date(row.start_date), parse_date(row.end_date)
        if first is None or last is None:
            continue
        count += (last - first).days
        if count > MOST_SERVICE_DATES:
            raise FeedError("calendar_too_long", "calendar.txt spans more days than can be listed.")
        runs = np.array([getattr(row, weekday) == "1" for weekday in WEEKDAYS])
        span = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        dates.setdefault(row.service_id, set()).update(day for day in span if runs[day.weekday()])
    return dates
