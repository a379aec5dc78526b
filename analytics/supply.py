"""What service do the feeds offer on a day? Boardable departures at stops, from one or many feeds.

Kept under the hash of the feed and the date, because a planner asks about one day many times.
Leaves out on-demand services: a zone is service, but not a bus at the stop.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.cache import content_hash, replacing
from analytics.kinds import route_lines
from analytics.timetable import Timetable, feed_timetable
from fares.modes import WALK_UP
from gtfs.feed import Feed, read_feed
from gtfs.timetable import departure_span, interpolated_share

# Part of the cache's file name: raise it whenever what is stored or how it is derived changes.
CACHE_VERSION = 1


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
    timetable = feed_timetable(feed, service_date)
    return timetable_supply(timetable, (_facts(feed, timetable),))


def timetable_supply(timetable: Timetable, feeds: tuple[FeedFacts, ...]) -> Supply:
    """Return what a timetable offers; `feeds` are the facts of the feeds it comes from."""
    served = timetable.served.drop_duplicates(["stop", "kind"]).sort_values("kind")
    kinds = served.groupby("stop")["kind"].agg(" ".join)
    stops = timetable.stops.assign(kinds=kinds.reindex(timetable.stops.index, fill_value=""))
    calls = timetable.calls
    boardable = calls[calls["boards"] & calls["kind"].notna()]
    departures = boardable[["stop", "kind", "line", "direction", "departure"]]
    departures = departures.rename(columns={"departure": "seconds"})
    return Supply(feeds, stops, departures.drop_duplicates(ignore_index=True))


def _facts(feed: Feed, timetable: Timetable) -> FeedFacts:
    spans = {mode.value: departure_span(feed, mode) for mode in sorted(WALK_UP)}
    first, last = feed.date_range or (None, None)
    kinds = route_lines(feed)["kind"]
    running = feed.trips["route_id"].iloc[feed.stop_times["trip"].unique()].map(kinds)
    return FeedFacts(
        name=feed.feed_name,
        sha256=feed.sha256,
        first_date=None if first is None else first.isoformat(),
        last_date=None if last is None else last.isoformat(),
        listed=tuple(sorted(kinds.dropna().unique())),
        running=tuple(sorted(running.dropna().unique())),
        spans={mode: span for mode, span in spans.items() if span is not None},
        trips_on_date=timetable.calls["run"].nunique(),
        calls=len(feed.stop_times),
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
