"""An operator's own server: it takes webhooks over HTTP and answers as a test wants."""

from __future__ import annotations

import asyncio
import base64
import hmac
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn
from litestar.types import Receive, Scope, Send


@dataclass(slots=True)
class Receiver:
    """What arrived, and with which status it is answered: `statuses` first, then 204."""

    url: str
    statuses: list[int] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message: Any = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        found = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.headers.append(found)
        status = self.statuses.pop(0) if self.statuses else 204
        start = {"type": "http.response.start", "status": status, "headers": []}
        await send(start)  # type: ignore[arg-type]  # an ASGI message
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    @property
    def events(self) -> list[dict[str, Any]]:
        return [orjson.loads(body) for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers in self.headers]

    def is_signed_with(self, secret: str) -> bool:
        """Checked as a receiver does it, from the description of Standard Webhooks."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        for headers, body in zip(self.headers, self.bodies, strict=True):
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
            if headers["webhook-signature"] != f"v1,{expected}":
                return False
        return True


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    receiver = Receiver(f"http://127.0.0.1:{listening.getsockname()[1]}/rides?of=bus")
    config = uvicorn.Config(receiver, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield receiver
    finally:
        server.should_exit = True
        await serving
