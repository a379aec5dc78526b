"""Is each value of the type that its field has?"""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from gtfs.currencies import CURRENCIES, minor_digits
from gtfs.modes import is_route_type
from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.reading import Table
from gtfs.reference import Field, known_fields
from gtfs.rules.base import Finding, Rule, at
from gtfs.values import BoolArray, FloatArray, parse_date, parse_decimal, parse_integer, parse_time

COLOR = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# BCP 47: language, then script, region, variants and extensions.
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
# "number > 0" and the like, as reference.csv has them.
BOUNDS: dict[str, tuple[Callable[[FloatArray, float], BoolArray], str]] = {
    ">0": (np.greater, "positive"),
    ">=0": (np.greater_equal, "zero or more"),
    "!=0": (np.not_equal, "other than zero"),
}
DEGREES = {"latitude": 90, "longitude": 180}
POINTS = (("stops", "stop_lat", "stop_lon"), ("shapes", "shape_pt_lat", "shape_pt_lon"))


def typed_fields(feed: RawFeed) -> Iterator[tuple[Table, Field]]:
    """Yield every column of the feed of which GTFS knows the type."""
    for name, table in feed.files.items():
        for field in known_fields(name, table.columns).values():
            if field.name in table.columns:
                yield table, field


class MissingRequiredField(Rule):
    """A value that every row must have is blank."""

    message = "{field} in row {row} of {filename} is blank."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table, field in typed_fields(feed):
            if field.presence == "required":
                yield from at(table, ~table.column(field.name).filled(), field.name)
        stop_times = feed.table("stop_times")
        places = ("stop_id", "location_group_id", "location_id")
        nowhere = ~np.any([stop_times.column(place).filled() for place in places], axis=0)
        yield from at(stop_times, nowhere, "stop_id")


class FieldRule(Rule):
    """A rule about the values of all fields of some types; blank values are no matter of it."""

    kinds: ClassVar[frozenset[str]]

    @staticmethod
    @abstractmethod
    def _holds(text: str) -> bool:
        """Tell whether a value that is not blank is well formed."""

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table, field in typed_fields(feed):
            if field.kind in self.kinds:
                column = table.column(field.name)
                broken = column.where(lambda text: text != "" and not self._holds(text))
                yield from at(table, broken, field.name)


class InvalidColor(FieldRule):
    """A color is not six hexadecimal digits."""

    kinds = frozenset({"color"})
    message = "{value} in {field} is not a color of six hexadecimal digits."

    @staticmethod
    def _holds(text: str) -> bool:
        return COLOR.fullmatch(text) is not None


class InvalidCurrency(FieldRule):
    """A currency is not a code of ISO 4217."""

    kinds = frozenset({"currency"})
    message = "{value} in {field} is not a currency code of ISO 4217."

    @staticmethod
    def _holds(text: str) -> bool:
        return text in CURRENCIES


class InvalidDate(FieldRule):
    """A date is not a calendar date written YYYYMMDD."""

    kinds = frozenset({"date"})
    message = "{value} in {field} is not a date written YYYYMMDD."

    @staticmethod
    def _holds(text: str) -> bool:
        return parse_date(text) is not None


class InvalidEmail(FieldRule):
    """An e-mail address is not of the form name@host.domain."""

    kinds = frozenset({"email"})
    message = "{value} in {field} is not an e-mail address."

    @staticmethod
    def _holds(text: str) -> bool:
        return EMAIL.fullmatch(text) is not None


class InvalidFloat(FieldRule):
    """A number cannot be read."""

    kinds = frozenset({"float", "amount", "latitude", "longitude"})
    message = "{value} in {field} is not a number."

    @staticmethod
    def _holds(text: str) -> bool:
        return parse_decimal(text) is not None


class InvalidInteger(FieldRule):
    """A whole number cannot be read."""

    kinds = frozenset({"integer", "enum", "route_type"})
    message = "{value} in {field} is not a whole number."

    @staticmethod
    def _holds(text: str) -> bool:
        return parse_integer(text) is not None


class InvalidLanguageCode(FieldRule):
    """A language is not a code of IETF BCP 47."""

    kinds = frozenset({"language"})
    message = "{value} in {field} is not a language code."

    @staticmethod
    def _holds(text: str) -> bool:
        return LANGUAGE.fullmatch(text) is not None


class InvalidTime(FieldRule):
    """A time is not written H:MM:SS, HH:MM:SS or HHH:MM:SS."""

    kinds = frozenset({"time"})
    message = "{value} in {field} is not a time written HH:MM:SS."

    @staticmethod
    def _holds(text: str) -> bool:
        return parse_time(text) is not None


class InvalidTimezone(FieldRule):
    """A time zone is not a name of the IANA database."""

    kinds = frozenset({"timezone"})
    message = "{value} in {field} is not a time zone of the IANA database."

    @staticmethod
    def _holds(text: str) -> bool:
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return False
        return True


class InvalidUrl(FieldRule):
    """A web address does not begin with http:// or https:// and a host."""

    kinds = frozenset({"url"})
    message = "{value} in {field} is not a web address."

    @staticmethod
    def _holds(text: str) -> bool:
        try:
            parts = urlsplit(text)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text


class InvalidCurrencyAmount(Rule):
    """An amount does not have the number of decimals that its currency has."""

    message = "{value} in {field} has not the decimals of its currency."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        products = feed.table("fare_products")
        pairs = zip(products.text("amount"), products.text("currency"), strict=True)
        broken = [
            currency in CURRENCIES
            and parse_decimal(amount) is not None
            and len(amount.partition(".")[2]) != minor_digits(currency)
            for amount, currency in pairs
        ]
        yield from at(products, np.array(broken, np.bool_), "amount")


class NumberOutOfRange(Rule):
    """A number is outside the range that its field allows."""

    message = "{value} in {field} must be {about}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table, field in typed_fields(feed):
            if field.kind in DEGREES:
                most = DEGREES[field.kind]
                numbers = table.column(field.name).numbers(parse_decimal)
                yield from at(table, np.abs(numbers) > most, field.name, f"within {most} of zero")
            elif field.bound:
                allows, about = BOUNDS[field.bound]
                numbers = table.column(field.name).numbers(parse_decimal)
                yield from at(table, ~(allows(numbers, 0) | np.isnan(numbers)), field.name, about)


class UnexpectedEnumValue(Rule):
    """A number stands for nothing in its field; extended route types are known."""

    severity = Severity.WARNING
    message = "{value} in {field} has no meaning there."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for table, field in typed_fields(feed):
            if field.kind in {"enum", "route_type"}:
                broken = table.column(field.name).where(partial(_unknown, field))
                yield from at(table, broken, field.name)


class PointNearOrigin(Rule):
    """A point is within one degree of latitude 0, longitude 0: a position that was not set."""

    message = "The point in row {row} of {filename} is near latitude 0, longitude 0."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, lat, lon in POINTS:
            table = feed.table(name)
            lats, lons = (table.column(field).numbers(parse_decimal) for field in (lat, lon))
            yield from at(table, (np.abs(lats) <= 1) & (np.abs(lons) <= 1), lat)


class PointNearPole(Rule):
    """A point is within one degree of a pole."""

    message = "The point in row {row} of {filename} is near a pole."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        for name, lat, _ in POINTS:
            table = feed.table(name)
            lats = np.abs(table.column(lat).numbers(parse_decimal))
            yield from at(table, (lats >= 89) & (lats <= 90), lat)


def _unknown(field: Field, text: str) -> bool:
    number = parse_integer(text)
    if number is None:
        return False
    if field.kind == "route_type":
        return not is_route_type(number)
    return str(number) not in field.choices
