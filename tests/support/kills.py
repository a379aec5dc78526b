"""A town under load whose database and servers are killed: what must still hold afterwards.

The PostgreSQL and the servers are this module's own; nothing else is ever killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from api.embedded_postgres import EmbeddedPostgres, start_embedded
from tests.support.riders import Tap

ROOT = Path(__file__).resolve().parents[2]
SERVERS = 2


@dataclass(slots=True)
class Town:
    """One PostgreSQL and the servers on it, each of which may be killed and started again."""

    postgres: EmbeddedPostgres
    ports: list[int]
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_server(self, index: int) -> None:
        """Start (again) the server of a port."""
        environment = {**os.environ, "KILLS_DATABASE_URL": self.postgres.url}
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.kills_server", str(self.ports[index])],
            env=environment,
            cwd=ROOT,
        )
        self.servers[index : index + 1] = [child]

    def kill_server(self, index: int) -> None:
        """kill -9 a server in the middle of whatever it does."""
        self.servers[index].kill()
        self.servers[index].wait()
        self.start_server(index)

    def kill_postgres(self) -> None:
        """kill -9 the database, every process of it, and start it again on its files."""
        postmaster = psutil.Process(self.postgres.handle.get_pid())
        # The parent first: it would start others in the place of those that die.
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=30)
        self.postgres.handle.ensure_postgres_running()


@contextmanager
def killable_town(folder: Path) -> Iterator[Town]:
    """The database alone; servers are started once it has been set up."""
    folder.chmod(0o755)
    postgres = start_embedded(folder)
    town = Town(postgres, [_free_port() for _ in range(SERVERS)])
    try:
        yield town
    finally:
        for server in town.servers:
            server.kill()
            server.wait()
        postgres.stop()


@dataclass(slots=True)
class Load:
    """Readers that send every tap until it is answered, and what they were told."""

    town: Town
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    retries: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send_all(self, taps: list[Tap], readers: int) -> None:
        """Send every tap to whichever server, as often as it takes."""
        pending = iter(enumerate(taps))
        async with httpx.AsyncClient(timeout=10) as client:

            async def reader() -> None:
                for number, tap in pending:
                    await self._send(client, tap, number)

            await asyncio.gather(*(reader() for _ in range(readers)))

    async def reached(self, count: int) -> None:
        """Wait until so many taps have been answered."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.answers) >= count)

    async def _send(self, client: httpx.AsyncClient, tap: Tap, number: int) -> None:
        attempt = 0
        while True:
            port = self.town.ports[(number + attempt) % SERVERS]
            attempt += 1
            with suppress(httpx.TransportError):
                response = await client.post(
                    f"http://127.0.0.1:{port}/v1/authorizations",
                    content=tap.body,
                    headers={
                        "Authorization": f"Bearer {tap.reader_key}",
                        "Idempotency-Key": tap.idempotency_key,
                        "Content-Type": "application/json",
                    },
                )
                if response.status_code == 200:
                    break
                assert response.status_code == 503, response.text
            self.retries += 1
            await asyncio.sleep(0.1)  # what any reader does when nobody answers
        async with self.changed:
            self.answers[tap.idempotency_key] = response.json()
            self.changed.notify_all()


@asynccontextmanager
async def under_load(town: Town, taps: list[Tap], readers: int) -> AsyncIterator[Load]:
    """Send the taps while the block kills things; every tap is answered when it ends."""
    load = Load(town)
    sending = asyncio.create_task(load.send_all(taps, readers))
    try:
        yield load
        await sending
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
