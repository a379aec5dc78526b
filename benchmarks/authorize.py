"""How many rides a second can be decided durably, and how long does one tap wait?

Three servers with one worker each, the same pass verification and the same PostgreSQL: the
desk; an endpoint of the same server that verifies and answers (`verify_only`); and one
transaction per tap with FastAPI and SQLModel (`transaction_per_tap`). Rounds alternate, and
medians are compared, because the machine is shared. Run: python benchmarks/authorize.py
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.database import Database  # noqa: E402
from api.embedded_postgres import start_embedded  # noqa: E402
from api.migrations import upgrade  # noqa: E402
from benchmarks.authorization.load import closed_loop, steady  # noqa: E402
from tests.support.riders import set_up, taps  # noqa: E402

DESK = "benchmarks.authorization.desk_server:create"
PER_TAP = "benchmarks.authorization.transaction_per_tap:app"
SUBJECTS = {
    "desk": (DESK, "/v1/authorizations"),
    "verify_only": (DESK, "/v1/bench/verify-only"),
    "transaction_per_tap": (PER_TAP, "/taps"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--riders", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, nargs="+", default=[32, 128])
    parser.add_argument("--steady-seconds", type=int, default=10)
    options = parser.parse_args()
    with database() as url:
        upgrade(url)
        result = asyncio.run(measure(url, options))
    print(json.dumps(result))


async def measure(url: str, options: argparse.Namespace) -> dict:
    turns = options.rounds * len(options.connections)
    waiting = -(-500 * options.steady_seconds // options.riders)
    db = Database(url)
    say("setting up riders and readers")
    phones, keys = await set_up(db, options.riders, len(SUBJECTS) * turns + waiting)
    await db.close()
    rates: dict[tuple[int, str], list[float]] = {}
    reader = iter(range(len(keys)))
    with servers(url) as ports:
        for connections in options.connections:
            for turn in range(options.rounds):
                for name, (app, path) in SUBJECTS.items():
                    number = next(reader)
                    load = [tap.http(path) for tap in taps(phones, [keys[number]], start=number)]
                    outcome = await closed_loop(ports[app], load, connections)
                    check(name, outcome.granted, len(load))
                    rates.setdefault((connections, name), []).append(outcome.per_second)
                    say(
                        f"{connections} connections, round {turn + 1}, {name}: "
                        f"{outcome.per_second:.0f}/s"
                    )
        rest = [keys[number] for number in reader]
        load = [tap.http("/v1/authorizations") for tap in taps(phones, rest, start=10_000)]
        pace = await steady(ports[DESK], load[: 500 * options.steady_seconds], 500)
        check("steady", pace.granted, pace.answered)
    return report(rates, options.connections, pace)


def check(name: str, granted: int, expected: int) -> None:
    """A run that refuses what it should grant measures nothing."""
    if granted != expected:
        raise SystemExit(f"{name} granted {granted} of {expected}")


def report(rates: dict[tuple[int, str], list[float]], connections: list[int], pace) -> dict:
    def median(count: int, name: str) -> float:
        return round(statistics.median(rates[(count, name)]), 1)

    def at(count: int) -> dict:
        value = median(count, "desk")
        names = ("verify_only", "transaction_per_tap")
        return {
            "connections": count,
            "value": value,
            "baselines": [
                {
                    "name": name,
                    "value": median(count, name),
                    "ratio": round(value / median(count, name), 2),
                }
                for name in names
            ],
        }

    by_connections = [at(count) for count in connections]
    return {
        "name": "authorize",
        "value": by_connections[-1]["value"],
        "unit": "durable authorizations per second",
        "baselines": by_connections[-1]["baselines"],
        "by_connections": by_connections,
        "steady_500_per_second": {
            "p50_milliseconds": round(pace.percentile(0.5), 1),
            "p99_milliseconds": round(pace.percentile(0.99), 1),
            "reached_per_second": round(pace.per_second),
        },
    }


@contextmanager
def database() -> Iterator[str]:
    """A PostgreSQL of this run's own."""
    with tempfile.TemporaryDirectory(prefix="teiki-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        embedded = start_embedded(Path(folder))
        try:
            yield embedded.url
        finally:
            embedded.stop()


@contextmanager
def servers(url: str) -> Iterator[dict[str, int]]:
    """Both servers, one worker each."""
    ports = {app: free_port() for app in (DESK, PER_TAP)}
    environment = {**os.environ, "BENCH_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    children = []
    for app, port in ports.items():
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            app,
            "--port",
            str(port),
            "--no-access-log",
            "--log-level",
            "error",
        ]
        if app == DESK:
            command.append("--factory")
        children.append(subprocess.Popen(command, env=environment, cwd=ROOT))
    try:
        for app, port in ports.items():
            wait_until_up(port, "/health" if app == DESK else "/openapi.json")
        yield ports
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=20)


def wait_until_up(port: int, path: str) -> None:
    for _ in range(200):
        try:
            urlopen(f"http://127.0.0.1:{port}{path}", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("a server under measurement did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
