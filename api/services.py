"""What the program's parts are built from, opened once and closed in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.clock import Clock, SystemClock
from api.database import Database
from api.embedded_postgres import EmbeddedPostgres, start_embedded
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the clock and the database that a command, a job or the server works with."""

    settings: Settings
    clock: Clock
    database: Database


@contextmanager
def database_address(settings: Settings) -> Iterator[str]:
    """The address of the served PostgreSQL, or of an embedded one for as long as this lasts."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    embedded: EmbeddedPostgres = start_embedded(settings.data_dir)
    try:
        yield embedded.url
    finally:
        embedded.stop()


def open_services(settings: Settings, url: str, clock: Clock | None = None) -> Services:
    """Services on a database that is there; the caller closes `services.database`."""
    return Services(settings, clock or SystemClock(), Database(url))
