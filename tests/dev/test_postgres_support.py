import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from api.database import libpq_url
from tests.support import postgres


def databases(url: str) -> set[str]:
    with psycopg.connect(libpq_url(url)) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


@pytest.mark.database
def test_a_fresh_database_is_empty_and_goes_again(postgres_url: str) -> None:
    name = f"teiki_test_fresh_{os.getpid()}"
    with (
        postgres.fresh_database(postgres_url, name) as url,
        psycopg.connect(libpq_url(url)) as connection,
    ):
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
        assert tables == (0,)
        assert name in databases(postgres_url)
    assert name not in databases(postgres_url)


def waiting_process(argument: object) -> subprocess.Popen[bytes]:
    # A shell's background jobs ignore SIGQUIT, and so would their children.
    wait = (
        "import signal; signal.signal(signal.SIGQUIT, signal.SIG_DFL); "
        "print(flush=True); signal.pause()"
    )
    process = subprocess.Popen([sys.executable, "-c", wait, str(argument)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as started:
        started.readline()  # from now on it is known by a command line of its own
    return process


def test_sweeping_takes_what_dead_sessions_left_and_nothing_else(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = tmp_path / f"{postgres.PREFIX}{ended.pid}-abc"
    server, stranger = waiting_process(left / "postgres"), waiting_process("another")
    for name, process in {"postgres": server, "reused": stranger}.items():
        (left / name).mkdir(parents=True)
        (left / name / "postmaster.pid").write_text(f"{process.pid}\n", "utf-8")
    kept = [tmp_path / f"{postgres.PREFIX}{os.getpid()}-abc", tmp_path / "another"]
    for folder in kept:
        folder.mkdir()

    postgres.sweep(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted(kept)
    assert server.wait(timeout=10) != 0
    assert stranger.poll() is None
    stranger.terminate()
    stranger.wait()
