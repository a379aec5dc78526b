"""The real server inside the demo's process, and what ends when it or the database ends."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeVar

from api.demo.problems import DemoError
from api.server import create_server
from api.services import Services

Result = TypeVar("Result")
# How long a failed request waits for the news that the database is gone.
NEWS_SECONDS = 2


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the wished port, or on a free one where it is taken.

    Raises `DemoError` for a host that is not this machine's or a port that is not allowed.
    """
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _bind(host, 0)
        reason = error.strerror
    except OverflowError:
        reason = "there is no such port"
    raise DemoError(
        f"The demo can't listen on {host}, port {port}: {reason}. Choose others with --host and "
        "--port.",
        2,
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or else asyncio leaves Nagle's algorithm on: 40 ms for every answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except BaseException:
        listener.close()
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL by which this machine reaches the socket; `localhost` lets pages use the camera."""
    host, port = listener.getsockname()[:2]
    at = ip_address(host)
    if at.is_loopback or at.is_unspecified:
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if at.version == 6 else f"http://{host}:{port}"


@dataclass(frozen=True, slots=True)
class Lifelines:
    """What the demo's work hangs on: the news of the database, and the server once it runs."""

    watch: asyncio.Task[None]
    server: asyncio.Task[None] | None = None
    stopping: Callable[[], bool] = lambda: False

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """The tasks whose end is the demo's end."""
        return [self.watch] if self.server is None else [self.watch, self.server]


@asynccontextmanager
async def serving(
    services: Services, listener: socket.socket, watch: asyncio.Task[None]
) -> AsyncIterator[Lifelines]:
    """Serve on a socket while the block lasts; the server ends earlier when the user stops it."""
    host, port = listener.getsockname()[:2]
    server = create_server(services, host, port)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="demo-server")
    try:
        yield Lifelines(watch, task, lambda: server.should_exit)
    finally:
        server.should_exit = True
        await asyncio.wait({task})


async def while_alive(work: Coroutine[Any, Any, Result], lifelines: Lifelines) -> Result:
    """Do the work as long as its lifelines hold; where they end, that is what is told.

    Work that fails because the server is stopping or the database is gone fails first: so its
    own story waits for theirs.
    """
    doing = asyncio.ensure_future(work)
    alive = lifelines.tasks
    try:
        await asyncio.wait({doing, *alive}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done() and doing.exception() is not None:
            patience = None if lifelines.stopping() else NEWS_SECONDS
            await asyncio.wait(alive, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        for ended in (task for task in alive if task.done()):
            ended.result()
            raise asyncio.CancelledError("stopped by the user")
        return doing.result()
    finally:
        doing.cancel()
        await asyncio.wait({doing})
