"""Boardings of a day: the rows that the lake keeps, and pass-holders by route and hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from analytics.boardings import (
    KEYS,
    Boarding,
    calls_of,
    pass_holders_by_hour,
    read_boardings,
    services_of,
)
from api.insights.rides import DayRide
from gtfs.feed import read_feed

_SERVICES = pa.schema(
    [
        ("operator_id", pa.string()),
        ("route_id", pa.string()),
        ("direction_id", pa.int8()),
        ("hour", pa.int16()),
    ]
)
_CALLS = pa.schema(
    [
        ("operator_id", pa.string()),
        ("trip_id", pa.string()),
        ("stop_id", pa.string()),
        ("stop_sequence", pa.int32()),
    ]
)


def boardings_of(rides: Iterable[DayRide]) -> list[Boarding]:
    """The rides without their riders, in the order of what they say and not of when."""
    rows = [
        Boarding(
            operator_id=ride.operator_id,
            mode=ride.mode,
            boarding_hour=ride.boarded_seconds // 3600,
            route_id=ride.route_id,
            direction_id=ride.direction_id,
            trip_id=ride.trip_id,
            boarding_stop_id=ride.boarding_stop_id,
            alighting_stop_id=ride.alighting_stop_id,
            persons=ride.persons,
        )
        for ride in rides
    ]
    return sorted(rows, key=repr)


def hourly_rows(
    lake_url: str, service_date: date, feeds: Mapping[str, Path]
) -> list[tuple[Any, ...]]:
    """service_date, the KEYS of analytics, boardings and on_board of a day in the lake; null
    where fewer than ten. `feeds` are the operators' timetables."""
    services, calls = _SERVICES.empty_table(), _CALLS.empty_table()
    for operator_id, path in feeds.items():
        feed = read_feed(path)
        runs = _typed(services_of(feed, service_date, operator_id), _SERVICES)
        stops = _typed(calls_of(feed, service_date, operator_id), _CALLS)
        services, calls = pa.concat_tables([services, runs]), pa.concat_tables([calls, stops])
    boardings = read_boardings(lake_url, service_date, service_date)
    counted = pass_holders_by_hour(boardings, ibis.memtable(services), ibis.memtable(calls))
    columns = (*KEYS, "boardings", "on_board")
    return [
        (service_date, *(row[name] for name in columns)) for row in counted.to_pyarrow().to_pylist()
    ]


def _typed(table: ibis.Table, schema: pa.Schema) -> pa.Table:
    """The table with these columns; a day on which nothing runs has them without a type."""
    return table.select(schema.names).to_pyarrow().cast(schema)
