"""`/v1/me/events`: tells a resident's page that something of theirs has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from uuid import UUID

import structlog
from litestar import Controller, get
from litestar.channels import ChannelsPlugin
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent
from litestar.types import SSEData
from redis.exceptions import RedisError

from api.auth.identity import AppRequest, resident_only

log = structlog.get_logger(__name__)

# A page that hears nothing for this long asks again; proxies close idle streams sooner.
HEARTBEAT_SECONDS = 20.0


def announce(channels: ChannelsPlugin, account_id: UUID, what: str) -> None:
    """Say that `what` (`subscription`) changed. Lost messages only cost a delay."""
    with suppress(RedisError, OSError, RuntimeError):
        channels.publish({"changed": what}, [f"account:{account_id}"])


class EventController(Controller):
    """Live updates for a resident."""

    path = "/v1/me/events"
    tags = ["residents"]
    guards = [resident_only]

    @get(
        summary="Server-sent events about my subscription and rides",
        operation_id="stream_changes",
        media_type="text/event-stream",
    )
    async def events(
        self, request: AppRequest, channels: NamedDependency[ChannelsPlugin]
    ) -> ServerSentEvent:
        """Events `changed` with `{"changed": "subscription"}`; refetch what it names."""
        return ServerSentEvent(_events(channels, request.user.account_id))


async def _events(channels: ChannelsPlugin, account_id: UUID) -> AsyncGenerator[SSEData, None]:
    async with channels.start_subscription([f"account:{account_id}"]) as subscriber:
        stream = subscriber.iter_events()
        waiting = asyncio.ensure_future(anext(stream))
        try:
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=HEARTBEAT_SECONDS)
                if not done:
                    yield {"comment": "still here"}
                    continue
                yield {"event": "changed", "data": waiting.result().decode()}
                waiting = asyncio.ensure_future(anext(stream))
        finally:
            waiting.cancel()
