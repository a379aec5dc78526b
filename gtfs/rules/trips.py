"""Can a passenger use each trip, and a vehicle drive each block?"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from gtfs.calendars import Service, read_services
from gtfs.frequencies import headways
from gtfs.notices import Severity
from gtfs.raw import RawFeed
from gtfs.rules.base import Finding, Rule, at, in_rows
from gtfs.values import IntArray


class BlockTrip(NamedTuple):
    """A trip of a vehicle's day: when it makes its first and its last call, in seconds."""

    row: int
    service_id: str
    arrival: float
    departure: float
    last_arrival: float
    last_departure: float


def call_counts(feed: RawFeed) -> IntArray:
    """Return for every row of trips.txt how many rows of stop_times.txt it has."""
    counts = feed.table("stop_times").text("trip_id").value_counts()
    found = feed.table("trips").text("trip_id").map(counts).fillna(0)
    of_trips: IntArray = found.to_numpy(np.int64)
    return of_trips


class UnusableTrip(Rule):
    """A trip calls at fewer than two places, so nobody can go anywhere with it."""

    severity = Severity.WARNING
    message = "The trip {value} calls at fewer than two places."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        yield from at(feed.table("trips"), call_counts(feed) < 2, "trip_id")


class UnusedTrip(Rule):
    """A trip calls nowhere."""

    severity = Severity.WARNING
    message = "The trip {value} calls nowhere."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        yield from at(feed.table("trips"), call_counts(feed) == 0, "trip_id")


class OverlappingFrequency(Rule):
    """Two spans in which a trip runs at a headway overlap."""

    message = "In row {row} the trip {value} starts again before the span above it has ended."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        table = feed.table("frequencies")
        if table.frame.empty:
            return
        spans = headways(table, pd.Series(table.column("trip_id").texts))
        spans = spans.assign(row=table.rows[spans.index]).sort_values(["trip", "start"])
        follows = spans["trip"].diff() == 0
        rows = spans["row"][follows & (spans["start"] < spans["end"].shift())]
        yield from in_rows(table.filename, rows, "trip_id", table.text("trip_id").loc[rows])


class BlockTripsWithOverlappingStopTimes(Rule):
    """One vehicle (block) drives two trips at once on a date."""

    message = "Row {row}: the trip {value} starts while another of its block is on the way."

    def _find(self, feed: RawFeed) -> Iterator[Finding]:
        trips = feed.table("trips")
        services = defaultdict(
            Service, read_services(feed.table("calendar"), feed.table("calendar_dates"))
        )
        meet = cache(lambda one, other: services[one].meets(services[other]))
        rows = [row for block in _trips_by_block(feed) for row in _overlapping(block, meet)]
        yield from in_rows(trips.filename, rows, "trip_id", trips.text("trip_id").loc[rows])


def _trips_by_block(feed: RawFeed) -> Iterator[list[BlockTrip]]:
    """Yield the trips of each block with their first and last times, by first arrival."""
    calls = feed.calls
    first, last = calls.frame[~calls.follows()], calls.frame[calls.ends()]
    spans = pd.DataFrame(
        {
            "trip_id": np.array(calls.trip_ids, dtype=object)[first["trip"]],
            "arrival": first["arrival"].to_numpy(),
            "departure": first["departure"].to_numpy(),
            "last_arrival": last["arrival"].to_numpy(),
            "last_departure": last["departure"].to_numpy(),
        }
    ).dropna()
    trips = feed.table("trips")
    columns = {name: trips.text(name) for name in ("trip_id", "block_id", "service_id")}
    frame = pd.DataFrame(columns).assign(row=trips.rows)
    frame = frame[frame["block_id"] != ""].merge(spans, on="trip_id")
    for _, block in frame.sort_values(["arrival", "last_departure"]).groupby("block_id"):
        yield [BlockTrip(*trip) for trip in block[list(BlockTrip._fields)].itertuples(index=False)]


def _overlapping(block: list[BlockTrip], meet: Callable[[str, str], bool]) -> Iterator[int]:
    """Yield the row of every trip of a block that starts before one above it has ended, where
    `meet` says that the services of both run on some date."""
    for position, trip in enumerate(block):
        for later in block[position + 1 :]:
            if trip.last_departure <= later.arrival:
                break
            # A trip that continues another may repeat its last call as its own first.
            last_call = (trip.last_arrival, trip.last_departure)
            if last_call != (later.arrival, later.departure) and meet(
                trip.service_id, later.service_id
            ):
                yield later.row
