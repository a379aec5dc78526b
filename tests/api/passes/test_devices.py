"""One phone at a time: taking over, the limit of switches, and losing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.world import Browser, Phone, World, open_world, pass_request, public_key

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def taps(world: World, phones: list[Phone]) -> set[str]:
    """What a bus says to each of these phones, each on its own day."""
    bus = await world.reader("mori-bus")
    answers = []
    start = world.clock.now()
    for day, phone in enumerate(phones):
        world.clock.set(start + timedelta(days=day))
        answer = await bus.tap("tap_on", "bus", phone.code())
        answers.append(answer["reason"] or answer["result"])
    world.clock.set(start)
    return set(answers)


async def enrol_again(resident: Browser, replace: bool = False) -> dict[str, Any]:
    assert resident.phone_key is not None
    body = {"public_key": public_key(resident.phone_key), "replace": replace}
    return await resident.post("/v1/me/devices", body)


async def test_enrolling_the_same_phone_again_changes_nothing(world: World) -> None:
    resident = await world.resident()
    phones = await world.phones(resident, days=2)
    before = await resident.get("/v1/me/devices/current")
    assert await enrol_again(resident) == before
    assert before["switches_left"] == 3
    assert await taps(world, phones) == {"granted"}


async def test_another_phone_takes_over_only_when_asked_to(world: World) -> None:
    resident = await world.resident()
    old = await world.phones(resident, days=8)
    old_key = resident.phone_key
    stranger = {"public_key": public_key(old[0].key)}
    refused = await resident.post("/v1/me/devices", stranger, status=409)
    assert refused["code"] == "other_device"
    assert (await resident.get("/v1/me/devices/current"))["switches_left"] == 3

    taken = await world.enrol(resident, replace=True)
    assert taken["switches_left"] == 2
    assert await taps(world, old) == {"pass_revoked"}
    body = pass_request(replace(resident, phone_key=old_key), [old[0].key])
    assert (await resident.post("/v1/me/passes", body, status=409))["code"] == "other_device"
    assert await taps(world, await world.phones(resident, days=2)) == {"granted"}


async def test_a_phone_is_changed_three_times_a_month_and_again_in_the_next(world: World) -> None:
    resident = await world.resident()
    await world.enrol(resident)
    left = [(await world.enrol(resident, replace=True))["switches_left"] for _ in range(3)]
    assert left == [2, 1, 0]
    key = resident.phone_key
    body = {"public_key": public_key((await world.phones(resident))[0].key), "replace": True}
    refused = await resident.post("/v1/me/devices", body, status=409)
    assert refused["code"] == "too_many_switches"
    assert resident.phone_key is key
    assert (await enrol_again(resident))["switches_left"] == 0

    world.clock.set(datetime(2026, 4, 30, 14, 59, tzinfo=UTC))  # 23:59 of the 30th in Tokyo
    assert (await resident.get("/v1/me/devices/current"))["switches_left"] == 0
    world.clock.set(datetime(2026, 4, 30, 19, tzinfo=UTC))  # 04:00: the 1st has begun
    assert (await world.enrol(resident, replace=True))["switches_left"] == 2


async def test_the_limit_is_a_setting(database_url: str, tmp_path: Any) -> None:
    async with open_world(database_url, tmp_path, device_switches_per_month=0) as world:
        resident = await world.resident()
        await world.enrol(resident)
        body = {"public_key": public_key((await world.phones(resident))[0].key), "replace": True}
        refused = await resident.post("/v1/me/devices", body, status=409)
        assert refused["code"] == "too_many_switches"


async def test_a_lost_phone_is_stopped_at_once_from_another_browser(world: World) -> None:
    resident = await world.resident()
    phones = await world.phones(resident, days=8)
    tablet = await world.resident_again(resident)
    lost = await tablet.post("/v1/me/devices/current/lost", {}, status=200)
    assert lost == {"revoked_passes": 8, "ended_sessions": 1}
    assert await taps(world, phones) == {"pass_revoked"}
    await resident.get("/v1/me", status=401)
    await tablet.get("/v1/me/devices/current", status=404)

    found = await tablet.post("/v1/me/devices/current/lost", {}, status=200)
    assert found == {"revoked_passes": 0, "ended_sessions": 0}
    assert (await world.enrol(tablet))["switches_left"] == 2
    assert await taps(world, await world.phones(tablet, days=2)) == {"granted"}


async def test_the_desk_stops_a_lost_phone_signs_it_out_and_lets_the_next_one_in(
    world: World,
) -> None:
    resident = await world.resident()
    phones = await world.phones(resident, days=8)
    desk = await world.staff("desk")
    told = {"resident_number": resident.me["resident_number"]}
    lost = await desk.post("/v1/desk/residents/lost-phone", told, status=200)
    assert (lost["revoked_passes"], lost["ended_sessions"]) == (8, 1)
    assert await taps(world, phones) == {"pass_revoked"}
    await resident.get("/v1/me", status=401)

    renewed = await world.follow(lost["sign_in_url"])
    assert (await world.enrol(renewed))["switches_left"] == 3
    assert await taps(world, await world.phones(renewed)) == {"granted"}
    looked = (await renewed.get("/v1/me/lookups"))["items"]
    assert "lost_phone" in {each["purpose"] for each in looked}


async def test_who_may_report_what(world: World) -> None:
    resident, bus_staff = await world.resident(), await world.staff("operator", "mori-bus")
    told = {"resident_number": resident.me["resident_number"]}
    for browser in (resident, bus_staff):
        await browser.post("/v1/desk/residents/lost-phone", told, status=403)
    desk = await world.staff("desk")
    await desk.post("/v1/me/devices/current/lost", {}, status=403)
    unknown = {"resident_number": "AAA-AAAA-AAA"}
    missing = await desk.post("/v1/desk/residents/lost-phone", unknown, status=404)
    assert missing["code"] == "no_resident"
