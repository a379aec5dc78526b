"""How commands speak: results on standard output, everything else on standard error."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from api.errors import DomainError
from api.services import Services, database_address, open_services
from api.settings import Settings, SettingsError

errors = Console(stderr=True)
Result = TypeVar("Result")


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    # Escaped: a file called `[x]` is no markup. Not wrapped: a script reads whole lines.
    errors.print(f"[bold red]error[/] {escape(message)}", highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def print_json(document: Any) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(orjson.dumps(document).decode() + "\n")
    sys.stdout.flush()


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """A table on standard output, for a person."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def read_settings() -> Settings:
    """The settings, or a sentence about the one that is wrong."""
    try:
        return Settings.from_env()
    except SettingsError as error:
        fail(str(error), 2)


def run_with_services(work: Callable[[Services], Awaitable[Result]]) -> Result:
    """Run a command's work against the database; domain errors become sentences."""
    settings = read_settings()
    try:
        with database_address(settings) as url:
            return asyncio.run(_run(settings, url, work))
    except DomainError as error:
        fail(error.message.en)
    except SettingsError as error:
        fail(str(error), 2)
    except DBAPIError as error:
        fail(
            f"The database does not do this: {error.orig}. Run `teiki migrate` if it is new, or "
            "check TEIKI_DATABASE_URL."
        )


async def _run(
    settings: Settings, url: str, work: Callable[[Services], Awaitable[Result]]
) -> Result:
    services = open_services(settings, url)
    try:
        return await work(services)
    finally:
        await services.database.close()
