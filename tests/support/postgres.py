"""A PostgreSQL for the tests: the one named, or an embedded one that goes with the session."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import make_url

from api.database import libpq_url, psycopg_url
from api.embedded_postgres import start_embedded

PREFIX = "teiki-tests-"


@contextmanager
def server(named: str | None) -> Iterator[str]:
    """The address of a server on which databases may be made; embedded unless `named`."""
    if named:
        yield psycopg_url(named)
        return
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    # As root the server runs as another user, who must be able to walk here.
    folder.chmod(0o755)
    embedded = start_embedded(folder)
    _hurry(embedded.url)
    try:
        yield embedded.url
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _hurry(url: str) -> None:
    """Wait for no disk: what a test server holds need not outlive the machine."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def fresh_database(server_url: str, name: str) -> Iterator[str]:
    """An empty database called `name`, dropped afterwards."""
    identifier = sql.Identifier(name)
    with psycopg.connect(libpq_url(server_url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(libpq_url(server_url), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def sweep(temporary: Path) -> None:
    """Stop and remove what sessions that were killed left behind in `temporary`."""
    for folder in temporary.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            for pid_file in folder.rglob("postmaster.pid"):
                _stop(int(pid_file.read_text("utf-8").split()[0]), folder)
            shutil.rmtree(folder, ignore_errors=True)


def _stop(pid: int, folder: Path) -> None:
    """Stop process `pid` if it serves `folder`: by now the number may be another's."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if str(folder) in " ".join(process.cmdline()):
            process.send_signal(signal.SIGQUIT)
