"""Pass ids: random, never a decoy's, more when they get tight, and given back after 90 days."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.errors import DomainError
from api.passes import pass_ids
from api.passes.jobs import tend_keys_and_ids
from api.passes.pass_ids import decoy_key, random_pass_ids
from api.services import Services
from fares.passes import read_certificate
from fares.passes.decoys import decoy_slots
from tests.support.world import Phone, World, open_world

pytestmark = [pytest.mark.anyio, pytest.mark.database]

SMALL = 2**17


def pass_id(phone: Phone) -> int:
    return read_certificate(phone.certificate).claims.pass_id


async def drawn(world: World, count: int) -> list[int]:
    """Ids that are offered when none of them turns out to be free."""
    async with world.database.session() as session:
        found: list[int] = []
        async for each in random_pass_ids(session, world.settings):
            found.append(each)
            if len(found) == count:
                break
        return found


async def test_ids_double_when_none_is_found_free(database_url: str, tmp_path: Path) -> None:
    async with open_world(database_url, tmp_path, pass_ids=SMALL) as world:
        found = await drawn(world, 40)
        decoys = decoy_slots(decoy_key(world.settings), 2**21)
        assert not set(found) & decoys
        assert max(found[:9]) < SMALL
        (row,) = await world.rows("SELECT capacity FROM status_list")
        assert SMALL * 4 <= row["capacity"] <= SMALL * 16
        assert max(await drawn(world, 9)) > SMALL


async def test_an_id_in_use_is_not_given_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await world.rider()
    following = pass_id(first) + 1
    offered = iter([pass_id(first), following, following + 1])
    monkeypatch.setattr(pass_ids, "secrets", SimpleNamespace(randbelow=lambda _: next(offered)))
    second = await world.rider()
    assert pass_id(second) in {following, following + 1}


async def test_all_ids_in_use_is_said_and_not_looped_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pass_ids, "MAX_PASS_IDS", world.settings.pass_ids)
    with pytest.raises(DomainError, match="pass_ids_used_up"):
        await drawn(world, 11)


async def test_an_id_is_free_again_90_days_after_its_pass_with_all_that_it_showed(
    world: World,
) -> None:
    phone = await world.rider()
    bus = await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    services = Services(world.settings, world.clock, world.database)

    async def kept() -> list[dict[str, Any]]:
        await tend_keys_and_ids(services)
        return [
            *await world.rows("SELECT pass_id FROM pass_certificate"),
            *await world.rows("SELECT pass_id FROM pass_use"),
        ]

    ends_at = read_certificate(phone.certificate).claims.valid_until_at
    world.clock.set(ends_at + timedelta(days=90))
    assert await kept() == [{"pass_id": pass_id(phone)}] * 2
    world.clock.advance(timedelta(seconds=1))
    assert await kept() == []
    assert len(await world.rows('SELECT 1 FROM "authorization"')) == 1
