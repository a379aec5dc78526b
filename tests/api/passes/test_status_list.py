"""The status list over HTTP: current at once after a loss, cacheable, and telling little."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.passes.jobs import rebuild_status_list
from api.passes.pass_ids import decoy_key
from api.passes.status_list import build_status_list
from api.services import Services
from fares.passes import read_certificate
from fares.passes.decoys import decoy_slots, decoys_at
from fares.passes.status import StatusList, read_status_list
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def get(world: World, held: str | None = None) -> httpx.Response:
    headers = {} if held is None else {"If-None-Match": held}
    return await world.browser().client.get("/v1/passes/status", headers=headers)


async def read(world: World) -> StatusList:
    keys = (await world.browser().get("/v1/passes/keys"))["items"]
    pinned = {
        bytes.fromhex(key["kid"]): Ed25519PublicKey.from_public_bytes(
            bytes.fromhex(key["public_key"])
        )
        for key in keys
    }
    return read_status_list((await get(world)).content, pinned)


def revoked(world: World, status: StatusList) -> set[int]:
    """The set bits that mean something, which only the issuer can tell."""
    capacity = len(status.bits) * 8
    on = {pass_id for pass_id in range(capacity) if status.is_revoked(pass_id)}
    return on - set(decoys_at(decoy_key(world.settings), capacity, status.issued_at))


def ids(phones: list[Any]) -> set[int]:
    return {read_certificate(phone.certificate).claims.pass_id for phone in phones}


async def test_a_list_names_areas_and_keys_and_nobody(world: World) -> None:
    await world.phones(await world.resident(), days=8)
    response = await get(world)
    assert response.headers["content-type"] == "application/statuslist+cwt"
    assert response.headers["cache-control"] == "public, max-age=30"
    status = await read(world)
    assert status.url == "http://town.test/v1/passes/status"
    assert [(area.number, area.name.ja) for area in status.areas] == [(0, "中心部"), (1, "山側")]
    assert len(status.keys) == 2
    assert (status.time_to_live, status.lifetime) == (timedelta(minutes=5), timedelta(hours=24))
    assert revoked(world, status) == set()
    assert len(status.bits) * 8 == world.settings.pass_ids == 2**20


async def test_a_loss_is_in_the_list_at_once_until_the_passes_end(world: World) -> None:
    resident, other = await world.resident(), await world.resident()
    lost, kept = await world.phones(resident, days=8), await world.phones(other, days=8)
    before = await read(world)
    await resident.post("/v1/me/devices/current/lost", {}, status=200)
    after = await read(world)
    assert after.number == before.number + 1
    assert revoked(world, after) == ids(lost)
    assert not any(after.is_revoked(pass_id) for pass_id in ids(kept))

    for left in range(7, -1, -1):
        world.clock.advance(timedelta(days=1))
        assert len(revoked(world, await read(world))) == left


async def test_what_is_unchanged_is_not_sent_again(world: World) -> None:
    first = await get(world)
    tag = first.headers["etag"]
    again = await get(world, held=f'"other", {tag}')
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    resident = await world.resident()
    await world.phones(resident)
    await resident.post("/v1/me/devices/current/lost", {}, status=200)
    assert (await get(world, held=tag)).status_code == 200


async def test_a_list_is_never_older_than_its_time_to_live(world: World) -> None:
    first = await read(world)
    world.clock.advance(timedelta(seconds=299))
    assert await read(world) == first
    world.clock.advance(timedelta(seconds=1))
    second = await read(world)
    assert (second.number, second.issued_at) == (first.number + 1, world.clock.now())
    await rebuild_status_list(Services(world.settings, world.clock, world.database))
    assert (await read(world)).number == second.number + 1


async def test_lists_built_at_once_are_numbered_one_by_one(world: World) -> None:
    async def build() -> int:
        async with world.database.session() as session:
            row = await build_status_list(session, world.clock.now(), world.settings)
            return row.list_number

    assert sorted(await asyncio.gather(*(build() for _ in range(5)))) == [1, 2, 3, 4, 5]


async def test_losses_at_the_same_moment_are_all_in_the_last_list(world: World) -> None:
    residents = [await world.resident() for _ in range(5)]
    phones = [phone for each in residents for phone in await world.phones(each, days=2)]
    await asyncio.gather(
        *(each.post("/v1/me/devices/current/lost", {}, status=200) for each in residents)
    )
    assert revoked(world, await read(world)) == ids(phones)


async def test_no_pass_has_the_id_of_a_decoy(world: World) -> None:
    """One pass in 256 would otherwise look revoked one day."""
    phones = await world.phones(await world.resident(), days=8)
    assert not ids(phones) & decoy_slots(decoy_key(world.settings), world.settings.pass_ids)
    status = await read(world)
    assert sum(byte.bit_count() for byte in status.bits) > 100
