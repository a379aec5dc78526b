"""A pass on paper: printed at the desk, read by any reader, bounded, and stopped when lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from api.passes.keys import trusted_keys
from fares.passes import Medium, areas_of, verify_code
from fares.passes.code import decode_code
from tests.support.offline_reader import register
from tests.support.world import Browser, World, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def printed(world: World, resident: Browser) -> dict[str, Any]:
    desk = await world.staff("desk")
    body = {"resident_number": resident.me["resident_number"]}
    return await desk.post("/v1/desk/paper-passes", body)


async def test_it_says_category_area_and_end_and_nobodys_name(world: World) -> None:
    resident = await world.resident()
    sheet = await printed(world, resident)
    assert sheet["rider_category"] == "adult"
    words = "".join(ElementTree.fromstring(sheet["svg"]).itertext())
    for shown in ("森町", "一般", "Adult", "バス", "中心部", "2026-05-08 04:00"):
        assert shown in words
    for hidden in ("花子", resident.me["resident_number"]):
        assert hidden not in sheet["svg"]
    looks = (await resident.get("/v1/me/lookups"))["items"]
    assert "paper" in {look["purpose"] for look in looks}


async def test_it_lasts_as_long_as_what_is_paid_and_35_days_at_most(world: World) -> None:
    resident = await world.resident()
    first = await printed(world, resident)
    assert first["valid_until_at"] == "2026-05-07T19:00:00Z"  # 04:00 in Tokyo
    held = await resident.get("/v1/me/subscription")
    await world.pay(resident, held | {"amount_due": yen(4900)})
    second = await printed(world, resident)
    begins, ends = (
        datetime.fromisoformat(second[name]) for name in ("valid_from_at", "valid_until_at")
    )
    assert ends - begins == timedelta(days=35)


async def test_who_has_not_paid_gets_none(world: World) -> None:
    resident = await world.resident(pay=False)
    desk = await world.staff("desk")
    body = {"resident_number": resident.me["resident_number"]}
    problem = await desk.post("/v1/desk/paper-passes", body, status=409)
    assert problem["code"] == "waiting_for_payment"


async def test_it_is_a_certificate_alone_with_a_cap_of_its_own(world: World) -> None:
    sheet = await printed(world, await world.resident())
    async with world.database.session() as session:
        keys = await trusted_keys(session)
    shown = verify_code(sheet["code"], keys, world.clock.now())
    claims = shown.claims  # type: ignore[union-attr]  # it is genuine
    assert (claims.medium, claims.device_key, claims.offline_caps) == (Medium.PAPER, None, (4, 0))
    assert areas_of(claims.areas) == {0}
    assert len(decode_code(sheet["code"]).certificate) < 200  # type: ignore[union-attr]


async def test_a_reader_counts_its_taps(world: World) -> None:
    sheet = await printed(world, await world.resident())
    bus, other = await world.reader("mori-bus"), await world.reader("mori-bus")
    body = {"action": "tap_on", "mode": "bus", "code": sheet["code"]}
    without = await bus.ask("/v1/authorizations", body)
    assert (without.status_code, without.json()["code"]) == (400, "sequence_missing")

    first = await bus.tap("tap_on", "bus", sheet["code"], sequence=1)
    assert first["result"] == "granted"
    same = await bus.tap("tap_on", "bus", sheet["code"], sequence=1)
    assert same["reason"] == "code_already_used"
    soon = await bus.tap("tap_on", "bus", sheet["code"], sequence=2)
    assert soon["reason"] == "pass_back"
    # Another reader counts for itself, and later the same one lets the holder on again.
    assert (await other.tap("tap_on", "bus", sheet["code"], sequence=1))["result"] == "granted"
    world.clock.advance(timedelta(minutes=4))
    assert (await bus.tap("tap_on", "bus", sheet["code"], sequence=3))["result"] == "granted"


@pytest.mark.parametrize("how", ["printed anew", "lost"])
async def test_the_sheet_before_is_stopped(world: World, how: str) -> None:
    resident = await world.resident()
    sheet = await printed(world, resident)
    if how == "lost":
        desk = await world.staff("desk")
        body = {"resident_number": resident.me["resident_number"]}
        loss = await desk.post("/v1/desk/residents/lost-paper", body, status=200)
        assert loss["revoked_passes"] == 1
    else:
        await printed(world, resident)
    bus = await world.reader("mori-bus")
    answer = await bus.tap("tap_on", "bus", sheet["code"], sequence=1)
    assert answer["reason"] == "pass_revoked"


async def test_a_phone_and_paper_work_side_by_side(world: World) -> None:
    resident = await world.resident()
    phone = await world.phone(resident)
    sheet = await printed(world, resident)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    assert (await rail.tap("tap_on", "rail", sheet["code"], sequence=9))["result"] == "granted"


async def test_a_taxi_holds_on_paper_only_what_it_holds_on_a_phone(world: World) -> None:
    sheet = await printed(world, await world.resident())
    taxi = await world.reader("mori-taxi")
    facts = {"area_numbers": [0], "amount": {"amount_minor": 1500, "currency": "JPY"}}
    held = await taxi.tap("hold", "taxi", sheet["code"], sequence=1, **facts)
    assert held["result"] == "granted"


async def test_readers_without_network_are_paid_up_to_the_cap_of_paper(world: World) -> None:
    sheet = await printed(world, await world.resident())
    bus = await register(world)
    found = []
    for _ in range(5):
        world.clock.advance(timedelta(minutes=5))
        found += await bus.outcomes(bus.record(sheet["code"]))
    assert found == ["plan: plan:mode:bus"] * 4 + ["operator: over_offline_cap"]
