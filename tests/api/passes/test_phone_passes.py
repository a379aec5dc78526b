"""A phone fetches a pass for each day up to a week ahead, and only what is paid for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from fares.passes import read_certificate
from tests.support.world import Browser, World, pass_request

pytestmark = [pytest.mark.anyio, pytest.mark.database]


def keys(count: int) -> list[ec.EllipticCurvePrivateKey]:
    return [ec.generate_private_key(ec.SECP256R1()) for _ in range(count)]


async def order(resident: Browser, days: int, first_date: str | None = None) -> list[str]:
    issued = await resident.post("/v1/me/passes", pass_request(resident, keys(days), first_date))
    return [item["service_date"] for item in issued["items"]]


async def test_a_phone_rides_a_week_on_what_it_fetched_once(world: World) -> None:
    phones = await world.phones(await world.resident(), days=8)
    claims = [read_certificate(phone.certificate).claims for phone in phones]
    assert len({each.pass_id for each in claims}) == 8
    assert len({each.device_key for each in claims}) == 8
    assert claims[0].valid_from_at == world.clock.now()
    for today, tomorrow in pairwise(claims):
        assert today.valid_until_at == tomorrow.valid_from_at

    bus = await world.reader("mori-bus")
    early = await bus.tap("tap_on", "bus", phones[1].code())
    assert early["reason"] == "certificate_not_yet_valid"
    for phone in phones:
        assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
        world.clock.advance(timedelta(days=1))
    late = await bus.tap("tap_on", "bus", phones[-1].code())
    assert late["reason"] == "certificate_expired"


async def test_no_pass_goes_beyond_what_is_paid(world: World) -> None:
    resident = await world.resident()
    await world.enrol(resident)
    world.clock.set(datetime(2026, 5, 5, 3, tzinfo=UTC))  # paid until 7 May
    assert await order(resident, 8) == ["2026-05-05", "2026-05-06", "2026-05-07"]
    assert await order(resident, 2, "2026-05-08") == []


async def test_a_phone_asks_only_for_the_days_that_it_lacks(world: World) -> None:
    resident = await world.resident()
    first = await world.phones(resident, days=3)
    world.clock.advance(timedelta(days=1))
    assert await order(resident, 2, "2026-04-11") == ["2026-04-11", "2026-04-12"]
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", first[1].code()))["result"] == "granted"
    for outside in ("2026-04-08", "2026-04-17"):
        body = pass_request(resident, keys(1), outside)
        assert (await resident.post("/v1/me/passes", body, status=400))["code"] == "bad_first_date"


async def test_a_day_fetched_again_stops_its_former_pass(world: World) -> None:
    """An answer that got lost on its way strands nobody, and leaves no second pass alive."""
    resident = await world.resident()
    (lost,) = await world.phones(resident)
    (held,) = await world.phones(resident)
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", lost.code()))["reason"] == "pass_revoked"
    assert (await bus.tap("tap_on", "bus", held.code()))["result"] == "granted"
    assert await world.rows("SELECT 1 FROM pass_certificate WHERE revoked_at IS NULL") == [
        {"?column?": 1}
    ]


async def test_two_orders_at_once_leave_one_living_pass_for_each_day(world: World) -> None:
    resident = await world.resident()
    await world.enrol(resident)
    await asyncio.gather(*(order(resident, 8) for _ in range(4)))
    rows = await world.rows(
        "SELECT service_date FROM pass_certificate WHERE revoked_at IS NULL ORDER BY 1"
    )
    assert len(rows) == len({row["service_date"] for row in rows}) == 8


async def test_only_the_enrolled_phone_fetches_passes(world: World) -> None:
    resident = await world.resident()
    refused = await resident.send("POST", "/v1/me/passes", {"device_public_keys": []})
    assert refused.status_code == 400
    resident.phone_key = ec.generate_private_key(ec.SECP256R1())
    body = pass_request(resident, keys(1))
    assert (await resident.post("/v1/me/passes", body, status=404))["code"] == "no_device"

    await world.enrol(resident)
    body = pass_request(resident, keys(2))
    body["device_public_keys"].reverse()
    assert (await resident.post("/v1/me/passes", body, status=409))["code"] == "other_device"


async def test_bad_keys_are_refused(world: World) -> None:
    resident = await world.resident()
    await world.enrol(resident)
    twice = keys(1) * 2
    body = pass_request(resident, twice)
    assert (await resident.post("/v1/me/passes", body, status=400))["code"] == "bad_device_key"
    body = pass_request(resident, keys(1)) | {"device_public_keys": ["A" * 44]}
    assert (await resident.post("/v1/me/passes", body, status=400))["code"] == "bad_device_key"
    refused = await resident.send("POST", "/v1/me/passes", pass_request(resident, keys(9)))
    assert refused.json()["code"] == "bad_request"


async def test_a_forged_certificate_is_refused_even_with_a_stolen_signing_key(
    world: World,
) -> None:
    """Online only what was issued counts: the thief has the key and knows a living pass id."""
    from dataclasses import replace

    from api.passes.keys import signing_key
    from fares.passes import issue_certificate

    phone = await world.rider()
    genuine = read_certificate(phone.certificate).claims
    async with world.database.session() as session:
        stolen = await signing_key(session, world.clock.now(), world.settings.secret)
    forged = replace(phone, certificate=issue_certificate(replace(genuine, modes=31), stolen))
    bus = await world.reader("mori-bus")
    answer = await bus.tap("tap_on", "bus", forged.code())
    assert (answer["reason"], answer["rule"]) == ("bad_certificate_signature", "pass:issued")
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
