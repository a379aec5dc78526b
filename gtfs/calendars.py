"""Which services run on which dates? From calendar.txt and calendar_dates.txt."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from gtfs.notices import FeedError
from gtfs.reading import Table
from gtfs.values import parse_date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
# A calendar may claim thousands of years for thousands of services.
MOST_SERVICE_DATES = 5_000_000


@dataclass(slots=True)
class Service:
    """A set of dates: some weekdays between two dates, dates added and dates removed."""

    weekdays: tuple[bool, ...] = (False,) * 7
    first: date = date.max
    last: date = date.min
    added: set[date] = field(default_factory=set)
    removed: set[date] = field(default_factory=set)

    def runs_on(self, day: date) -> bool:
        """Tell whether the service runs on a date."""
        if day in self.added or day in self.removed:
            return day in self.added
        return self.first <= day <= self.last and self.weekdays[day.weekday()]

    def dates(self) -> list[date]:
        """Return every date on which the service runs, in order."""
        span = (self.first + timedelta(days=offset) for offset in range(self.length_days()))
        regular = {day for day in span if self.weekdays[day.weekday()]}
        return sorted(regular - self.removed | self.added)

    def length_days(self) -> int:
        """Return the days from the first to the last regular date, 0 when there is none."""
        return max((self.last - self.first).days + 1, 0) if any(self.weekdays) else 0

    def last_date(self) -> date | None:
        """Return the last date on which the service runs, without listing them all."""
        latest = max(self.added, default=None)
        for offset in range(min(self.length_days(), len(self.removed) + 7)):
            day = self.last - timedelta(days=offset)
            if latest is not None and day < latest:
                break
            if self.runs_on(day):
                return day
        return latest

    def meets(self, other: "Service") -> bool:
        """Tell whether both services run on some date, without listing them all."""
        if any(self.runs_on(day) and other.runs_on(day) for day in self.added | other.added):
            return True
        first, last = max(self.first, other.first), min(self.last, other.last)
        # A weekday in common is missed only where a removed date hides it.
        most = 7 * (len(self.removed) + len(other.removed) + 1)
        days = (
            first + timedelta(days=offset) for offset in range(min((last - first).days + 1, most))
        )
        return any(self.runs_on(day) and other.runs_on(day) for day in days)


def read_services(calendar: Table, calendar_dates: Table) -> dict[str, Service]:
    """Return every service by id; rows with an unreadable date count for nothing."""
    services: dict[str, Service] = {}
    flags = [calendar.text(weekday) == "1" for weekday in WEEKDAYS]
    starts, ends = calendar.text("start_date"), calendar.text("end_date")
    rows = zip(calendar.text("service_id"), starts, ends, *flags, strict=True)
    for service_id, start, end, *weekdays in rows:
        first, last = parse_date(start), parse_date(end)
        service = services.setdefault(service_id, Service())
        if first is not None and last is not None:
            service.weekdays, service.first, service.last = tuple(weekdays), first, last
    exceptions = (calendar_dates.text(name) for name in ("service_id", "date", "exception_type"))
    for service_id, written, kind in zip(*exceptions, strict=True):
        day = parse_date(written)
        service = services.setdefault(service_id, Service())
        if day is not None and kind in (ADDED, REMOVED):
            (service.added if kind == ADDED else service.removed).add(day)
    return services


def list_service_dates(services: dict[str, Service]) -> pd.DataFrame:
    """Return every running date of every service: service_id (text), date (datetime.date).

    Raise FeedError when the calendars name more dates than a feed can need.
    """
    if sum(service.length_days() for service in services.values()) > MOST_SERVICE_DATES:
        raise FeedError("calendar_too_long", "calendar.txt spans more days than can be listed.")
    pairs = [(name, day) for name, service in services.items() for day in service.dates()]
    return pd.DataFrame(pairs, columns=["service_id", "date"])
