"""Is each value written as the type of its field has it?"""

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gtfs.currencies import CURRENCIES
from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at, typed_fields
from gtfs.values import parse_date, parse_decimal, parse_integer, parse_time

COLOR = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
# BCP 47: language, then script, region, variants and extensions.
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


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
