"""Every way in which a tap is refused, with the reason that the reader shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from fares.passes import Challenge
from tests.support.world import PLAN, World, add_bus_feed, pass_request, yen

HILLS = "area_not_covered"

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def test_a_code_shown_twice_is_refused_everywhere(world: World) -> None:
    phone = await world.rider()
    bus, other_bus = await world.reader("mori-bus"), await world.reader("mori-bus")
    rail = await world.reader("mori-rail")
    code = phone.code()
    assert (await bus.tap("tap_on", "bus", code))["result"] == "granted"
    world.clock.advance(timedelta(seconds=10))
    assert (await bus.tap("tap_on", "bus", code))["reason"] == "code_already_used"
    assert (await other_bus.tap("tap_on", "bus", code))["reason"] == "code_already_used"
    assert (await rail.tap("gate_in", "rail", code))["reason"] == "code_already_used"
    assert (await bus.tap("tap_off", "bus", code))["reason"] == "code_already_used"


async def test_a_refused_code_is_not_used_up(world: World) -> None:
    await add_bus_feed(world)
    phone, bus = await world.rider(), await world.reader("mori-bus")
    code = phone.code()
    assert (await bus.tap("tap_on", "bus", code, stop_id="shrine"))["reason"] == "area_not_covered"
    assert (await bus.tap("tap_on", "bus", code, stop_id="station"))["result"] == "granted"


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        (50, None),
        (51, "code_too_old"),
        (60, "code_too_old"),
        (-30, None),
        (-31, "code_from_future"),
        (-600, "code_from_future"),
    ],
)
async def test_a_code_lives_for_seconds(world: World, seconds: int, reason: str | None) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    shown_at = world.clock.now() - timedelta(seconds=seconds)
    world.clock.advance(timedelta(minutes=2))
    code = phone.code(at=shown_at + timedelta(minutes=2))
    assert (await bus.tap("tap_on", "bus", code))["reason"] == reason


async def test_a_phone_handed_back_is_refused_at_the_same_reader(world: World) -> None:
    phone = await world.rider()
    bus, next_bus = await world.reader("mori-bus"), await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    world.clock.advance(timedelta(minutes=2, seconds=59))
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == "pass_back"
    assert (await next_bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    world.clock.advance(timedelta(seconds=1))
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"


async def test_the_key_of_another_phone_signs_nothing(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    phone.key = ec.generate_private_key(ec.SECP256R1())
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == "bad_presentation_signature"


async def test_a_pass_ends_with_its_service_day(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    world.clock.set(datetime(2026, 4, 8, 18, 59, 59, tzinfo=UTC))  # 03:59:59 in Tokyo
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    world.clock.advance(timedelta(seconds=1))
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == "certificate_expired"


async def test_a_revoked_pass_opens_nothing(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    await world.revoke_passes()
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == "pass_revoked"


async def test_a_code_signed_for_a_taxi_opens_no_bus(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    code = phone.code(challenge=Challenge("mori-taxi", str(uuid4()), 1))
    assert (await bus.tap("tap_on", "bus", code))["reason"] == "challenge_mismatch"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("https://example.org", "not_a_pass"),
        ("TK1:", "malformed_code"),
        ("TK1:ABC", "malformed_code"),
        ("TK1:" + "A" * 1900, "malformed_code"),
        ("\u0000", "not_a_pass"),
        ("TK1:\u0000", "malformed_code"),
        ("🚌", "not_a_pass"),
    ],
)
async def test_what_is_no_pass_is_told_so(world: World, code: str, reason: str) -> None:
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", code))["reason"] == reason


async def test_nobody_rides_unpaid(world: World) -> None:
    for resident, status, code in (
        (await world.resident(pay=False), 409, "waiting_for_payment"),
        (await world.resident(plan=None), 404, "no_subscription"),
    ):
        await world.enrol(resident)
        body = pass_request(resident, [ec.generate_private_key(ec.SECP256R1())])
        answer = await resident.send("POST", "/v1/me/passes", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("status = 'incomplete'", "waiting_for_payment"),
        ("status = 'unpaid'", "subscription_inactive"),
        ("status = 'canceled'", "subscription_inactive"),
        ("covered_until_date = DATE '2026-04-08'", "subscription_inactive"),
        ("paid_from_date = DATE '2026-04-09'", "subscription_inactive"),
    ],
)
async def test_a_subscription_that_ended_after_the_pass_was_issued_opens_nothing(
    world: World, columns: str, reason: str
) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    await world.change(f"UPDATE subscription SET {columns}")
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == reason


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"stop_id": "shrine"}, "area_not_covered"),
        ({"stop_id": "nowhere"}, "unknown_stop"),
        ({"route_id": "r9"}, "unknown_route"),
        ({"trip_id": "t9"}, "unknown_trip"),
        ({"companions": 1}, "too_many_companions"),
        ({"stop_id": "station", "route_id": "r1", "trip_id": "t1", "direction_id": 0}, None),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else str(value),
)
async def test_where_and_with_whom(world: World, facts: dict[str, Any], reason: str | None) -> None:
    await add_bus_feed(world)
    phone, bus = await world.rider(), await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", phone.code(), **facts))["reason"] == reason


@pytest.mark.parametrize(
    ("operator", "action", "mode", "facts", "reason"),
    [
        ("mori-bus", "gate_in", "rail", {}, "mode_not_covered"),
        ("mori-taxi", "hold", "rideshare", {"amount": yen(900)}, "mode_not_covered"),
        ("mori-taxi", "hold", "taxi", {"amount": yen(900)}, "area_unknown"),
        (
            "mori-taxi",
            "hold",
            "taxi",
            {"amount": yen(900), "area_numbers": [1]},
            "area_not_covered",
        ),
        (
            "mori-taxi",
            "hold",
            "taxi",
            {"amount": {"amount_minor": 9, "currency": "EUR"}, "area_numbers": [0]},
            "wrong_currency",
        ),
        ("mori-bus", "tap_off", "bus", {}, "no_open_ride"),
        ("mori-rail", "gate_out", "rail", {}, "no_open_ride"),
    ],
)
async def test_what_the_plan_or_the_operator_does_not_cover(
    world: World, operator: str, action: str, mode: str, facts: dict[str, Any], reason: str
) -> None:
    phone, reader = await world.rider(), await world.reader(operator)
    assert (await reader.tap(action, mode, phone.code(), **facts))["reason"] == reason


async def test_an_operator_that_the_plan_leaves_out(world: World) -> None:
    await world.publish(PLAN | {"plan_id": "bus-only", "operators": ["mori-bus"]})
    phone = await world.phone(await world.resident("bus-only"))
    rail = await world.reader("mori-rail")
    assert (await rail.tap("gate_in", "rail", phone.code()))["reason"] == "operator_not_covered"


async def test_hours_that_the_plan_leaves_out(world: World) -> None:
    hours = [{"from": "09:00", "to": "12:00"}]
    await world.publish(PLAN | {"plan_id": "mornings", "time_windows": hours})
    phone = await world.phone(await world.resident("mornings"))
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == "outside_service_time"


async def test_the_operator_leaves_out_a_stop_and_a_trips_own_route_is_kept(world: World) -> None:
    await add_bus_feed(world)
    phone, bus = await world.rider(), await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code(), trip_id="t1", direction_id=1)
    (row,) = await world.rows('SELECT route_id, direction_id, trip_id FROM "authorization"')
    assert row == {"route_id": "r1", "direction_id": 0, "trip_id": "t1"}


async def test_every_refusal_is_said_in_both_languages_and_kept_without_a_rider(
    world: World,
) -> None:
    await add_bus_feed(world)
    phone, bus = await world.rider(), await world.reader("mori-bus")
    refused = await bus.tap("tap_on", "bus", phone.code(), stop_id="shrine")
    assert refused["message"]["ja"]
    assert refused["message"]["en"]
    (row,) = await world.rows("SELECT * FROM refusal")
    assert row.pop("refusal_id")
    assert row == {
        "service_date": datetime(2026, 4, 8, tzinfo=UTC).date(),
        "service_hour": 12,
        "operator_id": "mori-bus",
        "mode": "bus",
        "reason": "area_not_covered",
        "stop_id": "shrine",
        "route_id": None,
    }
    assert await world.rows("SELECT * FROM pass_use") == []
