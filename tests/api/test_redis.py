"""With a real Redis, what may be lost is shared by every server of a town."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from litestar.channels import ChannelsPlugin

from api.app import create_app
from api.events import announce
from api.stores import RedisClients, create_channels, create_stores, redis_answers
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.redis]


async def test_what_one_server_stores_another_reads(redis_url: str) -> None:
    assert await redis_answers(redis_url)
    name, key = f"tests-{uuid4().hex}", "limit"
    async with two_servers(redis_url) as (one, other):
        here, there = create_stores(one).get(name), create_stores(other).get(name)
        await here.set(key, b"3", expires_in=60)
        assert await there.get(key) == b"3"
        await there.delete_all()
        assert await here.exists(key) is False


async def test_a_change_said_on_one_server_is_heard_on_another(redis_url: str) -> None:
    account = uuid4()
    async with (
        two_servers(redis_url) as (one, other),
        create_channels(one) as here,
        create_channels(other) as there,
    ):
        heard = asyncio.create_task(_first_event(there, f"account:{account}"))
        while not heard.done():  # a subscription takes Redis a moment; lost messages cost nothing
            announce(here, account, "subscription")
            await asyncio.wait({heard}, timeout=0.05)
        assert await heard == b'{"changed":"subscription"}'


async def _first_event(channels: ChannelsPlugin, name: str) -> bytes:
    async with asyncio.timeout(10), channels.start_subscription([name]) as subscriber:
        async for event in subscriber.iter_events():
            return event
    raise AssertionError("the subscription ended without an event")


@pytest.mark.database
async def test_trying_to_sign_in_is_slowed_down_over_all_servers(
    world: World, redis_url: str
) -> None:
    settings = replace(world.settings, redis_url=redis_url, sign_in_limit_per_minute=3)
    async with two_servers(redis_url) as (one, _):
        await create_stores(one).get("rate_limit").delete_all()
    apps = [create_app(settings, world.database, world.clock) for _ in range(2)]
    async with apps[0].lifespan(), apps[1].lifespan():
        answers = [await _try_a_wrong_link(apps[attempt % 2]) for attempt in range(4)]
    assert answers == [(401, "link_not_valid")] * 3 + [(429, "too_many_requests")]


async def _try_a_wrong_link(app: Litestar) -> tuple[int, str]:
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://town.test") as client:
        await client.get("/v1/plans")
        response = await client.post(
            "/v1/sessions",
            json={"token": "x" * 43},
            headers={"x-csrf-token": client.cookies["teiki_csrf"]},
        )
        return response.status_code, response.json()["code"]


@asynccontextmanager
async def two_servers(url: str) -> AsyncIterator[tuple[RedisClients, RedisClients]]:
    """What two servers would reach one Redis by."""
    one, other = RedisClients(url), RedisClients(url)
    try:
        yield one, other
    finally:
        await one.close()
        await other.close()
