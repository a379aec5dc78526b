"""The application of a world on a real port, for what speaks HTTP from outside."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from tests.support.world import World


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    """The address at which the world's application answers while the block lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        # The world has started the application; the server only carries it.
        config = uvicorn.Config(world.app, log_config=None, lifespan="off", access_log=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
