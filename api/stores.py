"""Where what may be lost is kept: Redis when there is one, this process's memory when not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.base import ChannelsBackend
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.channels.backends.redis import RedisChannelsPubSubBackend
from litestar.stores.base import Store
from litestar.stores.memory import MemoryStore
from litestar.stores.redis import RedisStore
from litestar.stores.registry import StoreRegistry
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0


class LosableStore(Store):
    """A Redis store that goes on in memory while Redis is away: limits become local."""

    def __init__(self, shared: Store) -> None:
        self._shared = shared
        self._local = MemoryStore()

    async def set(
        self, key: str, value: str | bytes, expires_in: int | timedelta | None = None
    ) -> None:
        """Set in Redis, or here."""
        try:
            await self._shared.set(key, value, expires_in)
        except (RedisError, OSError) as error:
            _warn(error)
            await self._local.set(key, value, expires_in)

    async def get(self, key: str, renew_for: int | timedelta | None = None) -> bytes | None:
        """Get from Redis, or from here."""
        try:
            return await self._shared.get(key, renew_for)
        except (RedisError, OSError) as error:
            _warn(error)
            return await self._local.get(key, renew_for)

    async def delete(self, key: str) -> None:
        """Delete in both."""
        await self._local.delete(key)
        try:
            await self._shared.delete(key)
        except (RedisError, OSError) as error:
            _warn(error)

    async def delete_all(self) -> None:
        """Delete everything of this store's in both."""
        await self._local.delete_all()
        try:
            await self._shared.delete_all()
        except (RedisError, OSError) as error:
            _warn(error)

    async def exists(self, key: str) -> bool:
        """Whether the key is known."""
        return await self.get(key) is not None

    async def expires_in(self, key: str) -> int | None:
        """Seconds until the key expires."""
        try:
            return await self._shared.expires_in(key)
        except (RedisError, OSError) as error:
            _warn(error)
            return await self._local.expires_in(key)


def _warn(error: Exception) -> None:
    log.warning("redis_unavailable", error=str(error), consequence="limits and updates are local")


class LosableChannels(RedisChannelsPubSubBackend):
    """Live updates through Redis: lost while it is away, and there again when it is back.

    The framework's own would stop for good at the first message that can't be sent, and then
    wait for that message when the server is told to stop.
    """

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis=redis)
        self._wanted: set[str] = set()

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        """Send, or lose the message."""
        with _losing():
            await super().publish(data, channels)

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Listen to these channels now, or as soon as Redis is back."""
        self._wanted.update(channels)
        with _losing():
            await super().subscribe(channels)
        self._has_subscribed.set()

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Stop listening to these channels."""
        self._wanted.difference_update(channels)
        with _losing():
            await super().unsubscribe(channels)

    async def stream_events(self) -> AsyncGenerator[tuple[str, Any], None]:
        """What arrives on the channels, for as long as the server runs."""
        while True:
            try:
                async for event in super().stream_events():
                    yield event
            except (RedisError, OSError, RuntimeError) as error:  # RuntimeError: never connected
                _warn(error)
                await asyncio.sleep(RETRY_SECONDS)
                with _losing():
                    await super().subscribe(self._wanted)


@contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        _warn(error)


class RedisClients:
    """Two ways to reach one Redis: `quick` gives up soon, `listening` waits for messages."""

    def __init__(self, url: str) -> None:
        # Nothing that waits for Redis may make a rider wait.
        self.quick = Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5)
        self.listening = Redis.from_url(url)

    async def close(self) -> None:
        """Give back every connection."""
        await self.quick.aclose()
        await self.listening.aclose()


def create_stores(redis: RedisClients | None) -> StoreRegistry:
    """Litestar's stores (rate limits), each under its own name."""
    if redis is None:
        return StoreRegistry(default_factory=lambda _: MemoryStore())
    return StoreRegistry(
        default_factory=lambda name: LosableStore(
            RedisStore(redis.quick, namespace=f"teiki:{name}")
        )
    )


def create_channels(redis: RedisClients | None) -> ChannelsPlugin:
    """Litestar's channels: live updates, across workers when Redis carries them."""
    backend: ChannelsBackend = (
        MemoryChannelsBackend() if redis is None else LosableChannels(redis.listening)
    )
    return ChannelsPlugin(backend=backend, arbitrary_channels_allowed=True)


async def redis_answers(redis_url: str) -> bool:
    """Whether Redis is there now."""
    client = Redis.from_url(redis_url, socket_connect_timeout=0.5, socket_timeout=0.5)
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()
