"""`teiki demo` from start to end: open the city, play its day or find it played, stay open."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time

from api.clock import SERVICE_DAY_STARTS_SECONDS
from api.demo.chance import HOUR, MINUTE
from api.demo.home import State, demo_database, open_home
from api.demo.living import live
from api.demo.opening import LIVED, OpenCity, claim_state, open_city
from api.demo.play import instant
from api.demo.progress import Stages
from api.demo.serving import address_of, listen, while_alive
from api.demo.show import show_city
from api.demo.web import open_web
from api.demo.wishes import Output, Wishes, demo_settings
from api.server import jobs_for_ever
from api.settings import Settings


def run_demo(settings: Settings, wishes: Wishes, output: Output) -> None:
    """Run the demo once or until it is stopped.

    Raises `DemoError` and `SettingsError` with a sentence for the person at the terminal, and
    `KeyboardInterrupt` when stopped.
    """
    own = demo_settings(settings, wishes.city)
    # The socket comes first: a wrong address must not cost anybody a city.
    with listen(wishes.host, wishes.port) as listener:
        output.log.print(f"Opening the database of {wishes.city.city_id} ...", highlight=False)
        with demo_database(own, wishes.city) as url:
            try:
                asyncio.run(_run(own, wishes, output, url, listener))
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None


async def _run(
    settings: Settings, wishes: Wishes, output: Output, url: str, listener: socket.socket
) -> None:
    _stop_when_terminated()
    async with open_home(url) as home:
        state = await claim_state(home, settings.lake_url, wishes, output.log)
        if state["status"] == LIVED and wishes.once:
            output.report(state["summary"])
            return
        settings = replace(settings, base_url=_base_url(settings, wishes, output, listener))
        async with open_city(settings, wishes.city, home, listener) as city:
            if state["status"] != LIVED:
                first = _live(city, state, Stages(output.log), address_of(listener))
                state = await while_alive(first, city.lifelines)
                await home.write_state(state)
            output.report(state["summary"])
            if not wishes.once:
                await while_alive(_stay_open(city, state, output), city.lifelines)


def _stop_when_terminated() -> None:
    """Let `kill` end the demo as Ctrl-C does: with the embedded server stopped."""
    running = asyncio.current_task()
    assert running is not None, "the demo runs in a task"
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)


def _base_url(settings: Settings, wishes: Wishes, output: Output, listener: socket.socket) -> str:
    """Where people find the pages: the address that was set, unless the port is another."""
    port = listener.getsockname()[1]
    if wishes.port not in (0, port):
        output.log.print(f"Port {wishes.port} is taken; the demo uses {port}.", highlight=False)
    by_default = settings.base_url == f"http://localhost:{settings.port}"
    if by_default or port != settings.port:
        return address_of(listener)
    return settings.base_url


async def _live(city: OpenCity, state: State, stages: Stages, address: str) -> State:
    async with open_web(address) as web:
        summary, shown = await live(city, state["count"], web, stages)
    summary["seconds"] = stages.seconds | {"total": round(sum(stages.seconds.values()), 2)}
    return state | {"status": LIVED, "summary": summary, "shown_resident": shown}


async def _stay_open(city: OpenCity, state: State, output: Output) -> None:
    """Let the clock run on from the service day at this time of day, and do the night's jobs."""
    seconds = _service_seconds(datetime.now().astimezone().time())
    city.clock.set(instant(city.city.service_date, seconds, city.town.zone()))
    city.clock.run()
    await show_city(output.page, city.services, city.town, state)
    await jobs_for_ever(city.services)


def _service_seconds(at: time) -> int:
    """A time of day within the service day: what is before 04:00 belongs to its night."""
    seconds = at.hour * HOUR + at.minute * MINUTE + at.second
    return seconds if seconds >= SERVICE_DAY_STARTS_SECONDS else seconds + 24 * HOUR
