"""A taxi's life: held, started, ended, captured; who may agree to more, and what is given back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.rides.closing import close_overdue
from fares.passes import Challenge
from tests.support.world import PLAN, Phone, Reader, World, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]


NO_CAPS: dict[str, Any] = {"ride_caps": []}


def outcome(answer: dict[str, Any]) -> Any:
    return answer["reason"] or answer["status"]


async def ended_ride(taxi: Reader, phone: Phone, amount: int = 1500) -> str:
    held = await taxi.hold(phone, amount)
    await taxi.step(held["authorization_id"], "start")
    await taxi.step(held["authorization_id"], "end")
    return str(held["authorization_id"])


async def used(world: World) -> dict[str, int]:
    rows = await world.rows("SELECT allowance_id, used FROM usage")
    return {row["allowance_id"]: row["used"] for row in rows}


async def test_only_the_riders_own_phone_agrees_to_a_price_above_the_hold(world: World) -> None:
    phone, stranger = await world.rider(), await world.rider()
    taxi = await world.reader("mori-taxi")
    ride = await ended_ride(taxi, phone)

    def signed(by: Phone, amount: int, operator: str = "mori-taxi", name: str = ride) -> str:
        return by.code(challenge=Challenge(operator, name, amount))

    more = yen(2400)
    for code in (
        signed(stranger, 2400),
        signed(phone, 9999),
        signed(phone, 2400, operator="mori-bus"),
        signed(phone, 2400, name=str(uuid4())),
    ):
        answer = await taxi.step(ride, "capture", amount=more, code=code)
        assert outcome(answer) == "challenge_mismatch"
    unsigned = await taxi.step(ride, "capture", amount=more, code=phone.code())
    assert outcome(unsigned) == "challenge_missing"
    old = phone.code(
        at=world.clock.now() - timedelta(seconds=60), challenge=Challenge("mori-taxi", ride, 2400)
    )
    assert outcome(await taxi.step(ride, "capture", amount=more, code=old)) == "code_too_old"
    done = await taxi.step(ride, "capture", amount=more, code=signed(phone, 2400))
    assert (done["status"], done["rider_pays"]) == ("captured", yen(400))


async def test_a_signature_made_with_a_revoked_pass_agrees_to_nothing(world: World) -> None:
    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    ride = await ended_ride(taxi, phone)
    await world.revoke_passes()
    code = phone.code(challenge=Challenge("mori-taxi", ride, 2400))
    answer = await taxi.step(ride, "capture", amount=yen(2400), code=code)
    assert outcome(answer) == "pass_revoked"


async def test_a_signed_price_counts_where_the_hold_was_granted(world: World) -> None:
    """An allowance for one area holds for the whole price, as it held for the hold."""
    allowance = {
        "allowance_id": "centre",
        "modes": ["taxi"],
        "unit": "amount",
        "limit": 5000,
        "period": "month",
        "areas": [0],
    }
    await world.publish(
        PLAN | {"plan_id": "wide", "areas": [0, 1], "allowances": [allowance]} | NO_CAPS
    )
    phone = await world.phone(await world.resident("wide"))
    taxi = await world.reader("mori-taxi")
    ride = await ended_ride(taxi, phone, 1000)
    code = phone.code(challenge=Challenge("mori-taxi", ride, 1800))
    done = await taxi.step(ride, "capture", amount=yen(1800), code=code)
    assert outcome(done) == "captured"
    assert await used(world) == {"centre": 1800}


async def test_a_ride_is_captured_once_and_never_above_its_hold(world: World) -> None:
    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    ride = await ended_ride(taxi, phone, 1500)
    assert outcome(await taxi.step(ride, "capture", amount=yen(1501))) == "over_hold"
    euros = {"amount_minor": 1, "currency": "EUR"}
    assert outcome(await taxi.step(ride, "capture", amount=euros)) == "wrong_currency"
    assert outcome(await taxi.step(ride, "capture", amount=yen(1500))) == "captured"
    for step, facts in (
        ("capture", {"amount": yen(1500)}),
        ("no-show", {}),
        ("cancel", {"by": "driver"}),
        ("start", {}),
    ):
        assert outcome(await taxi.step(ride, step, **facts)) == "wrong_state"


@pytest.mark.parametrize(
    ("steps", "leg_state"),
    [
        ([("confirm", {}), ("arrive", {}), ("no-show", {})], "CANCELLED"),
        ([("confirm", {}), ("no-vehicle", {})], "CANCELLED"),
        ([("cancel", {"by": "driver"})], "CANCELLED"),
        ([("cancel", {"by": "provider"})], "CANCELLED"),
        ([("start", {}), ("void", {})], "ABENDED"),
        ([("start", {}), ("end", {}), ("void", {})], "ENDED"),
    ],
    ids=lambda value: "-".join(step for step, _ in value) if isinstance(value, list) else value,
)
async def test_a_ride_called_off_costs_nothing_and_gives_its_allowance_back(
    world: World, steps: list[tuple[str, dict[str, Any]]], leg_state: str
) -> None:
    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    ride = (await taxi.hold(phone, 2500))["authorization_id"]
    assert await used(world) == {"taxi-rides": 1}
    for step, facts in steps:
        answer = await taxi.step(ride, step, **facts)
    assert (answer["status"], answer["leg_state"], answer["rider_pays"]) == (
        "voided",
        leg_state,
        yen(0),
    )
    assert await used(world) == {"taxi-rides": 0}


async def test_a_hold_that_nobody_uses_expires_by_itself_and_only_then(world: World) -> None:
    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    ride = (await taxi.hold(phone))["authorization_id"]
    world.clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    assert await close_overdue(world.database, world.clock) == 0
    world.clock.advance(timedelta(seconds=1))
    assert outcome(await taxi.step(ride, "start")) == "hold_expired"
    assert await close_overdue(world.database, world.clock) == 1
    assert await close_overdue(world.database, world.clock) == 0
    (row,) = await world.rows('SELECT status, closed_by FROM "authorization"')
    assert row == {"status": "expired", "closed_by": "expire"}
    assert await used(world) == {"taxi-rides": 0}


async def test_a_missed_tap_off_is_closed_at_the_fare_known_at_boarding(world: World) -> None:
    phone = await world.rider()
    bus = await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    world.clock.advance(timedelta(hours=4))
    late = await bus.tap("tap_off", "bus", phone.code())
    assert outcome(late) == "no_open_ride"
    assert await close_overdue(world.database, world.clock) == 1
    (row,) = await world.rows('SELECT status, closed_by, captured_minor FROM "authorization"')
    assert row == {"status": "captured", "closed_by": "close", "captured_minor": 210}


async def test_one_hold_at_a_time_with_an_operator(world: World) -> None:
    phone = await world.rider()
    taxi, other_car = await world.reader("mori-taxi"), await world.reader("mori-taxi")
    await taxi.hold(phone)
    assert outcome(await other_car.hold(phone)) == "ride_already_open"


async def test_another_operators_ride_is_as_one_that_is_not_there(world: World) -> None:
    phone = await world.rider()
    taxi, bus = await world.reader("mori-taxi"), await world.reader("mori-bus")
    ride = (await taxi.hold(phone))["authorization_id"]
    stolen = await bus.step(ride, "start")
    unknown = await bus.step(str(uuid4()), "start")
    assert stolen == unknown | {"decided_at": stolen["decided_at"]}
    assert outcome(stolen) == "no_open_ride"
    assert outcome(await taxi.step(ride, "start")) == "authorized"


@pytest.mark.parametrize(
    ("action", "mode", "facts", "code"),
    [
        ("tap_on", "taxi", {}, "wrong_action"),
        ("gate_out", "on_demand", {}, "wrong_action"),
        ("hold", "bus", {"amount": yen(100)}, "wrong_action"),
        ("hold", "taxi", {}, "amount_missing"),
    ],
)
async def test_a_request_that_makes_no_sense_is_not_decided(
    world: World, action: str, mode: str, facts: dict[str, Any], code: str
) -> None:
    phone = await world.rider()
    taxi = await world.reader("mori-taxi")
    body = {"action": action, "mode": mode, "code": phone.code(), **facts}
    answer = await taxi.ask("/v1/authorizations", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await world.rows("SELECT * FROM authorization_claim") == []


async def test_cancelling_needs_somebody_who_does(world: World) -> None:
    taxi = await world.reader("mori-taxi")
    ride = (await taxi.hold(await world.rider()))["authorization_id"]
    answer = await taxi.ask(f"/v1/authorizations/{ride}/cancel", {})
    assert (answer.status_code, answer.json()["code"]) == (400, "by_missing")


async def test_a_metered_price_gives_the_surplus_of_an_amount_back(world: World) -> None:
    allowance = {
        "allowance_id": "taxi-money",
        "modes": ["taxi"],
        "unit": "amount",
        "limit": 4000,
        "period": "month",
    }
    await world.publish(PLAN | {"plan_id": "money", "allowances": [allowance]} | NO_CAPS)
    phone = await world.phone(await world.resident("money"))
    taxi = await world.reader("mori-taxi")
    ride = (await taxi.hold(phone, 3000))["authorization_id"]
    assert await used(world) == {"taxi-money": 3000}
    await taxi.ride(ride, 1200)
    assert await used(world) == {"taxi-money": 1200}
    assert outcome(await taxi.hold(await world.phone_of(phone), 2801)) == "allowance_too_small"


async def test_a_signed_price_that_the_plan_has_no_room_for_leaves_all_as_it_was(
    world: World,
) -> None:
    allowance = {
        "allowance_id": "taxi-money",
        "modes": ["taxi"],
        "unit": "amount",
        "limit": 2000,
        "period": "month",
    }
    await world.publish(PLAN | {"plan_id": "money", "allowances": [allowance]} | NO_CAPS)
    phone = await world.phone(await world.resident("money"))
    taxi = await world.reader("mori-taxi")
    ride = await ended_ride(taxi, phone, 1500)
    code = phone.code(challenge=Challenge("mori-taxi", ride, 2001))
    answer = await taxi.step(ride, "capture", amount=yen(2001), code=code)
    assert outcome(answer) == "allowance_too_small"
    assert await used(world) == {"taxi-money": 1500}
    assert outcome(await taxi.step(ride, "capture", amount=yen(1500))) == "captured"
    assert await used(world) == {"taxi-money": 1500}
