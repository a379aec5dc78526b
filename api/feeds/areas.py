"""In which of the town's areas does a stop lie? By its point, the edge included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.feeds.tables import FeedStop, list_active_feeds
from api.town.service import get_town

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from api.town.document import AreaDocument


def area_numbers(
    areas: Sequence[AreaDocument], lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> list[list[int]]:
    """The ascending numbers of the areas that each place (degrees) lies in.

    A place without coordinates (NaN) lies in none.
    """
    import numpy as np
    import shapely

    inside = np.zeros((len(lon), len(areas)), dtype=bool)
    for position, area in enumerate(areas):
        polygon = shapely.Polygon(area.polygon)
        shapely.prepare(polygon)
        inside[:, position] = shapely.intersects_xy(polygon, lon, lat)
    numbers = np.array([area.area_number for area in areas], dtype=int)
    return [sorted(numbers[row].tolist()) for row in inside]


async def locate_stops(session: AsyncSession, feed_version_id: UUID) -> int:
    """Bring a version's stops up to the town's areas as they are now; how many changed."""
    import numpy as np

    town = await get_town(session)
    found = await session.exec(
        select(FeedStop).where(col(FeedStop.feed_version_id) == feed_version_id)
    )
    stops = list(found)
    lon = np.array([stop.lon for stop in stops], dtype=float)
    lat = np.array([stop.lat for stop in stops], dtype=float)
    changed = 0
    for stop, numbers in zip(stops, area_numbers(town.areas, lon, lat), strict=True):
        if stop.area_numbers != numbers:
            stop.area_numbers = numbers
            changed += 1
    await session.flush()
    return changed


async def locate_active_stops(session: AsyncSession) -> int:
    """The same for every active feed, after the town's areas have changed."""
    feeds = await list_active_feeds(session)
    return sum([await locate_stops(session, feed.feed_version_id) for feed in feeds])
