"""How many people board on a pass, and how many are on board? By route, direction and hour.

They are not all riders: this is no load factor and never becomes one without seats and a
capture rate. A boarding names no rider and no ride, and no time but the hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import ibis
import pandas as pd
import pyarrow as pa

from analytics.frequency import HOUR
from analytics.lake import Dataset, read_days, write_day
from gtfs.feed import Feed
from gtfs.timetable import stop_events

SUPPRESSED_BELOW = 10
# Unstated in a tap or a feed; a null would not match itself in a join.
NO_ROUTE, NO_DIRECTION = "", -1
KEYS = ("operator_id", "route_id", "direction_id", "hour")
# A union asks for equal types, whether a column may be null included.
_KEY_TYPES = {
    "operator_id": "string",
    "route_id": "string",
    "direction_id": "int8",
    "hour": "int16",
}

BOARDINGS = Dataset(
    "boardings",
    pa.schema(
        [
            pa.field("operator_id", pa.string(), nullable=False),
            pa.field("mode", pa.string(), nullable=False),
            pa.field("route_id", pa.string()),
            pa.field("direction_id", pa.int8()),
            pa.field("trip_id", pa.string()),
            pa.field("boarding_stop_id", pa.string()),
            pa.field("alighting_stop_id", pa.string()),
            pa.field("boarding_hour", pa.int16(), nullable=False),
            # Days written before groups were counted do not have it: one person a ride.
            pa.field("persons", pa.int16()),
        ]
    ),
)


@dataclass(frozen=True, slots=True)
class Boarding:
    """One captured ride of `persons` on one pass. `boarding_hour` is the clock hour of the service
    day in which it began (25 is 1 o'clock in the night after): without it, rides tapped without a
    trip have no hour."""

    operator_id: str
    mode: str
    boarding_hour: int
    route_id: str | None = None
    direction_id: int | None = None
    trip_id: str | None = None
    boarding_stop_id: str | None = None
    alighting_stop_id: str | None = None
    persons: int = 1


def write_boardings(lake: str, service_date: date, boardings: Iterable[Boarding]) -> int:
    """Write all boardings of a service day, in place of what the day held; return their number."""
    return write_day(lake, BOARDINGS, service_date, boardings)


def read_boardings(lake: str, first: date, last: date) -> ibis.Table:
    """Return the boardings of some service days, with service_date."""
    return read_days(lake, BOARDINGS, first, last)


def services_of(feed: Feed, service_date: date, operator_id: str) -> ibis.Table:
    """Return the routes, directions and hours in which an operator's feed runs on a day: KEYS."""
    events = stop_events(feed, service_date)
    frame = pd.DataFrame(
        {
            "operator_id": pd.Series(operator_id, index=events.index, dtype=str),
            "route_id": events["route_id"],
            "direction_id": events["direction_id"].astype("int8"),
            "hour": (events["departure_seconds"] // HOUR).astype("int16"),
        }
    )
    return _as_ibis(frame)


def calls_of(feed: Feed, service_date: date, operator_id: str) -> ibis.Table:
    """Return in which order a day's trips call: operator_id, trip_id, stop_id, stop_sequence."""
    calls = stop_events(feed, service_date)[["trip_id", "stop_id", "stop_sequence"]]
    return _as_ibis(calls.assign(operator_id=pd.Series(operator_id, index=calls.index, dtype=str)))


def _as_ibis(frame: pd.DataFrame) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pandas(frame.drop_duplicates(), preserve_index=False))


def pass_holders_by_hour(
    boardings: ibis.Table, services: ibis.Table, calls: ibis.Table
) -> ibis.Table:
    """Return KEYS, boardings and on_board of one service day.

    Every hour in which `services` runs has a row, so a row says nothing about riders. Figures
    count people, and are null below 10 passes, however many came along: a group is one
    pass-holder's. What no service explains has a row only from 10 passes on. on_board is the
    number of people past the busiest stop of the route and direction in that hour, over rides
    with both stops known.
    """
    keyed = boardings.mutate(
        route_id=boardings.route_id.fill_null(NO_ROUTE),
        direction_id=boardings.direction_id.fill_null(NO_DIRECTION),
        hour=boardings.boarding_hour,
        persons=boardings.persons.fill_null(1),
    )
    counted = keyed.group_by(KEYS).agg(people=keyed.persons.sum(), passes=keyed.count())
    counted = counted.select(*KEYS, "passes", boardings=suppressed(counted.people, counted.passes))
    loads = busiest_loads(keyed, calls)
    enough = counted.filter(counted.passes >= SUPPRESSED_BELOW)
    known, further = (table.select(KEYS).cast(_KEY_TYPES) for table in (services, enough))
    rows = known.union(further, distinct=True)
    joined = rows.left_join(counted, KEYS).select(*KEYS, "boardings")
    joined = joined.left_join(loads, KEYS).select(*KEYS, "boardings", "on_board")
    return joined.order_by(KEYS)


def busiest_loads(rides: ibis.Table, calls: ibis.Table) -> ibis.Table:
    """Return KEYS and on_board, the largest number on board when leaving any one stop, all trips
    of the hour together; of rides with a trip and both stops. Null below 10 passes.

    Where a trip calls twice at a stop, the shortest ride that fits is taken.
    """
    whole = rides.filter(rides.boarding_stop_id.notnull() & rides.alighting_stop_id.notnull())
    alike = [*KEYS, "trip_id", "boarding_stop_id", "alighting_stop_id"]
    counted = whole.group_by(alike).agg(riders=whole.persons.sum(), passes=whole.count())
    sizes = ["riders", "passes"]
    calls = calls.select("operator_id", "trip_id", "stop_id", at="stop_sequence")
    on = calls.select("operator_id", "trip_id", boarding_stop_id="stop_id", on="at")
    off = calls.select("operator_id", "trip_id", alighting_stop_id="stop_id", off="at")
    trip = ["operator_id", "trip_id"]
    placed = counted.join(on, [*trip, "boarding_stop_id"]).select(*alike, *sizes, "on")
    placed = placed.join(off, [*trip, "alighting_stop_id"]).select(*alike, *sizes, "on", "off")
    placed = placed.filter(placed.on < placed.off)
    ridden = placed.group_by([*alike, *sizes]).agg(
        on=placed.on.argmin(placed.off - placed.on), stops=(placed.off - placed.on).min()
    )
    on_the_way = [*trip, ridden.on <= calls["at"], calls["at"] < ridden.on + ridden.stops]
    passed = ridden.join(calls, on_the_way).select(*KEYS, "stop_id", *sizes)
    loads = passed.group_by([*KEYS, "stop_id"]).agg(
        riders=passed.riders.sum(), passes=passed.passes.sum()
    )
    on_board = suppressed(loads.riders, loads.passes)
    return loads.mutate(on_board=on_board).group_by(KEYS).agg(on_board=ibis._.on_board.max())


def suppressed(people: ibis.Column, passes: ibis.Column) -> ibis.Column:
    """Return a number of people, null where they rode on fewer passes than the threshold."""
    return (passes >= SUPPRESSED_BELOW).ifelse(people.cast("int64"), ibis.null("int64"))
