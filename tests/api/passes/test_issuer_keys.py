"""Issuer keys: the next is known long before it signs; a dropped one strands nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api.passes.jobs import tend_keys_and_ids
from api.passes.keys import drop_key, rotate_now
from api.passes.status_list import build_status_list
from api.services import Services
from fares.passes import VerifiedPass, verify_code
from fares.passes.status import StatusList, read_status_list
from fares.reasons import Reason, Refused
from tests.support.world import Phone, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


def services(world: World) -> Services:
    return Services(world.settings, world.clock, world.database)


async def published(world: World) -> dict[str, datetime]:
    items = (await world.browser().get("/v1/passes/keys"))["items"]
    return {item["kid"]: datetime.fromisoformat(item["signs_from_at"]) for item in items}


async def fetched(world: World, held: StatusList | None = None) -> StatusList:
    """The list as a reader takes it over: with the keys of the one before, or those pinned."""
    client = world.browser().client
    document = (await client.get("/v1/passes/status")).content
    if held is not None:
        return read_status_list(document, held.issuer_keys(), held.number)
    items = (await client.get("/v1/passes/keys")).json()["items"]
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    pinned = {
        bytes.fromhex(item["kid"]): Ed25519PublicKey.from_public_bytes(
            bytes.fromhex(item["public_key"])
        )
        for item in items
    }
    return read_status_list(document, pinned)


def kid_of(phone: Phone) -> str:
    from fares.passes import read_certificate

    return read_certificate(phone.certificate).signed.kid.hex()


async def drop(world: World, kid: str) -> tuple[int, int]:
    """What `teiki passes drop-key` does, in one transaction."""
    now, settings = world.clock.now(), world.settings
    async with world.database.session() as session:
        dropped = await drop_key(session, now, settings.secret, bytes.fromhex(kid), "drill")
        await build_status_list(session, now, settings)
    return dropped


async def test_an_installation_starts_with_a_key_that_signs_and_the_next(world: World) -> None:
    keys = await published(world)
    now = world.clock.now()
    assert [begins - now for begins in keys.values()] == [timedelta(0), timedelta(days=90)]
    await tend_keys_and_ids(services(world))
    assert await published(world) == keys


async def test_a_year_of_rotation_always_has_two_keys_known_30_days_ahead(world: World) -> None:
    start, known_since, signers = world.clock.now(), dict[str, datetime](), []
    for day in range(365):
        world.clock.set(start + timedelta(days=day))
        await tend_keys_and_ids(services(world))
        keys = await published(world)
        assert len(keys) >= 2
        for kid in keys:
            known_since.setdefault(kid, world.clock.now())
        (signer, *_) = [k for k, begins in reversed(keys.items()) if begins <= world.clock.now()]
        if signer not in signers:
            signers.append(signer)
            assert day == 0 or world.clock.now() - known_since[signer] >= timedelta(days=30)
    assert len(signers) == 5


async def test_a_superseded_key_is_trusted_as_long_as_a_pass_hangs_on_it(world: World) -> None:
    world.clock.advance(timedelta(days=89))
    resident = await world.resident()
    phones = await world.phones(resident, days=8)
    (first,) = {kid_of(phone) for phone in phones}
    world.clock.advance(timedelta(days=2))
    await tend_keys_and_ids(services(world))
    assert first in await published(world)
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", phones[2].code()))["result"] == "granted"
    (renewed,) = await world.phones(resident)
    assert kid_of(renewed) != first

    world.clock.advance(timedelta(days=7))
    await tend_keys_and_ids(services(world))
    assert first not in await published(world)


async def test_rotating_by_hand_waits_until_readers_can_know_the_next_key(world: World) -> None:
    start = world.clock.now()
    async with world.database.session() as session:
        row = await rotate_now(session, start, world.settings.secret)
    assert row.signs_from_at == start + timedelta(days=30)
    world.clock.advance(timedelta(days=40))
    phone = await world.rider()
    assert kid_of(phone) == row.kid.hex()
    async with world.database.session() as session:
        after = await rotate_now(session, world.clock.now(), world.settings.secret)
    assert after.signs_from_at == world.clock.now() + timedelta(days=30)


async def test_the_drill_of_a_compromised_key_strands_nobody(world: World) -> None:
    """Refused at once, by readers with and without network; phones fetch anew and ride on."""
    residents = [await world.resident() for _ in range(3)]
    phones = [(await world.phones(each, days=8))[0] for each in residents]
    (stolen,) = {kid_of(phone) for phone in phones}
    bus = await world.reader("mori-bus")
    reader = await fetched(world)

    assert await drop(world, stolen) == (24, 0)

    # The worker may hold the old keys for a moment: the decision asks the database.
    for phone in phones:
        answer = await bus.tap("tap_on", "bus", phone.code())
        assert answer["reason"] in {"pass_revoked", "unknown_issuer_key"}

    # A reader that was without network since before the drop takes what phones fetch now...
    live = await published(world)
    assert stolen not in live and len(live) == 2
    renewed = [(await world.phones(each, days=8))[0] for each in residents]
    now = world.clock.now()
    for phone in renewed:
        assert kid_of(phone) in live
        assert isinstance(verify_code(phone.code(), reader.issuer_keys(), now), VerifiedPass)
    # ...and once it has the new list, signed by a key that it knew, nothing by the stolen key.
    updated = await fetched(world, reader)
    assert updated.number > reader.number
    refused = verify_code(phones[0].code(), updated.issuer_keys(), now)
    assert refused == Refused(Reason.UNKNOWN_ISSUER_KEY, "certificate.kid")

    for phone in renewed:
        assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"


async def test_dropping_the_next_key_publishes_another_and_leaves_passes_alone(
    world: World,
) -> None:
    phone = await world.rider()
    _, following = await published(world)
    assert await drop(world, following) == (0, 0)
    keys = await published(world)
    assert len(keys) == 2 and following not in keys
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"


async def test_dropping_every_key_still_leaves_one_that_signs_and_one_to_come(
    world: World,
) -> None:
    resident = await world.resident()
    for kid in await published(world):
        await drop(world, kid)
    now = world.clock.now()
    begins = sorted(each - now for each in (await published(world)).values())
    assert begins == [timedelta(0), timedelta(days=90)]
    assert kid_of((await world.phones(resident))[0]) in await published(world)


async def test_a_key_is_dropped_once(world: World) -> None:
    from api.errors import DomainError

    kid, _ = await published(world)
    await drop(world, kid)
    with pytest.raises(DomainError, match="no_key"):
        await drop(world, kid)
    (row,) = await world.rows("SELECT drop_reason FROM issuer_key WHERE drop_reason IS NOT NULL")
    assert row == {"drop_reason": "drill"}
