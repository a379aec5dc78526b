"""`teiki serve`, `teiki migrate` and `teiki jobs`: running the program."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from api.cli.output import errors, fail, print_json, read_settings
from api.settings import SettingsError

jobs_app = typer.Typer(no_args_is_help=True)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    jobs: Annotated[bool, typer.Option(help="Run background jobs in this process.")] = True,
) -> None:
    """Serve the API and the pages, migrating the database first."""
    from api.server import run_server
    from api.services import database_address

    settings = read_settings()
    try:
        with database_address(settings) as url:
            errors.print(f"serving on http://{host or settings.host}:{port or settings.port}")
            asyncio.run(
                run_server(
                    settings,
                    url,
                    host=host or settings.host,
                    port=port or settings.port,
                    with_jobs=jobs,
                )
            )
    except SettingsError as error:
        fail(str(error), 2)
    except KeyboardInterrupt:
        errors.print("stopped")


def migrate(
    revision: Annotated[str, typer.Argument(help="Where to: head, base, or a revision.")] = "head",
    down: Annotated[bool, typer.Option("--down", help="Go down instead of up.")] = False,
) -> None:
    """Bring the database to the shape that this version expects."""
    from sqlalchemy.exc import DBAPIError

    from api.migrations import downgrade, upgrade
    from api.services import database_address

    settings = read_settings()
    try:
        with database_address(settings) as url:
            (downgrade if down else upgrade)(url, revision)
    except DBAPIError as error:
        fail(f"The database can't be migrated: {error.orig}. Check TEIKI_DATABASE_URL.")
    except SettingsError as error:
        fail(str(error), 2)
    errors.print(f"database is at {revision}")


@jobs_app.command("run")
def run(
    once: Annotated[bool, typer.Option("--once", help="Stop when the queue is empty.")] = False,
) -> None:
    """Work off the job queue."""
    from api.jobs import create_jobs, run_jobs
    from api.services import Services, database_address, open_services

    settings = read_settings()

    async def work(services: Services) -> None:
        try:
            await run_jobs(create_jobs(services), until_empty=once)
        finally:
            await services.database.close()

    try:
        with database_address(settings) as url:
            asyncio.run(work(open_services(settings, url)))
    except SettingsError as error:
        fail(str(error), 2)
    except KeyboardInterrupt:
        errors.print("stopped")


@jobs_app.command("add")
def add(
    task: Annotated[str, typer.Argument(help="export_boardings or measure_coverage")],
    service_date: Annotated[str, typer.Argument(help="YYYY-MM-DD")],
) -> None:
    """Put a job on the queue."""
    from datetime import date

    from api.cli.output import run_with_services
    from api.jobs import enqueue
    from api.services import Services

    if task not in ("export_boardings", "measure_coverage"):
        fail(f"No job is called {task!r}. There are export_boardings and measure_coverage.", 2)
    try:
        date.fromisoformat(service_date)
    except ValueError:
        fail(f"{service_date!r} is not a date; write it as 2026-04-01.", 2)

    async def work(services: Services) -> None:
        async with services.database.session() as session:
            await enqueue(session, task, service_date=service_date)

    run_with_services(work)
    print_json({"task": task, "service_date": service_date})
