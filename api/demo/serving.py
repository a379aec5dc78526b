"""The real server inside the demo's process, and what ends when it or the database ends."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
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
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return socket.create_server((host, 0), family=family)
        reason = error.strerror
    except OverflowError:
        reason = "there is no such port"
    raise DemoError(
        f"The demo can't listen on {host}, port {port}: {reason}. Choose others with --host and "
        "--port.",
        2,
    )


@asynccontextmanager
async def serving(services: Services, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Serve on a socket while the block lasts; the task ends early when the user stops it."""
    host, port = listener.getsockname()[:2]
    server = create_server(services, host, port)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="demo-server")
    try:
        yield task
    finally:
        server.should_exit = True
        await asyncio.wait({task})


async def while_alive(work: Coroutine[Any, Any, Result], *alive: asyncio.Task[None]) -> Result:
    """Do the work as long as the tasks that it rests on go on; their end is its end.

    What fails because the database is gone is told as just that.
    """
    doing = asyncio.ensure_future(work)
    try:
        await asyncio.wait({doing, *alive}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done() and doing.exception() is not None:
            await asyncio.wait(alive, timeout=NEWS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in alive:
            if task.done():
                task.result()
        if not doing.done():
            raise asyncio.CancelledError("stopped by the user")
        return doing.result()
    finally:
        doing.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await doing
