"""What there is to ride on the day: the feeds in force, and the taxis of the catalogue."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from sqlmodel import col, select

from api.demo.booked import BookedOperator
from api.demo.day import Supply
from api.demo.timetable import Timetable, build_timetable
from api.demo.walk_up import WalkUpOperator
from api.feeds.tables import FeedStop, list_active_feeds
from api.lake import local_copy
from api.services import Services
from api.town.document import MeteredTariff, OperatorDocument, TownDocument
from fares.modes import METERED, Mode
from fares.money import Money
from fares.shadow_fares import TaxiTariff

Areas = dict[str, frozenset[int]]


async def read_supply(services: Services, town: TownDocument, day: date) -> Supply:
    """Timetables of the active feeds on a day, and the operators that are called."""
    files, areas = await _active_feeds(services)
    walk_up = [
        WalkUpOperator(
            await asyncio.to_thread(
                _timetable, o.operator_id, files[o.operator_id], day, areas[o.operator_id]
            ),
            o.tap_off,
        )
        for o in town.operators
        if o.operator_id in files
    ]
    return Supply(
        walk_up=tuple(operator for operator in walk_up if operator.timetable.lines),
        booked=tuple(_booked(o, town) for o in town.operators if METERED.intersection(o.modes)),
    )


async def _active_feeds(services: Services) -> tuple[dict[str, Path], dict[str, Areas]]:
    """By operator: the feed in force as a file, and the areas of its stops as the desk has them."""
    cache_dir = services.settings.data_dir / "cache"
    files: dict[str, Path] = {}
    areas: dict[str, Areas] = {}
    async with services.database.session() as session:
        for feed in await list_active_feeds(session):
            files[feed.operator_id] = await asyncio.to_thread(
                local_copy, feed.source_url, cache_dir
            )
            stops = await session.exec(
                select(FeedStop).where(col(FeedStop.feed_version_id) == feed.feed_version_id)
            )
            areas[feed.operator_id] = {s.stop_id: frozenset(s.area_numbers) for s in stops}
    return files, areas


def _timetable(operator_id: str, source: Path, day: date, areas: Areas) -> Timetable:
    # Reading feeds takes libraries that a web server does without.
    from gtfs.feed import read_feed
    from gtfs.timetable import stop_events

    return build_timetable(operator_id, stop_events(read_feed(source), day), areas)


def _booked(operator: OperatorDocument, town: TownDocument) -> BookedOperator:
    tariff = operator.tariff
    assert isinstance(tariff, MeteredTariff), "demo taxis and rideshares have a metered tariff"
    return BookedOperator(
        operator_id=operator.operator_id,
        mode=Mode(operator.modes[0]),
        tariff=TaxiTariff(
            flag_fall=Money(tariff.flag_fall_minor, town.currency),
            flag_fall_meters=tariff.flag_fall_meters,
            unit_fare=Money(tariff.step_minor, town.currency),
            unit_meters=tariff.step_meters,
        ),
        areas=tuple(area.area_number for area in town.areas),
    )
