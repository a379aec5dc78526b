"""Does every service run some day, and does the feed still hold?"""

from collections.abc import Iterator
from datetime import date

import numpy as np

from gtfs.calendars import WEEKDAYS, read_services
from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at


class ServiceHasNoActiveDayOfTheWeek(Rule):
    """A row of calendar.txt names no weekday; the service runs on added dates only."""

    severity = Severity.WARNING
    message = "The service {value} runs on no weekday."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        calendar = feed.table("calendar")
        runs = [calendar.column(day).where(lambda text: text == "1") for day in WEEKDAYS]
        yield from at(calendar, ~np.any(runs, axis=0), "service_id")


class ServiceWithoutDates(Rule):
    """Trips use a service that runs on no date at all."""

    severity = Severity.WARNING
    canonical = False
    message = "The service {value} runs on no date, so its trips never run."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        services = read_services(feed.table("calendar"), feed.table("calendar_dates"))
        for service_id in feed.table("trips").column("service_id").texts:
            if service_id in services and services[service_id].last_date() is None:
                yield Finding("trips.txt", (), "service_id", (service_id,))


class FeedWithoutServiceDates(Rule):
    """No trip of the feed runs on any date."""

    canonical = False
    message = "No trip of the feed runs on any date."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        services = read_services(feed.table("calendar"), feed.table("calendar_dates"))
        used = feed.table("trips").column("service_id").texts
        if not any(name in services and services[name].last_date() for name in used):
            yield Finding(None)


class ExpiredCalendar(Rule):
    """A service ran for the last time before the day of the check."""

    severity = Severity.WARNING
    message = "The service {value} does not run any more."

    def __init__(self, on_date: date) -> None:
        self.on_date = on_date

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        calendar, exceptions = feed.table("calendar"), feed.table("calendar_dates")
        services = read_services(calendar, exceptions)
        last_dates = {name: service.last_date() for name, service in services.items()}
        over = {name for name, last in last_dates.items() if last and last < self.on_date}
        yield from at(
            calendar, calendar.column("service_id").where(over.__contains__), "service_id"
        )
        # Without a calendar.txt old services may stand beside new ones; all must be over.
        if calendar.frame.empty and over == set(services):
            for service_id in services:
                yield Finding(exceptions.filename, (), "service_id", (service_id,))
