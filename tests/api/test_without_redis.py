"""Redis away, from the start or later: limits are this server's own, and nothing else changes."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from api.app import create_app
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def redisless(world: World, limit: int = 0) -> AsyncIterator[World]:
    """A server that was told of a Redis which is not there."""
    settings = replace(
        world.settings,
        redis_url=f"redis://127.0.0.1:{closed_port()}/0",
        sign_in_limit_per_minute=limit,
        log_level="CRITICAL",
    )
    app = create_app(settings, world.database, world.clock)
    async with app.lifespan():
        yield replace(world, app=app, clients=[])


async def test_people_join_pay_and_ride(world: World) -> None:
    async with redisless(world) as town:
        resident = await town.resident()
        phone = await town.phone(resident)
        bus = await town.reader("mori-bus")
        assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
        ready = (await resident.client.get("/ready")).json()
        assert ready == {"ready": True, "database": "ok", "redis": "away"}


async def test_trying_to_sign_in_is_still_slowed_down(world: World) -> None:
    async with redisless(world, limit=3) as town:
        assert await _tries(town.browser(), 4) == [401, 401, 401, 429]


async def test_who_tries_too_often_is_told_when_to_come_back(world: World) -> None:
    app = create_app(
        replace(world.settings, sign_in_limit_per_minute=3), world.database, world.clock
    )
    async with app.lifespan():
        browser = replace(world, app=app, clients=[]).browser()
        assert await _tries(browser, 3) == [401, 401, 401]
        answer = await browser.send("POST", "/v1/residents", {"display_name": "花子"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(answer.headers["retry-after"]) <= 60
        # Only joining and signing in are slowed down.
        assert (await browser.client.get("/v1/plans")).status_code == 200


async def _tries(browser: Browser, count: int) -> list[int]:
    wrong = {"token": "x" * 40}
    return [(await browser.send("POST", "/v1/sessions", wrong)).status_code for _ in range(count)]
