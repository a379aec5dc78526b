"""Can a fare be found without doubt? Fares v2: time frames, transfers, rider categories."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at, in_rows
from gtfs.values import BoolArray, parse_integer, parse_time

DAY_SECONDS = 24 * 3600


class TimeframeOnlyStartOrEndTimeSpecified(Rule):
    """A time frame has a start and no end, or the reverse."""

    message = "The time frame in row {row} has only one of start_time and end_time."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("timeframes")
        start, end = (table.column(field).filled() for field in ("start_time", "end_time"))
        yield from at(table, start != end, "start_time")


class TimeframeStartOrEndTimeGreaterThanTwentyFourHours(Rule):
    """A time frame goes past 24:00:00; it is local time, not time of a service day."""

    message = "{field} {value} in row {row} is past 24:00:00."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("timeframes")
        for field in ("start_time", "end_time"):
            yield from at(table, table.column(field).numbers(parse_time) > DAY_SECONDS, field)


class TimeframeOverlap(Rule):
    """Two time frames of one group and one service overlap."""

    message = "The time frame in row {row} starts before another of {value} has ended."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("timeframes")
        start = table.column("start_time").numbers(parse_time)
        end = table.column("end_time").numbers(parse_time)
        frame = pd.DataFrame(
            {
                "row": table.rows,
                "group": table.text("timeframe_group_id").to_numpy(),
                "service": table.text("service_id").to_numpy(),
                # Without times it is the whole day.
                "start": np.where(np.isnan(start), 0, start),
                "end": np.where(np.isnan(end), DAY_SECONDS, end),
            }
        ).sort_values(["group", "service", "start", "end"])
        above = frame.shift()
        same = (frame["group"] == above["group"]) & (frame["service"] == above["service"])
        broken = frame[same & (frame["start"] < above["end"])]
        yield from in_rows(table.filename, broken["row"], "timeframe_group_id", broken["group"])


class FareTransferRuleDurationLimitWithoutType(Rule):
    """A transfer has a time limit and does not say between which events."""

    message = "Row {row} has duration_limit {value} and no duration_limit_type."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        limit, kind = _limits(feed)
        yield from at(feed.table("fare_transfer_rules"), limit & ~kind, "duration_limit")


class FareTransferRuleDurationLimitTypeWithoutDurationLimit(Rule):
    """A transfer says between which events its time limit counts and has no limit."""

    message = "Row {row} has duration_limit_type {value} and no duration_limit."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        limit, kind = _limits(feed)
        yield from at(feed.table("fare_transfer_rules"), ~limit & kind, "duration_limit_type")


def _limits(feed: RawFeed) -> tuple[BoolArray, BoolArray]:
    table = feed.table("fare_transfer_rules")
    return table.column("duration_limit").filled(), table.column("duration_limit_type").filled()


def within_a_group(feed: RawFeed) -> BoolArray:
    """Return for every transfer rule whether it is from a group of legs to the same group."""
    table = feed.table("fare_transfer_rules")
    start, end = table.text("from_leg_group_id"), table.text("to_leg_group_id")
    same: BoolArray = ((start == end) & (start != "")).to_numpy()
    return same


class FareTransferRuleWithoutTransferCount(Rule):
    """A transfer within one group of legs does not say how often it may be made."""

    message = "Row {row} needs transfer_count."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("fare_transfer_rules")
        count = table.column("transfer_count").filled()
        yield from at(table, within_a_group(feed) & ~count, "transfer_count")


class FareTransferRuleWithForbiddenTransferCount(Rule):
    """A transfer between groups of legs says how often it may be made."""

    message = "Row {row} must not have transfer_count {value}."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("fare_transfer_rules")
        count = table.column("transfer_count").filled()
        yield from at(table, ~within_a_group(feed) & count, "transfer_count")


class FareTransferRuleInvalidTransferCount(Rule):
    """A number of transfers is neither -1 (any) nor one or more."""

    message = "transfer_count {value} in row {row} is neither -1 nor one or more."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("fare_transfer_rules")
        count = table.column("transfer_count").numbers(parse_integer)
        yield from at(table, within_a_group(feed) & ((count == 0) | (count < -1)), "transfer_count")


class FareProductWithMultipleDefaultRiderCategories(Rule):
    """A fare product has more than one rider category that is the default."""

    message = "The fare product {value} has more than one default rider category."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        categories, products = feed.table("rider_categories"), feed.table("fare_products")
        is_default = categories.text("is_default_fare_category") == "1"
        defaults = set(categories.text("rider_category_id")[is_default])
        chosen = products.column("rider_category_id").where(defaults.__contains__)
        names = ["fare_product_id", "rider_category_id"]
        pairs = pd.DataFrame({name: products.text(name) for name in names})[
            chosen
        ].drop_duplicates()
        repeated = pairs[pairs["fare_product_id"].duplicated()]
        yield from in_rows(products.filename, repeated.index, names[0], repeated["fare_product_id"])
