"""Bus and train: every way a ride begins, goes on, ends, is taken back or is put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import PLAN, Phone, Reader, World, add_bus_feed, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]

ALLOWANCE: dict[str, Any] = {
    "allowance_id": "rides",
    "modes": ["bus", "rail"],
    "unit": "rides",
    "limit": 6,
    "period": "month",
}


async def rider_of(world: World, **changes: Any) -> Phone:
    """A rider whose plan counts bus and train rides, six a month."""
    plan = PLAN | {"plan_id": "counted", "allowances": [ALLOWANCE], "ride_caps": []} | changes
    await world.publish(plan)
    return await world.phone(await world.resident("counted"))


async def used(world: World) -> int:
    rows = await world.rows("SELECT COALESCE(sum(used), 0) AS used FROM usage")
    return int(rows[0]["used"])


async def ledger(world: World, *columns: str) -> list[tuple[Any, ...]]:
    rows = await world.rows('SELECT * FROM "authorization" ORDER BY granted_at')
    return [tuple(row[column] for column in columns) for row in rows]


def outcome(answer: dict[str, Any]) -> Any:
    return answer["reason"] or answer["status"]


async def ride_bus(bus: Reader, phone: Phone, minutes: int = 10, **facts: Any) -> str:
    """A ride of so many minutes, tapped on and off."""
    on = await bus.tap("tap_on", "bus", phone.code(), **facts)
    phone.world.clock.advance(timedelta(minutes=minutes))
    off = await bus.tap("tap_off", "bus", phone.code())
    assert outcome(off) == "captured", off
    return str(on["authorization_id"])


# Readers and gates.


async def test_a_pass_handed_back_through_the_window_opens_nothing_for_three_minutes(
    world: World,
) -> None:
    phone = await rider_of(world)
    bus, other_bus = await world.reader("mori-bus"), await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    world.clock.advance(timedelta(minutes=3, seconds=-1))
    assert outcome(await bus.tap("tap_on", "bus", phone.code())) == "pass_back"
    assert outcome(await other_bus.tap("tap_on", "bus", phone.code())) == "authorized"
    world.clock.advance(timedelta(seconds=1))
    assert outcome(await bus.tap("tap_on", "bus", phone.code())) == "authorized"
    assert await used(world) == 3


async def test_a_second_gate_closes_what_nobody_closed(world: World) -> None:
    phone = await rider_of(world)
    north, south = await world.reader("mori-rail"), await world.reader("mori-rail")
    await north.tap("gate_in", "rail", phone.code())
    world.clock.advance(timedelta(minutes=30))
    await south.tap("gate_in", "rail", phone.code())
    world.clock.advance(timedelta(minutes=9))
    await north.tap("gate_out", "rail", phone.code())
    assert await ledger(world, "status", "closed_by", "captured_minor") == [
        ("captured", "next_tap", 300),
        ("captured", "gate_out", 300),
    ]
    assert outcome(await north.tap("gate_out", "rail", phone.code())) == "no_open_ride"


# Companions.


async def test_a_group_rides_on_one_pass_and_each_is_counted(world: World) -> None:
    phone = await rider_of(world, companions=2)
    bus = await world.reader("mori-bus")
    three = await bus.tap("tap_on", "bus", phone.code(), companions=3)
    assert outcome(three) == "too_many_companions"
    assert outcome(await bus.tap("tap_on", "bus", phone.code(), companions=2)) == "authorized"
    await bus.tap("tap_off", "bus", phone.code())
    assert await ledger(world, "companions", "captured_minor", "shadow_fare_minor") == [
        (2, 630, 630)
    ]
    assert await used(world) == 3


# Journeys.


async def test_changing_vehicles_is_one_journey_and_takes_one_ride(world: World) -> None:
    phone = await rider_of(world, transfer_minutes=30)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    await ride_bus(bus, phone)
    world.clock.advance(timedelta(minutes=29))
    await rail.tap("gate_in", "rail", phone.code())
    world.clock.advance(timedelta(minutes=20))
    await rail.tap("gate_out", "rail", phone.code())
    world.clock.advance(timedelta(minutes=30))
    await ride_bus(bus, phone)
    first, second, third = (row[0] for row in await ledger(world, "journey_id"))
    assert first == second != third
    assert await used(world) == 2


async def test_a_journey_counts_from_boarding_where_nobody_taps_off(world: World) -> None:
    phone = await rider_of(world, transfer_minutes=30)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    await bus.tap("tap_on", "bus", phone.code())
    world.clock.advance(timedelta(minutes=29))
    await rail.tap("gate_in", "rail", phone.code())
    assert await used(world) == 1


async def test_without_transfer_minutes_every_ride_counts_and_has_no_journey(world: World) -> None:
    phone = await rider_of(world)
    bus = await world.reader("mori-bus")
    await ride_bus(bus, phone)
    await ride_bus(bus, phone)
    assert await used(world) == 2
    assert await ledger(world, "journey_id") == [(None,), (None,)]


async def test_a_journey_ends_with_its_service_day(world: World) -> None:
    phone = await rider_of(world, transfer_minutes=60)
    bus = await world.reader("mori-bus")
    world.clock.advance(timedelta(hours=15, minutes=40))  # 03:40, still yesterday's service
    await ride_bus(bus, phone)
    world.clock.advance(timedelta(minutes=15))
    phone = await world.phone_of(phone)
    await ride_bus(bus, phone)
    (first, one_day), (second, next_day) = await ledger(world, "journey_id", "service_date")
    assert (next_day - one_day).days == 1
    assert first != second
    assert await used(world) == 2


async def test_when_the_first_ride_is_taken_back_the_journey_is_still_counted(
    world: World,
) -> None:
    phone = await rider_of(world, transfer_minutes=30, companions=3)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    first = await ride_bus(bus, phone, companions=2)
    on = await rail.tap("gate_in", "rail", phone.code(), companions=1)
    assert await used(world) == 3
    assert outcome(await bus.step(first, "void", note="ran into the depot")) == "voided"
    assert await used(world) == 2
    assert outcome(await rail.step(on["authorization_id"], "void")) == "voided"
    assert await used(world) == 0


# Taking back.


async def test_a_captured_ride_is_taken_back_within_a_day_and_gives_all_back(
    world: World,
) -> None:
    phone = await rider_of(world)
    bus = await world.reader("mori-bus")
    ride, late = await ride_bus(bus, phone), await ride_bus(bus, phone)
    world.clock.advance(timedelta(hours=23, minutes=49))
    assert outcome(await bus.step(ride, "void")) == "voided"
    assert outcome(await bus.step(ride, "void")) == "wrong_state"
    world.clock.advance(timedelta(minutes=11))
    assert outcome(await bus.step(late, "void")) == "correction_too_late"
    assert await used(world) == 1
    assert await ledger(world, "status", "captured_minor", "plan_pays_minor", "consumed") == [
        ("voided", None, 0, []),
        ("captured", 210, 210, [item_of_one_ride()]),
    ]


def item_of_one_ride() -> dict[str, Any]:
    return {
        "allowance_id": "rides",
        "period_start_date": "2026-04-01",
        "quantity": 1,
        "unit": "rides",
    }


async def test_an_open_ride_is_voided_until_it_is_closed(world: World) -> None:
    phone = await rider_of(world)
    bus = await world.reader("mori-bus")
    on = await bus.tap("tap_on", "bus", phone.code())
    world.clock.advance(timedelta(hours=5))
    assert outcome(await bus.step(on["authorization_id"], "void")) == "voided"
    assert await used(world) == 0


async def test_a_reader_corrects_its_own_rides_and_the_operators_system_any(
    world: World,
) -> None:
    phone = await rider_of(world)
    bus, other_bus = await world.reader("mori-bus"), await world.reader("mori-bus")
    system, rail = await world.reader("mori-bus", "system"), await world.reader("mori-rail")
    ride = await ride_bus(bus, phone)
    facts = {"note": "a test", "companions": 0}
    for step, body in (("void", {}), ("adjust", facts)):
        assert outcome(await other_bus.step(ride, step, **body)) == "wrong_reader"
        assert outcome(await rail.step(ride, step, **body)) == "no_open_ride"
    assert outcome(await bus.step(ride, "adjust", **facts)) == "captured"
    assert outcome(await system.step(ride, "void")) == "voided"


async def test_nobody_corrects_a_ride_with_a_cookie(world: World) -> None:
    phone = await rider_of(world)
    ride = await ride_bus(await world.reader("mori-bus"), phone)
    staff = await world.staff("operator", "mori-bus")
    for browser in (staff, phone.owner):
        for step in ("adjust", "void"):
            path = f"/v1/authorizations/{ride}/{step}"
            answer = await browser.send("POST", path, {"note": "mine", "companions": 0}, key="k")
            assert answer.status_code == 403


# Putting right.


async def test_a_correction_of_stops_and_people_lowers_the_price_and_is_kept(
    world: World,
) -> None:
    await add_bus_feed(world)
    phone = await rider_of(world, companions=2)
    bus = await world.reader("mori-bus")
    ride = await ride_bus(bus, phone, stop_id="station", trip_id="t1", companions=2)
    done = await bus.step(
        ride, "adjust", note="a child of two", companions=1, alighting_stop_id="school"
    )
    assert (outcome(done), done["rule"]) == ("captured", "ride:adjust")
    assert await used(world) == 2
    assert await ledger(world, "companions", "alighting_stop_id", "captured_minor") == [
        (1, "school", 420)
    ]
    path = f"/v1/authorizations/{ride}/corrections"
    (kept,) = (await bus.client.get(path)).json()["items"]
    assert (kept["action"], kept["note"]) == ("adjust", "a child of two")
    assert {c["field"]: (c["before"], c["after"]) for c in kept["changes"]} == {
        "companions": (2, 1),
        "alighting_stop_id": (None, "school"),
        "captured_minor": (630, 420),
        "shadow_fare_minor": (630, 420),
        "plan_pays_minor": (630, 420),
    }
    rail = await world.reader("mori-rail")
    assert (await rail.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"boarding_stop_id": "nowhere"}, "unknown_stop"),
        ({"alighting_stop_id": "nowhere"}, "unknown_stop"),
        ({"route_id": "r9"}, "unknown_route"),
        ({"boarding_stop_id": "shrine"}, "area_not_covered"),
        ({"companions": 1}, "too_many_companions"),
        ({"amount": yen(211)}, "over_hold"),
        ({"amount": {"amount_minor": 1, "currency": "EUR"}}, "wrong_currency"),
    ],
)
async def test_what_cannot_be_right_is_not_put_so(
    world: World, facts: dict[str, Any], reason: str
) -> None:
    await add_bus_feed(world)
    phone = await rider_of(world, companions=2)
    bus = await world.reader("mori-bus")
    ride = await ride_bus(bus, phone, stop_id="station")
    before = await world.rows('SELECT * FROM "authorization"')
    assert outcome(await bus.step(ride, "adjust", note="?", **facts)) == reason
    assert await world.rows('SELECT * FROM "authorization"') == before
    assert await world.rows("SELECT * FROM ride_correction") == []


async def test_a_corrected_route_forgets_a_trip_that_is_not_its(world: World) -> None:
    await add_bus_feed(world)
    phone = await rider_of(world)
    bus = await world.reader("mori-bus")
    ride = await ride_bus(bus, phone, stop_id="station", route_id="r1")
    await bus.step(ride, "adjust", note="other way", route_id="r1", direction_id=1)
    assert await ledger(world, "route_id", "direction_id", "trip_id") == [("r1", 1, None)]


async def test_an_amount_goes_down_for_rider_and_plan_and_gives_back_what_was_counted(
    world: World,
) -> None:
    money = {
        "allowance_id": "money",
        "modes": ["bus"],
        "unit": "amount",
        "limit": 300,
        "period": "month",
        "above": "rider_pays",
    }
    phone = await rider_of(world, allowances=[money])
    bus = await world.reader("mori-bus")
    await ride_bus(bus, phone)
    second = await ride_bus(bus, phone)
    assert await ledger(world, "plan_pays_minor", "rider_pays_minor") == [(210, 0), (90, 120)]
    done = await bus.step(second, "adjust", note="half fare", amount=yen(105))
    assert done["rider_pays"] == yen(15)
    await bus.step(second, "adjust", note="half of that", amount=yen(50))
    assert await ledger(world, "plan_pays_minor", "rider_pays_minor") == [(210, 0), (50, 0)]
    assert await used(world) == 260


async def test_a_ride_under_way_is_adjusted_before_it_is_left(world: World) -> None:
    phone = await rider_of(world, companions=2)
    bus = await world.reader("mori-bus")
    on = await bus.tap("tap_on", "bus", phone.code(), companions=2)
    ride = on["authorization_id"]
    early = await bus.step(ride, "adjust", note="too early", alighting_stop_id="school")
    assert outcome(early) == "wrong_state"
    assert outcome(await bus.step(ride, "adjust", note="one got off", companions=1)) == "authorized"
    assert await used(world) == 2
    off = await bus.tap("tap_off", "bus", phone.code())
    assert outcome(off) == "captured"
    assert await ledger(world, "hold_minor", "captured_minor") == [(420, 420)]


async def test_an_adjustment_of_nothing_is_no_request(world: World) -> None:
    phone = await rider_of(world)
    bus = await world.reader("mori-bus")
    ride = await ride_bus(bus, phone)
    answer = await bus.ask(f"/v1/authorizations/{ride}/adjust", {"note": "hm"})
    assert (answer.status_code, answer.json()["code"]) == (400, "nothing_to_adjust")


async def test_the_same_correction_sent_twice_is_made_once(world: World) -> None:
    phone = await rider_of(world)
    bus = await world.reader("mori-bus")
    ride = await ride_bus(bus, phone)
    path, body = f"/v1/authorizations/{ride}/adjust", {"note": "less", "amount": yen(100)}
    first, second = [await bus.ask(path, body, key="correction-once") for _ in range(2)]
    assert first.json() == second.json()
    assert len(await world.rows("SELECT * FROM ride_correction")) == 1
