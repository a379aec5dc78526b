"""Readers come back into the network and upload: each record once, each with its bearer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.offline_reader import register, told
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def test_a_ride_without_network_becomes_a_ride_like_any_other(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code(), stop_id="1204", route_id="r1")
    shown_at = world.clock.now()
    world.clock.advance(timedelta(hours=5))
    (item,) = (await bus.upload(record))["items"]
    assert (item["result"], item["reason"]) == ("accepted", None)
    assert told(item["outcome"]) == "plan: plan:mode:bus"
    assert item["outcome"]["amount"] == {"amount_minor": 210, "currency": "JPY"}

    (ride,) = await world.rows('SELECT * FROM "authorization"')
    assert (ride["status"], ride["leg_state"], ride["closed_by"]) == (
        "captured",
        "ENDED",
        "offline",
    )
    assert ride["boarded_at"] == ride["granted_at"] == shown_at
    assert (ride["plan_pays_minor"], ride["rider_pays_minor"]) == (210, 0)
    (mine,) = (await phone.owner.get("/v1/me/rides"))["items"]
    assert (mine["operator_id"], mine["status"]) == ("mori-bus", "captured")
    (own,) = (await bus.online.client.get("/v1/authorizations")).json()["items"]
    assert own["authorization_id"] == mine["authorization_id"]
