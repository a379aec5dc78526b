"""Can a rider tell from booking_rules.txt until when to book?"""

from collections.abc import Iterator
from typing import ClassVar

from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at
from gtfs.values import BoolArray, parse_integer

REAL_TIME, SAME_DAY, PRIOR_DAYS = "0", "1", "2"
DURATIONS = ("prior_notice_duration_min", "prior_notice_duration_max")
LAST = ("prior_notice_last_day", "prior_notice_last_time")
STARTS = ("prior_notice_start_day", "prior_notice_start_time")
SERVICE = ("prior_notice_service_id",)


def filled(feed: RawFeed, field: str) -> BoolArray:
    """Return for every booking rule whether it has a value."""
    return feed.table("booking_rules").column(field).filled()


def of_type(feed: RawFeed, booking_type: str) -> BoolArray:
    """Return for every booking rule whether it is of a type."""
    return feed.table("booking_rules").column("booking_type").where(booking_type.__eq__)


class ForbiddenFieldsRule(Rule):
    """A rule on what a booking rule of one type must not say."""

    booking_type: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    message = "Row {row}: {field} is not for this booking type."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for field in self.fields:
            broken = of_type(feed, self.booking_type) & filled(feed, field)
            yield from at(feed.table("booking_rules"), broken, field)


class ForbiddenRealTimeBookingFieldValue(ForbiddenFieldsRule):
    """A booking in real time asks for notice."""

    booking_type = REAL_TIME
    fields = (*DURATIONS, *LAST, *STARTS, *SERVICE)


class ForbiddenSameDayBookingFieldValue(ForbiddenFieldsRule):
    """A booking on the same day asks for notice on days before."""

    booking_type = SAME_DAY
    fields = (*LAST, *SERVICE)


class ForbiddenPriorDayBookingFieldValue(ForbiddenFieldsRule):
    """A booking on days before asks for notice in minutes."""

    booking_type = PRIOR_DAYS
    fields = DURATIONS


class MissingFieldRule(Rule):
    """A rule on what a booking rule of one type must say."""

    booking_type: ClassVar[str]
    field: ClassVar[str]
    message = "Row {row} needs {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        broken = of_type(feed, self.booking_type) & ~filled(feed, self.field)
        yield from at(feed.table("booking_rules"), broken, self.field)


class MissingPriorNoticeDurationMin(MissingFieldRule):
    """A booking on the same day does not say how many minutes before."""

    booking_type = SAME_DAY
    field = "prior_notice_duration_min"


class MissingPriorNoticeLastDay(MissingFieldRule):
    """A booking on days before does not say how many days before."""

    booking_type = PRIOR_DAYS
    field = "prior_notice_last_day"


class MissingPriorNoticeLastTime(MissingFieldRule):
    """A booking on days before does not say until what time."""

    booking_type = PRIOR_DAYS
    field = "prior_notice_last_time"


class InvalidPriorNoticeDurationMin(Rule):
    """The longest notice is shorter than the shortest."""

    message = "Row {row}: the longest notice is shorter than {field} {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("booking_rules")
        shortest, longest = (table.column(field).numbers(parse_integer) for field in DURATIONS)
        yield from at(table, longest < shortest, DURATIONS[0])


class PriorNoticeLastDayAfterStartDay(Rule):
    """Booking closes on an earlier day than it opens."""

    message = "Row {row}: booking closes before it opens."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("booking_rules")
        last, start = (table.column(field).numbers(parse_integer) for field in (LAST[0], STARTS[0]))
        yield from at(table, last > start, LAST[0])


class ForbiddenPriorNoticeStartDay(Rule):
    """The opening of booking is given both in minutes and as a day."""

    message = "Row {row} says in two ways when booking opens."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        broken = filled(feed, DURATIONS[1]) & filled(feed, STARTS[0])
        yield from at(feed.table("booking_rules"), broken, STARTS[0])


class ForbiddenPriorNoticeStartTime(Rule):
    """Booking opens at a time, and on no day."""

    message = "Row {row} has {field} and no day for it."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        broken = ~filled(feed, STARTS[0]) & filled(feed, STARTS[1])
        yield from at(feed.table("booking_rules"), broken, STARTS[1])


class MissingPriorNoticeStartTime(Rule):
    """Booking opens on a day, and at no time."""

    message = "Row {row} has a day on which booking opens, and no {field}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        broken = filled(feed, STARTS[0]) & ~filled(feed, STARTS[1])
        yield from at(feed.table("booking_rules"), broken, STARTS[1])
