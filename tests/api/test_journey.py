"""A resident joins, pays, and rides every mode; operators see their own rides and no rider."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import World, add_bus_feed

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def test_resident_joins_pays_and_rides_bus_and_rail(world: World) -> None:
    await add_bus_feed(world)
    resident = await world.resident(pay=False)
    waiting = await resident.get("/v1/me/subscription")
    assert (waiting["status"], waiting["amount_due"]["amount_minor"]) == ("incomplete", 4900)

    paid = await world.pay(resident, waiting)
    assert paid["receipt_number"] == "R2026-000001"
    assert paid["subscription"]["current_period_start_date"] == "2026-04-08"
    assert paid["subscription"]["current_period_end_date"] == "2026-05-08"

    phone = await world.phone(resident)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    on = await bus.tap("tap_on", "bus", phone.code(), stop_id="station", trip_id="t1")
    assert (on["result"], on["status"], on["category_name"]["ja"]) == (
        "granted",
        "authorized",
        "一般",
    )
    world.clock.advance(timedelta(minutes=12))
    off = await bus.tap("tap_off", "bus", phone.code(), stop_id="school")
    assert (off["authorization_id"], off["status"]) == (on["authorization_id"], "captured")

    gate_in = await rail.tap("gate_in", "rail", phone.code())
    world.clock.advance(timedelta(minutes=9))
    gate_out = await rail.tap("gate_out", "rail", phone.code())
    assert gate_out["authorization_id"] == gate_in["authorization_id"]

    rides = (await resident.get("/v1/me/rides"))["items"]
    assert [(r["mode"], r["status"], r["shadow_fare"]["amount_minor"]) for r in rides] == [
        ("rail", "captured", 300),
        ("bus", "captured", 210),
    ]
    assert rides[1]["operator_name"] == {"ja": "森バス", "en": "Mori Bus"}
    assert rides[1]["boarding_stop_name"] == "station"


async def test_taxi_is_held_started_ended_and_captured_within_the_hold(world: World) -> None:
    resident = await world.resident()
    phone = await world.phone(resident)
    taxi = await world.reader("mori-taxi")
    held = await taxi.tap(
        "hold",
        "taxi",
        phone.code(),
        amount={"amount_minor": 2500, "currency": "JPY"},
        area_numbers=[0],
    )
    assert (held["status"], held["leg_state"], held["rider_pays"]["amount_minor"]) == (
        "authorized",
        "NOT_STARTED",
        500,
    )
    ride = held["authorization_id"]
    assert (await taxi.step(ride, "start"))["leg_state"] == "IN_USE"
    assert (await taxi.step(ride, "end"))["leg_state"] == "ENDED"
    over = await taxi.step(ride, "capture", amount={"amount_minor": 2600, "currency": "JPY"})
    assert (over["result"], over["reason"]) == ("refused", "over_hold")
    done = await taxi.step(
        ride, "capture", amount={"amount_minor": 2200, "currency": "JPY"}, distance_meters=4200
    )
    assert (done["status"], done["rider_pays"]["amount_minor"]) == ("captured", 200)
    again = await taxi.step(ride, "capture", amount={"amount_minor": 2200, "currency": "JPY"})
    assert (again["result"], again["reason"]) == ("refused", "wrong_state")

    left = (await resident.get("/v1/me/subscription"))["usage"]
    assert [(u["allowance_id"], u["used"], u["limit"]) for u in left] == [("taxi-rides", 1, 2)]


async def test_a_price_above_the_hold_needs_the_riders_signature(world: World) -> None:
    from fares.passes import Challenge

    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    amount = {"amount_minor": 1500, "currency": "JPY"}
    held = await taxi.tap("hold", "taxi", phone.code(), amount=amount, area_numbers=[0])
    ride = held["authorization_id"]
    await taxi.step(ride, "start")
    await taxi.step(ride, "end")
    final = {"amount_minor": 2400, "currency": "JPY"}
    unsigned = await taxi.step(ride, "capture", amount=final, code=phone.code())
    assert unsigned["reason"] == "challenge_missing"
    other = phone.code(challenge=Challenge("mori-taxi", ride, 9999))
    assert (await taxi.step(ride, "capture", amount=final, code=other))["reason"] == (
        "challenge_mismatch"
    )
    signed = phone.code(challenge=Challenge("mori-taxi", ride, 2400))
    done = await taxi.step(ride, "capture", amount=final, code=signed)
    assert (done["status"], done["rider_pays"]["amount_minor"]) == ("captured", 400)


async def test_a_cancelled_taxi_gives_its_ride_back(world: World) -> None:
    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    amount = {"amount_minor": 1500, "currency": "JPY"}
    for _ in range(3):  # the plan has two: each cancellation gives its one back
        held = await taxi.tap("hold", "taxi", phone.code(), amount=amount, area_numbers=[0])
        assert held["result"] == "granted", held
        done = await taxi.step(held["authorization_id"], "cancel", by="rider")
        assert (done["status"], done["leg_state"]) == ("voided", "CANCELLED")
        world.clock.advance(timedelta(minutes=4))


async def test_an_operator_sees_its_own_rides_and_nothing_of_the_rider(world: World) -> None:
    resident = await world.resident()
    phone = await world.phone(resident)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    granted = await bus.tap("tap_on", "bus", phone.code())
    listed = (await bus.client.get("/v1/authorizations")).json()["items"]
    assert [r["authorization_id"] for r in listed] == [granted["authorization_id"]]
    path = f"/v1/authorizations/{granted['authorization_id']}"
    assert (await bus.client.get(path)).status_code == 200
    assert (await rail.client.get(path)).status_code == 404
    assert (await rail.client.get("/v1/authorizations")).json()["items"] == []

    (row,) = await world.rows('SELECT account_id, pass_id FROM "authorization"')
    for shown in (str(granted), str(listed)):
        assert str(row["account_id"]) not in shown
        assert str(row["pass_id"]) not in shown


async def test_a_reader_chooses_among_its_operators_stops(world: World) -> None:
    await add_bus_feed(world)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    stops = (await bus.client.get("/v1/operators/current/stops")).json()["items"]
    assert [s["stop_id"] for s in stops] == ["school", "shrine", "station"]
    assert (await rail.client.get("/v1/operators/current/stops")).json()["items"] == []
