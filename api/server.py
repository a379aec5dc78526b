"""One process that serves: the application under uvicorn, and the jobs beside it."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress

import structlog
import uvicorn

from api.app import create_app
from api.clock import Clock
from api.jobs import create_jobs, run_jobs
from api.migrations import upgrade
from api.passes.keys import rotate_when_due
from api.services import Services, open_services
from api.settings import Settings

log = structlog.get_logger(__name__)


async def prepare(services: Services) -> None:
    """Migrate, and make what every installation needs once: issuer keys."""
    await asyncio.to_thread(upgrade, services.database.url)
    async with services.database.session() as session:
        await rotate_when_due(session, services.clock.now(), services.settings.secret)


# So many new objects between two looks for garbage; a tap makes some hundreds.
_LOOK_EVERY = 10_000


def settle_memory() -> None:
    """Spare the garbage collector what was built at the start and stays: classes, routes, schemas.

    It looked through all of that again and again, which held up one tap in a hundred by 0.1 s.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LOOK_EVERY, *gc.get_threshold()[1:])


def create_server(services: Services, host: str, port: int) -> uvicorn.Server:
    """uvicorn around the application; its own logs stay quiet, ours say what happened."""
    app = create_app(services.settings, services.database, services.clock)
    settle_memory()
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
            # Longer than proxies and clients keep a connection: whoever lets go second must not
            # be the one with a request on its way. A reader also saves a handshake at each stop.
            timeout_keep_alive=75,
        )
    )


async def run_server(
    settings: Settings,
    url: str,
    *,
    host: str,
    port: int,
    with_jobs: bool,
    clock: Clock | None = None,
) -> None:
    """Serve until told to stop."""
    services = open_services(settings, url, clock)
    try:
        await prepare(services)
        server = create_server(services, host, port)
        jobs = asyncio.create_task(jobs_for_ever(services)) if with_jobs else None
        try:
            await server.serve()
        finally:
            if jobs is not None:
                jobs.cancel()
                with suppress(asyncio.CancelledError):
                    await jobs
    finally:
        await services.database.close()


async def jobs_for_ever(services: Services) -> None:
    """Run jobs, and begin anew when the database comes back after having been away."""
    while True:
        try:
            await run_jobs(create_jobs(services))
        except Exception as error:
            _stop_if_asked(error)
            log.warning("jobs_interrupted", error=str(error))
            await asyncio.sleep(2)


def _stop_if_asked(error: Exception) -> None:
    """Stopping while the database is away fails too, which hides that we were asked to stop."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error
