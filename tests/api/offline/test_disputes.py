"""An operator objects to an outcome; the desk rules; nothing that was decided is overwritten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.offline.finalising import judge_waiting
from api.services import Services
from tests.support.offline_reader import OfflineReader, register, told
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
WHY = {"statement": "Our clock was an hour slow that day; the log is attached to ticket 12."}


async def stale_record(world: World) -> tuple[OfflineReader, str]:
    """A reader, and its record that the operator bears finally, for an old list."""
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code(), list_issued_at=world.clock.now() - timedelta(hours=25))
    (item,) = (await bus.upload(record))["items"]
    assert told(item["outcome"]) == "operator: list_too_old"
    early = await dispute(bus, item["record_id"], status=409)
    assert early["code"] == "not_final"
    world.clock.advance(timedelta(days=4, hours=12))
    await judge_waiting(Services(world.settings, world.clock, world.database))
    return bus, item["record_id"]


async def dispute(reader: OfflineReader, record_id: str, status: int = 201) -> Any:
    path = f"/v1/offline-records/{record_id}/disputes"
    response = await reader.online.client.post(path, json=WHY)
    assert response.status_code == status, response.text
    return response.json()


async def rule(staff: Browser, dispute_id: str, bearer: str, status: int = 200) -> Any:
    body = {"bearer": bearer, "note": "The log shows it."}
    path = f"/v1/offline-disputes/{dispute_id}/resolution"
    return await staff.post(path, body, status=status)


async def listed(reader: OfflineReader) -> dict[str, Any]:
    path = "/v1/offline-records?service_date=2026-04-08"
    (item,) = (await reader.online.client.get(path)).json()["items"]
    found: dict[str, Any] = item
    return found


async def test_a_dispute_is_won(world: World) -> None:
    bus, record_id = await stale_record(world)
    opened = await dispute(bus, record_id)
    assert (opened["statement"], opened["bearer"]) == (WHY["statement"], None)
    assert (await dispute(bus, record_id, status=409))["code"] == "dispute_open"

    staff = await world.staff("desk")
    (waiting,) = (await staff.get("/v1/offline-disputes"))["items"]
    assert waiting["operator_id"] == "mori-bus"
    assert told(waiting["record"]["outcome"]) == "operator finally: list_too_old"
    ruled = await rule(staff, opened["dispute_id"], "plan")
    assert told(ruled["outcome"]) == "plan finally: ruling"
    assert (await rule(staff, opened["dispute_id"], "plan", status=409))["code"] == "dispute_ruled"
    assert (await staff.get("/v1/offline-disputes"))["items"] == []
    assert len((await staff.get("/v1/offline-disputes?ruled=true"))["items"]) == 1

    item = await listed(bus)
    assert [told(entry) for entry in item["history"]] == [
        "operator: list_too_old",
        "operator finally: list_too_old",
        "plan finally: ruling",
    ]
    assert (item["disputes"][0]["bearer"], item["disputes"][0]["note"]) == (
        "plan",
        "The log shows it.",
    )
    (ride,) = await world.rows('SELECT * FROM "authorization"')
    assert (ride["status"], ride["plan_pays_minor"]) == ("captured", 210)
    assert item["authorization_id"] == str(ride["authorization_id"])
    await judge_waiting(Services(world.settings, world.clock, world.database))
    assert await listed(bus) == item


async def test_a_dispute_is_lost(world: World) -> None:
    bus, record_id = await stale_record(world)
    opened = await dispute(bus, record_id)
    admin = await world.staff("admin")
    ruled = await rule(admin, opened["dispute_id"], "operator")
    assert told(ruled["outcome"]) == "operator finally: list_too_old"
    assert (await dispute(bus, record_id, status=409))["code"] == "dispute_open"
    assert await world.rows('SELECT * FROM "authorization"') == []


async def test_14_days_to_object(world: World) -> None:
    bus, record_id = await stale_record(world)
    world.clock.advance(timedelta(days=14))
    await dispute(bus, record_id)
    other, other_id = await stale_record(world)
    world.clock.advance(timedelta(days=14, seconds=1))
    assert (await dispute(other, other_id, status=409))["code"] == "dispute_too_late"


async def test_what_proves_no_ride_can_be_disputed_too(world: World) -> None:
    bus = await register(world)
    (item,) = (await bus.upload(bus.record("TK1:NONSENSE")))["items"]
    opened = await dispute(bus, item["record_id"])
    ruled = await rule(await world.staff("desk"), opened["dispute_id"], "scheme_risk")
    assert [told(entry) for entry in ruled["history"]] == [
        "operator finally: evidence:malformed_code",
        "scheme_risk finally: ruling",
    ]


async def test_who_may_object_and_who_may_rule(world: World) -> None:
    bus, record_id = await stale_record(world)
    rail = await register(world, "mori-rail")
    assert (await dispute(rail, record_id, status=404))["code"] == "no_record"
    opened = await dispute(bus, record_id)
    for role in ("operator", "planner"):
        staff = await world.staff(role, "mori-bus" if role == "operator" else None)
        await rule(staff, opened["dispute_id"], "plan", status=403)
    unknown = "0197a5c2-9b1c-7d3e-9a40-2f1d6b8e4c56"
    missing = await rule(await world.staff("desk"), unknown, "plan", status=404)
    assert missing["code"] == "no_dispute"
