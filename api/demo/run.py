"""`teiki demo` from start to end: claim the city's home, play its day or find it played, serve."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

from rich.console import Console

from api.clock import SERVICE_DAY_STARTS_SECONDS, DemoClock
from api.demo.chance import HOUR, MINUTE
from api.demo.cities import City
from api.demo.home import Home, State, demo_database, open_home
from api.demo.living import live
from api.demo.play import instant
from api.demo.problems import DemoError
from api.demo.progress import Stages
from api.demo.serving import Lifelines, listen, serving, while_alive
from api.demo.show import show_city
from api.demo.web import open_web
from api.server import jobs_for_ever, prepare
from api.services import Services, open_services
from api.settings import Settings
from api.town.document import read_town

DEFAULT_RESIDENTS = 400
LIVED, LIVING = "lived", "living"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line; `residents` None leaves it to the demo."""

    city: City
    once: bool
    fresh: bool
    residents: int | None
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Output:
    """Where the demo speaks: progress to `log`, addresses to `page`, the summary to `report`."""

    log: Console
    page: Console
    report: Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city that is being served; it lasts as long as its lifelines."""

    services: Services
    clock: DemoClock
    lifelines: Lifelines


def run_demo(settings: Settings, wishes: Wishes, output: Output) -> None:
    """Run the demo once or until it is stopped; raises `DemoError` and `SettingsError`."""
    if settings.production:
        raise DemoError("The demo does not run in production (TEIKI_ENV=production).", 2)
    settings = demo_settings(settings, wishes.city)
    output.log.print(f"Starting the PostgreSQL of {wishes.city.city_id} ...", highlight=False)
    with demo_database(settings, wishes.city) as url:
        try:
            asyncio.run(_run(settings, wishes, output, url))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def demo_settings(settings: Settings, city: City) -> Settings:
    """The demo's own: a folder of its own, no lake and no Redis that a real town may use."""
    data_dir = settings.data_dir / f"demo-{city.city_id}"
    return replace(
        settings,
        data_dir=data_dir,
        lake_url=str(data_dir / "lake"),
        redis_url=None,
        log_level="WARNING",
        # Several hundred people join from one address within seconds.
        sign_in_limit_per_minute=0,
    )


async def _run(settings: Settings, wishes: Wishes, output: Output, url: str) -> None:
    _stop_when_terminated()
    async with open_home(url) as home:
        state = await _claim_state(home, settings, wishes, output)
        if state["status"] == LIVED and wishes.once:
            output.report(state["summary"])
            return
        async with _open_city(settings, wishes, output, home) as city:
            if state["status"] != LIVED:
                first = _live(city, wishes, state, output)
                state = await while_alive(first, city.lifelines)
                await home.write_state(state)
            output.report(state["summary"])
            if not wishes.once:
                await while_alive(_stay_open(city, wishes, state, output), city.lifelines)


def _stop_when_terminated() -> None:
    """Let `kill` end the demo as Ctrl-C does: with the embedded server stopped."""
    running = asyncio.current_task()
    assert running is not None, "the demo runs in a task"
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)


async def _claim_state(home: Home, settings: Settings, wishes: Wishes, output: Output) -> State:
    """The state of a city that was lived in, or that of one begun anew."""
    state = await home.read_state()
    fingerprint = wishes.city.fingerprint()
    if state is not None and state["status"] == LIVED and not wishes.fresh:
        _refuse_other_count(state, wishes)
        if state["fingerprint"] != fingerprint:
            output.log.print(
                "The catalogue has changed since this city was played; --fresh plays it anew."
            )
        return state
    if state is not None and state["status"] == LIVING:
        output.log.print("The last start did not finish; the city begins anew.")
    count = wishes.residents or DEFAULT_RESIDENTS
    state = {"status": LIVING, "count": count, "fingerprint": fingerprint}
    await home.begin_anew(state)
    await asyncio.to_thread(shutil.rmtree, Path(settings.lake_url), ignore_errors=True)
    return state


def _refuse_other_count(state: State, wishes: Wishes) -> None:
    if wishes.residents not in (None, state["count"]):
        raise DemoError(
            f"This city was played with {state['count']} residents. Add --fresh to play it anew "
            f"with {wishes.residents}, or leave --residents out.",
            2,
        )


@asynccontextmanager
async def _open_city(
    settings: Settings, wishes: Wishes, output: Output, home: Home
) -> AsyncIterator[OpenCity]:
    """Migrate and serve; the port that was wished for, or a free one."""
    with listen(wishes.host, wishes.port) as listener:
        port = listener.getsockname()[1]
        if port != wishes.port:
            output.log.print(f"Port {wishes.port} is taken; the demo uses {port}.", highlight=False)
            settings = replace(settings, base_url=f"http://localhost:{port}")
        clock = DemoClock(
            instant(wishes.city.service_date, 0, read_town(wishes.city.town_file).zone())
        )
        services = open_services(settings, home.url, clock)
        watch = asyncio.create_task(home.watch(), name="demo-database-watch")
        try:
            await while_alive(prepare(services), Lifelines(watch))
            async with serving(services, listener, watch) as lifelines:
                yield OpenCity(services, clock, lifelines)
        finally:
            watch.cancel()
            await asyncio.wait({watch})
            await services.database.close()


async def _live(city: OpenCity, wishes: Wishes, state: State, output: Output) -> State:
    stages = Stages(output.log)
    address = city.services.settings.base_url
    async with open_web(address) as web:
        summary, shown = await live(
            city.services, city.clock, wishes.city, state["count"], web, stages
        )
    summary["seconds"] = stages.seconds | {"total": round(sum(stages.seconds.values()), 2)}
    return state | {"status": LIVED, "summary": summary, "shown_resident": shown}


async def _stay_open(city: OpenCity, wishes: Wishes, state: State, output: Output) -> None:
    """Let the clock run on from the service day at this time of day, and do the night's jobs."""
    town = read_town(wishes.city.town_file)
    seconds = _service_seconds(datetime.now().astimezone().time())
    city.clock.set(instant(wishes.city.service_date, seconds, town.zone()))
    city.clock.run()
    await show_city(output.page, city.services, town, state)
    await jobs_for_ever(city.services)


def _service_seconds(at: time) -> int:
    """A time of day within the service day: what is before 04:00 belongs to its night."""
    seconds = at.hour * HOUR + at.minute * MINUTE + at.second
    return seconds if seconds >= SERVICE_DAY_STARTS_SECONDS else seconds + 24 * HOUR
