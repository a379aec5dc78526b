"""Is each value there where it must be, and within what its field allows?"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from gtfs.currencies import CURRENCIES, minor_digits
from gtfs.modes import is_route_type
from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.reference import Field
from gtfs.rules.base import Finding, Rule, at, typed_fields
from gtfs.values import BoolArray, FloatArray, parse_decimal, parse_integer

# "number > 0" and the like, as reference.csv has them.
BOUNDS: dict[str, tuple[Callable[[FloatArray, float], BoolArray], str]] = {
    ">0": (np.greater, "positive"),
    ">=0": (np.greater_equal, "zero or more"),
    "!=0": (np.not_equal, "other than zero"),
}
DEGREES = {"latitude": 90, "longitude": 180}
POINTS = (("stops", "stop_lat", "stop_lon"), ("shapes", "shape_pt_lat", "shape_pt_lon"))


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
