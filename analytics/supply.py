"""What service do the feeds offer on a day? Boardable departures at stops, from one or many feeds.

Kept under the hash of the feed and the date, because a planner asks about one day many times.
Leaves out on-demand services: a zone is service, but not a bus at the stop.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.cache import content_hash, replacing
from fares.modes import WALK_UP
from gtfs.feed import Feed, read_feed
from gtfs.modes import DEMAND_RESPONSIVE_BUS
from gtfs.timetable import departure_span, interpolated_share, stop_events

# Part of the cache's file name: raise it whenever what is stored or how it is derived changes.
CACHE_VERSION = 1
NO_BOARDING = 1

BUS, TRAM, RAIL, FERRY = "bus", "tram", "rail", "ferry"
KINDS = (BUS, TRAM, RAIL, FERRY)
# Standards tell trams from trains and know ferries, which the modes of a plan do not.
_KIND_OF_TYPE = {0: TRAM, 1: RAIL, 2: RAIL, 3: BUS, 4: FERRY, 5: TRAM, 6: TRAM, 7: TRAM}
_KIND_OF_TYPE |= {11: BUS, 12: RAIL}
_KIND_OF_HUNDRED = {1: RAIL, 2: BUS, 4: RAIL, 7: BUS, 8: BUS, 9: TRAM, 10: FERRY, 12: FERRY}
_KIND_OF_HUNDRED |= {13: TRAM, 14: TRAM}


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What must be known about a feed before its silence means that nothing runs.

    `spans` are the first and last departure of a mode in the whole feed, in seconds of the
    service day; `listed` are the kinds of its routes and `running` those with trips on any day.
    """

    name: str
    sha256: str
    first_date: str | None
    last_date: str | None
    listed: tuple[str, ...]
    running: tuple[str, ...]
    spans: dict[str, tuple[int, int]]
    trips_on_date: int
    calls: int
    interpolated_share: float


@dataclass(frozen=True, slots=True)
class Supply:
    """Stops and one day's departures.

    `stops`: stop_id, name, lon, lat, kinds (those that ever call there, joined by blanks).
    `departures`: stop (position in `stops`), kind, line, direction, seconds; one row for each
    departure that can be boarded. A line departing twice at one stop in the same second departs
    once: that is how a feed looks that holds its trips twice.
    """

    feeds: tuple[FeedFacts, ...]
    stops: pd.DataFrame
    departures: pd.DataFrame


def kind_of(route_type: int) -> str | None:
    """Return the kind of service of a GTFS route type (basic or extended), None when it is not a
    fixed service to walk to."""
    if route_type == DEMAND_RESPONSIVE_BUS:
        return None
    return _KIND_OF_TYPE.get(route_type) or _KIND_OF_HUNDRED.get(route_type // 100)


def read_supply(gtfs: Sequence[Path], service_date: date, cache_dir: Path | None) -> Supply:
    """Return what the feeds offer together on a day; the same feed given twice counts once.

    Raise gtfs.notices.FeedError when a feed cannot be read.
    """
    parts: dict[str, Supply] = {}
    for path in gtfs:
        part = _cached(path, service_date, cache_dir)
        parts.setdefault(part.feeds[0].sha256, part)
    return _combine(list(parts.values()))


def feed_supply(feed: Feed, service_date: date) -> Supply:
    """Return what one feed offers on a day."""
    routes = _lines(feed)
    calls = feed.stop_times.merge(
        feed.trips[["route_id"]].reset_index(names="trip"), on="trip", how="left"
    )
    calls["kind"] = calls["route_id"].map(routes["kind"])
    stops = _stops(feed, calls)
    events = stop_events(feed, service_date)
    departures = _departures(events, routes, stops)
    return Supply((_facts(feed, routes, calls, events),), stops, departures)


def _lines(feed: Feed) -> pd.DataFrame:
    """Return line and kind by route_id. A line is what the public calls it: a route published
    under two ids is one line, so that a feed merged with itself offers no more than before."""
    routes = feed.routes.set_index("route_id")
    types = pd.to_numeric(feed.tables["routes"]["route_type"], errors="coerce").fillna(-1)
    kind = [kind_of(int(number)) for number in types]
    short, long = routes["short_name"].fillna(""), routes["long_name"].fillna("")
    unnamed = (short + long) == ""
    named = routes["agency_id"].fillna("") + "\n" + short + "\n" + long
    line = named.where(~unnamed, routes.index.to_series())
    return pd.DataFrame({"line": line.astype(str), "kind": pd.Series(kind, index=routes.index)})


def _stops(feed: Feed, calls: pd.DataFrame) -> pd.DataFrame:
    """Return the places where vehicles stop (no stations, entrances or unknown positions)."""
    stops = feed.stops[feed.stops["location_type"].eq(0)]
    stops = stops[stops["lon"].notna() & stops["lat"].notna()]
    served = calls.dropna(subset="kind").drop_duplicates(["stop_id", "kind"])
    kinds = served.sort_values("kind").groupby("stop_id")["kind"].agg(" ".join)
    stops = stops.assign(kinds=stops["stop_id"].map(kinds).fillna(""))
    return stops[["stop_id", "name", "lon", "lat", "kinds"]].reset_index(drop=True)


def _departures(events: pd.DataFrame, routes: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    boardable = events[~events["is_last"] & (events["pickup_type"] != NO_BOARDING)]
    frame = pd.DataFrame(
        {
            "stop": pd.Index(stops["stop_id"]).get_indexer(boardable["stop_id"]),
            "kind": boardable["route_id"].map(routes["kind"]),
            "line": boardable["route_id"].map(routes["line"]),
            "direction": boardable["direction_id"].astype(np.int64),
            "seconds": boardable["departure_seconds"].astype(np.int64),
        }
    )
    frame = frame[frame["kind"].notna() & (frame["stop"] >= 0)]
    return frame.drop_duplicates(ignore_index=True)


def _facts(
    feed: Feed, routes: pd.DataFrame, calls: pd.DataFrame, events: pd.DataFrame
) -> FeedFacts:
    spans = {mode.value: departure_span(feed, mode) for mode in sorted(WALK_UP)}
    first, last = feed.date_range or (None, None)
    return FeedFacts(
        name=feed.feed_name,
        sha256=feed.sha256,
        first_date=None if first is None else first.isoformat(),
        last_date=None if last is None else last.isoformat(),
        listed=tuple(sorted(routes["kind"].dropna().unique())),
        running=tuple(sorted(calls["kind"].dropna().unique())),
        spans={mode: span for mode, span in spans.items() if span is not None},
        trips_on_date=len(events[["trip_id", "start_seconds"]].drop_duplicates()),
        calls=len(calls),
        interpolated_share=interpolated_share(feed),
    )


def _combine(parts: Sequence[Supply]) -> Supply:
    """Join feeds; positions of stops shift by the stops of the feeds before."""
    offset, departures = 0, []
    for part in parts:
        departures.append(part.departures.assign(stop=part.departures["stop"] + offset))
        offset += len(part.stops)
    return Supply(
        tuple(feed for part in parts for feed in part.feeds),
        pd.concat([part.stops for part in parts], ignore_index=True),
        pd.concat(departures, ignore_index=True),
    )


def _cached(path: Path, service_date: date, cache_dir: Path | None) -> Supply:
    if cache_dir is None or not path.is_file():
        return feed_supply(read_feed(path), service_date)
    name = f"supply-{content_hash(path)[:32]}-{service_date.isoformat()}-v{CACHE_VERSION}"
    stops, departures = cache_dir / f"{name}.stops.parquet", cache_dir / f"{name}.parquet"
    try:
        return _load(stops, departures)
    except (OSError, ValueError, KeyError):
        supply = feed_supply(read_feed(path), service_date)
    facts = {b"facts": json.dumps(asdict(supply.feeds[0])).encode()}
    with replacing(stops) as partial:
        pq.write_table(pa.Table.from_pandas(supply.stops), partial)
    with replacing(departures) as partial:
        table = pa.Table.from_pandas(supply.departures)
        pq.write_table(table.replace_schema_metadata(table.schema.metadata | facts), partial)
    return supply


def _load(stops: Path, departures: Path) -> Supply:
    table = pq.read_table(departures)
    facts = json.loads(table.schema.metadata[b"facts"])
    facts |= {"listed": tuple(facts["listed"]), "running": tuple(facts["running"])}
    facts["spans"] = {mode: tuple(span) for mode, span in facts["spans"].items()}
    return Supply((FeedFacts(**facts),), pq.read_table(stops).to_pandas(), table.to_pandas())
