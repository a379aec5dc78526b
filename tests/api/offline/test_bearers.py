"""Who bears a ride, found over HTTP: stolen phones, copied codes and keys, used-up plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fares.passes import Challenge
from fares.taps import TapAction
from tests.support.offline_reader import register, told
from tests.support.world import PLAN, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
PAID = "plan: plan:mode:bus"
RIDES = 'SELECT * FROM "authorization" ORDER BY granted_at, authorization_id'


async def test_the_same_code_at_two_operators_without_network(world: World) -> None:
    phone = await world.rider()
    bus, rail = await register(world), await register(world, "mori-rail")
    code = phone.code()
    first = bus.record(code)
    world.clock.advance(timedelta(seconds=30))
    second = rail.record(code)
    # The later one arrives first, and is paid until the earlier one is known.
    assert await rail.outcomes(second) == ["plan: plan:mode:rail"]
    assert await bus.outcomes(first) == [PAID]
    assert await rail.outcomes(second) == ["scheme_risk: duplicate:offline"]
    bus_ride, rail_ride = await world.rows(RIDES)
    assert (bus_ride["status"], rail_ride["status"]) == ("captured", "captured")
    assert (rail_ride["plan_pays_minor"], rail_ride["rider_pays_minor"]) == (300, 0)
    assert [row["mark"] for row in await world.rows("SELECT mark FROM pass_mark")] == ["duplicate"]


async def test_a_lost_phone_is_the_schemes_risk_until_readers_know(world: World) -> None:
    phone = await world.rider()
    bus, informed = await register(world), await register(world)
    await phone.owner.post("/v1/me/devices/current/lost", {}, status=200)
    lost_at = world.clock.now()
    world.clock.advance(timedelta(minutes=30))
    ride = bus.record(phone.code(), list_issued_at=lost_at - timedelta(minutes=1))
    careless = informed.record(phone.code(), list_issued_at=lost_at + timedelta(minutes=5))
    assert await bus.outcomes(ride) == ["scheme_risk: revoked"]
    assert await informed.outcomes(careless) == ["operator: not_followed:pass_revoked"]
    (row,) = await world.rows(RIDES)
    assert (row["rider_pays_minor"], row["plan_pays_minor"], row["consumed"]) == (0, 210, [])


async def test_a_copied_key_stops_the_pass_for_everybody(world: World) -> None:
    phone = await world.rider()
    bus, other = await register(world), await register(world)
    phone.counter = 20
    high = bus.record(phone.code())
    world.clock.advance(timedelta(minutes=30))
    phone.counter = 5
    low = other.record(phone.code())
    assert await other.outcomes(low) == [PAID]
    assert await bus.outcomes(high) == [PAID]
    assert await other.outcomes(low) == ["scheme_risk: counter_backwards"]
    (row,) = await world.rows("SELECT revoked_at, revoked_for FROM pass_certificate")
    assert row == {"revoked_at": world.clock.now(), "revoked_for": "suspended"}
    (mark,) = await world.rows("SELECT mark FROM pass_mark")
    assert mark["mark"] == "counter_backwards"
    (status,) = await world.rows("SELECT issued_at FROM status_list")
    assert status["issued_at"] == world.clock.now().replace(microsecond=0)
    phone.counter = 30
    refused = await bus.online.tap("tap_on", "bus", phone.code())
    assert refused["reason"] == "pass_revoked"


ONE_RIDE: dict[str, Any] = {
    **PLAN,
    "plan_id": "one-ride",
    "allowances": [
        {
            "allowance_id": "bus-rides",
            "modes": ["bus"],
            "unit": "rides",
            "limit": 1,
            "period": "month",
        }
    ],
    "ride_caps": [],
}


async def test_an_overspend_is_counted_and_seen(world: World) -> None:
    await world.publish(ONE_RIDE)
    resident = await world.resident(plan="one-ride")
    phone = await world.phone(resident)
    bus, other = await register(world), await register(world)
    first = bus.record(phone.code())
    world.clock.advance(timedelta(minutes=10))
    second = other.record(phone.code())
    assert await other.outcomes(second) == ["plan: plan:allowance:bus-rides"]
    assert await bus.outcomes(first) == ["plan: plan:allowance:bus-rides"]
    assert await other.outcomes(second) == ["scheme_risk: plan:allowance:bus-rides"]
    (usage,) = (await resident.get("/v1/me/subscription"))["usage"]
    assert (usage["used"], usage["limit"]) == (2, 1)
    online = await bus.online.tap("tap_on", "bus", phone.code())
    assert online["reason"] == "allowance_used_up"


async def test_rides_online_come_before_rides_offline(world: World) -> None:
    await world.publish(ONE_RIDE)
    phone = await world.phone(await world.resident(plan="one-ride"))
    bus, other = await register(world), await register(world)
    unheard = bus.record(phone.code())
    world.clock.advance(timedelta(minutes=10))
    assert (await other.online.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    assert await bus.outcomes(unheard) == ["scheme_risk: plan:allowance:bus-rides"]


async def test_a_ride_that_turns_out_over_the_cap_is_taken_back(world: World) -> None:
    await world.publish(ONE_RIDE)
    resident = await world.resident(plan="one-ride")
    phone = await world.phone(resident)
    bus = await register(world)
    made = []
    for _ in range(5):  # one more than the certificate's cap
        made.append(bus.record(phone.code()))
        world.clock.advance(timedelta(minutes=10))
    assert await bus.outcomes(made[4]) == ["plan: plan:allowance:bus-rides"]
    assert (
        await bus.outcomes(*made[:4])
        == ["plan: plan:allowance:bus-rides"] + ["scheme_risk: plan:allowance:bus-rides"] * 3
    )
    rides = await world.rows(RIDES)
    assert [ride["status"] for ride in rides] == ["captured"] * 4 + ["voided"]
    assert (rides[4]["plan_pays_minor"], rides[4]["consumed"]) == (0, [])
    (usage,) = (await resident.get("/v1/me/subscription"))["usage"]
    assert usage["used"] == 4
    listed = (await bus.online.client.get("/v1/offline-records")).json()["items"]
    assert [told(entry) for entry in listed[4]["history"]] == [
        "plan: plan:allowance:bus-rides",
        "operator: over_offline_cap",
    ]
    assert listed[4]["outcome"] == listed[4]["history"][-1]


async def test_a_metered_ride_over_the_cap_is_the_operators(world: World) -> None:
    phone = await world.rider()
    taxi = await register(world, "mori-taxi")
    ride_id = "0197a5c2-9b1c-7d3e-9a40-2f1d6b8e4c56"
    signed = phone.code(challenge=Challenge("mori-taxi", ride_id, 3001))
    fields = {"action": TapAction.HOLD, "areas": frozenset({0}), "amount_minor": 3001}
    assert await taxi.outcomes(taxi.record(signed, **fields)) == ["operator: over_offline_cap"]
    more = taxi.record(signed, **{**fields, "amount_minor": 3002})
    assert await taxi.outcomes(more) == ["operator finally: evidence:challenge_mismatch"]


async def test_the_desk_sees_whose_pass_was_marked_and_they_see_that(world: World) -> None:
    phone, other = await world.rider(), await world.rider()
    bus, rail = await register(world), await register(world, "mori-rail")
    code = phone.code()
    await bus.upload(bus.record(code), bus.record(other.code()))
    world.clock.advance(timedelta(seconds=30))
    await rail.upload(rail.record(code))
    desk = await world.staff("desk")
    (mark,) = (await desk.get("/v1/desk/marked-passes"))["items"]
    assert mark == {
        "resident_number": phone.owner.me["resident_number"],
        "mark": "duplicate",
        "noted_at": mark["noted_at"],
    }
    (look, *_) = (await phone.owner.get("/v1/me/lookups"))["items"]
    assert (look["staff_role"], look["purpose"]) == ("desk", "marked_pass")
    looks = (await other.owner.get("/v1/me/lookups"))["items"]
    assert "marked_pass" not in {look["purpose"] for look in looks}
    operator = await world.staff("operator", "mori-bus")
    assert (await operator.client.get("/v1/desk/marked-passes")).status_code == 403


async def test_an_overspend_over_two_days_is_found_once(world: World) -> None:
    await world.publish(ONE_RIDE)
    today, tomorrow = await world.phones(await world.resident(plan="one-ride"), days=2)
    bus = await register(world)
    first = bus.record(today.code())
    world.clock.advance(timedelta(days=1))
    second = bus.record(tomorrow.code())
    assert await bus.outcomes(second) == ["plan: plan:allowance:bus-rides"]
    assert await bus.outcomes(first) == ["plan: plan:allowance:bus-rides"]
    assert await bus.outcomes(second, first) == [
        "scheme_risk: plan:allowance:bus-rides",
        "plan: plan:allowance:bus-rides",
    ]
