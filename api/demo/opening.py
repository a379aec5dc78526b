"""Opening a city: claimed from its database as it was lived in or emptied, migrated, served."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from api.clock import DemoClock
from api.demo.cities import City
from api.demo.home import Home, State
from api.demo.play import instant
from api.demo.problems import DemoError
from api.demo.serving import Lifelines, serving, while_alive
from api.demo.wishes import Wishes
from api.observability import configure_logging
from api.server import prepare
from api.services import Services, open_services
from api.settings import Settings
from api.town.document import TownDocument, read_town

LIVED, LIVING = "lived", "living"


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city that is being served; it lasts as long as its lifelines."""

    city: City
    town: TownDocument
    services: Services
    clock: DemoClock
    lifelines: Lifelines


async def claim_state(home: Home, lake_url: str, wishes: Wishes, log: Console) -> State:
    """The state of a city that was lived in, or that of one begun anew.

    Raises `DemoError` for a database that is not a demo's, and for a city that was played with
    another number of residents than the one wished for.
    """
    state = await home.read_state()
    fingerprint = wishes.city.fingerprint()
    if state is not None and state["status"] == LIVED and not wishes.fresh:
        _refuse_other_count(state, wishes)
        if state["fingerprint"] != fingerprint:
            log.print("The catalogue has changed since this city was played; --fresh shows it.")
        return state
    if state is not None and state["status"] == LIVING:
        log.print("The last start did not finish; the city begins anew.")
    state = {"status": LIVING, "count": wishes.count, "fingerprint": fingerprint}
    await home.begin_anew(state)
    await asyncio.to_thread(shutil.rmtree, Path(lake_url), ignore_errors=True)
    return state


def _refuse_other_count(state: State, wishes: Wishes) -> None:
    if wishes.residents not in (None, state["count"]):
        raise DemoError(
            f"This city was played with {state['count']} residents. Add --fresh to play it anew "
            f"with {wishes.residents}, or leave --residents out.",
            2,
        )


@asynccontextmanager
async def open_city(
    settings: Settings, city: City, home: Home, listener: socket.socket
) -> AsyncIterator[OpenCity]:
    """Migrate the city's database and serve it; its clock stands at the eve of the service day."""
    # Before anything logs: standard output is for the summary.
    configure_logging(settings)
    town = read_town(city.town_file)
    # The issuer key signs from now on, so now must come before the first pass.
    clock = DemoClock(instant(city.service_date - timedelta(days=1), 0, town.zone()))
    services = open_services(settings, home.url, clock)
    watch = asyncio.create_task(home.watch(), name="demo-database-watch")
    try:
        await while_alive(prepare(services), Lifelines(watch))
        async with serving(services, listener, watch) as lifelines:
            yield OpenCity(city, town, services, clock, lifelines)
    finally:
        watch.cancel()
        await asyncio.wait({watch})
        await services.database.close()
