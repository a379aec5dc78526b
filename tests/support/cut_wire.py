"""A wire to PostgreSQL that can be cut at the worst moment: after COMMIT, before its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url


@dataclass(slots=True)
class Wire:
    """Carries what both sides say; `cut_after_commit` loses the answer to the next COMMIT."""

    url: str
    cut_after_commit: bool = False
    cuts: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, task: asyncio.Task[None]) -> None:
        """Keep a connection's task until it ends."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


@asynccontextmanager
async def wire_to(server_url: str) -> AsyncIterator[Wire]:
    """An address that leads to the database of `server_url` for as long as the block lasts."""
    url = make_url(server_url)

    async def carry(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, forth = await _open(url.query.get("host") or url.host, url.port or 5432)
        connection = _Connection(wire, client, back, server, forth)
        wire.start(asyncio.current_task())  # type: ignore[arg-type]  # a callback runs as a task
        await connection.carry()

    listening = await asyncio.start_server(carry, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    direct = url.set(host="127.0.0.1", port=port, query={})
    wire = Wire(direct.render_as_string(hide_password=False))
    try:
        yield wire
    finally:
        listening.close()
        for task in list(wire.tasks):
            task.cancel()
        await asyncio.gather(*wire.tasks, return_exceptions=True)


async def _open(host: object, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(host, str) and host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    return await asyncio.open_connection(str(host), port)


@dataclass(slots=True)
class _Connection:
    wire: Wire
    client: asyncio.StreamReader
    back: asyncio.StreamWriter
    server: asyncio.StreamReader
    forth: asyncio.StreamWriter
    committing: bool = False

    async def carry(self) -> None:
        """Carry both ways until either side ends, or the wire is cut."""
        ways = [asyncio.create_task(self._ask()), asyncio.create_task(self._answer())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self.back.close()
            self.forth.close()

    async def _ask(self) -> None:
        while said := await self.client.read(65536):
            if self.wire.cut_after_commit and b"COMMIT" in said:
                self.wire.cut_after_commit, self.committing = False, True
            self.forth.write(said)
            await self.forth.drain()

    async def _answer(self) -> None:
        while said := await self.server.read(65536):
            if self.committing:
                self.wire.cuts += 1
                return  # the server has committed, and nobody is told
            with suppress(ConnectionError):
                self.back.write(said)
                await self.back.drain()
