"""The embedded PostgreSQL opens nothing that is not its own, and comes back from an orphan."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api.database import libpq_url
from api.embedded_postgres import database_folder, start_embedded
from api.embedded_wheel import private_place

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can walk to; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="teiki-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_no_mode_above_the_data_changes(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    watched = [closed, open_folder, ROOT, *ROOT.parents, *Path(sys.prefix).parents]
    before = {path: path.stat().st_mode for path in watched}
    embedded = start_embedded(data)
    try:
        with psycopg.connect(libpq_url(embedded.url)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded.stop()
        shutil.rmtree(private_place(str(data / "postgres")), ignore_errors=True)
    assert {path: path.stat().st_mode for path in watched} == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_root_keeps_the_cluster_elsewhere_rather_than_open_a_folder(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    assert closed not in database_folder(closed / "data").parents
    assert database_folder(closed / "data") == database_folder(closed / "data")
    assert database_folder(open_folder) == open_folder / "postgres"


def test_the_server_of_a_killed_program_is_adopted(open_folder: Path) -> None:
    program = (
        "import os, sys, pathlib; from api.embedded_postgres import start_embedded;"
        "import psycopg; from api.database import libpq_url;"
        "e = start_embedded(pathlib.Path(sys.argv[1]));"
        "c = psycopg.connect(libpq_url(e.url), autocommit=True);"
        "c.execute('CREATE TABLE kept (n int)'); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(open_folder)], cwd=ROOT, check=False
    )
    assert killed.returncode == -9
    embedded = start_embedded(open_folder)
    try:
        with psycopg.connect(libpq_url(embedded.url)) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    finally:
        embedded.stop()


def test_two_programs_share_one_server(open_folder: Path) -> None:
    first = start_embedded(open_folder)
    program = (
        "import sys, pathlib; from api.embedded_postgres import start_embedded;"
        "start_embedded(pathlib.Path(sys.argv[1])).stop()"
    )
    try:
        subprocess.run([sys.executable, "-c", program, str(open_folder)], cwd=ROOT, check=True)
        with psycopg.connect(libpq_url(first.url)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        first.stop()
