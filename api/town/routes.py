"""`/v1/time` and `/v1/town`: what every page needs before it knows anybody."""

from __future__ import annotations

from datetime import date

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel.ext.asyncio.session import AsyncSession

from api.categories import CATEGORY_NAMES
from api.clock import Clock, service_instant
from api.errors import problems
from api.settings import Settings
from api.town.service import get_town
from api.wire import Instant, TextView, View, text_view


class TimeView(View, frozen=True):
    """The server's time; pages count from it, not from the device's clock."""

    now: Instant
    time_zone: str
    service_date: date
    simulated: bool


class AreaView(View, frozen=True):
    """An area of the town, by its number."""

    area_number: int
    name: TextView


class AttributionView(View, frozen=True):
    """A source whose data is shown."""

    title: str
    licence: str
    url: str | None
    note: TextView | None


class ConcessionView(View, frozen=True):
    """A concession that the desk attests, and what it looks at."""

    rider_category: str
    category_name: TextView
    policy: TextView
    months: int


class TownView(View, frozen=True):
    """The town and where its data comes from."""

    name: TextView
    currency: str
    time_zone: str
    center: tuple[float, float]
    simulated: bool
    takes_bank_cards: bool
    areas: list[AreaView]
    concessions: list[ConcessionView]
    attribution: list[AttributionView]


class TownController(Controller):
    """The town and its time, open to all."""

    path = "/v1"
    tags = ["town"]

    @get("/time", summary="The server's time", operation_id="get_time", opt=problems("no_town"))
    async def time(
        self, session: NamedDependency[AsyncSession], clock: NamedDependency[Clock]
    ) -> TimeView:
        """The instant, and the service date that it belongs to in the town's time zone."""
        town = await get_town(session)
        now = clock.now()
        day, _ = service_instant(now, town.zone())
        return TimeView(
            now=now, time_zone=town.time_zone, service_date=day, simulated=clock.simulated
        )

    @get(
        "/town",
        summary="The town, its areas and its sources",
        operation_id="get_town",
        opt=problems("no_town"),
    )
    async def town(
        self, session: NamedDependency[AsyncSession], settings: NamedDependency[Settings]
    ) -> TownView:
        """Name, currency, areas and attribution; `simulated` where it is a demo."""
        town = await get_town(session)
        return TownView(
            name=text_view(town.name.text()),
            currency=town.currency,
            time_zone=town.time_zone,
            center=town.center,
            simulated=town.simulated,
            takes_bank_cards=settings.stripe_key is not None,
            areas=[
                AreaView(area_number=a.area_number, name=text_view(a.name.text()))
                for a in town.areas
            ],
            concessions=[
                ConcessionView(
                    rider_category=c.rider_category,
                    category_name=text_view(CATEGORY_NAMES[c.rider_category]),
                    policy=text_view(c.policy.text()),
                    months=c.months,
                )
                for c in town.concessions
            ],
            attribution=[
                AttributionView(
                    title=a.title,
                    licence=a.licence,
                    url=a.url,
                    note=text_view(a.note.text()) if a.note else None,
                )
                for a in town.attribution
            ],
        )
