"""Choosing, prolonging and leaving: what is paid decides, and allowances begin anew each month."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.subscriptions.expiry import end_expired
from tests.support.world import Browser, World, pass_request

pytestmark = [pytest.mark.anyio, pytest.mark.database]

FARE = {"amount_minor": 1500, "currency": "JPY"}


async def ride_a_taxi(world: World, resident: Browser) -> str:
    """Ride once; the answer is `granted` or the reason why not."""
    phone = await world.phone(resident)
    taxi = await world.reader("mori-taxi")
    held = await taxi.tap("hold", "taxi", phone.code(), amount=FARE, area_numbers=[0])
    if held["result"] == "refused":
        return str(held["reason"])
    for step, facts in (("start", {}), ("end", {}), ("capture", {"amount": FARE})):
        await taxi.step(held["authorization_id"], step, **facts)
    return "granted"


async def prolong(world: World, resident: Browser) -> dict[str, Any]:
    held = await resident.get("/v1/me/subscription")
    price = held["plan"]["price"]
    return (await world.pay(resident, held | {"amount_due": price}))["subscription"]


async def test_an_allowance_begins_anew_with_each_paid_month(world: World) -> None:
    resident = await world.resident()
    assert [await ride_a_taxi(world, resident) for _ in range(3)] == [
        "granted",
        "granted",
        "allowance_used_up",
    ]
    world.clock.advance(timedelta(days=28))
    paid = await prolong(world, resident)  # two days early: nothing changes today
    assert (paid["current_period_end_date"], paid["paid_until_date"]) == (
        "2026-05-08",
        "2026-06-08",
    )
    assert await ride_a_taxi(world, resident) == "allowance_used_up"

    world.clock.advance(timedelta(days=2))
    assert await ride_a_taxi(world, resident) == "granted"
    now = await resident.get("/v1/me/subscription")
    assert now["usage"][0] == {
        "allowance_id": "taxi-rides",
        "unit": "rides",
        "used": 1,
        "limit": 2,
        "period_start_date": "2026-05-08",
        "period_end_date": "2026-06-08",
        "modes": ["taxi"],
    }


async def test_who_comes_back_after_a_gap_gets_a_month_for_a_months_fee(world: World) -> None:
    world.clock.set(datetime(2026, 1, 31, 3, tzinfo=UTC))
    resident = await world.resident()
    world.clock.set(datetime(2026, 3, 10, 3, tzinfo=UTC))
    again = await prolong(world, resident)
    assert (again["current_period_start_date"], again["paid_until_date"]) == (
        "2026-03-10",
        "2026-04-10",
    )
    assert (await prolong(world, resident))["paid_until_date"] == "2026-05-10"


async def test_paying_on_the_last_day_keeps_the_day_of_the_month(world: World) -> None:
    world.clock.set(datetime(2026, 1, 31, 3, tzinfo=UTC))
    resident = await world.resident()
    world.clock.set(datetime(2026, 2, 28, 3, tzinfo=UTC))
    assert (await prolong(world, resident))["paid_until_date"] == "2026-03-31"


async def test_a_month_that_is_over_is_due_again_and_rides_stop_whatever_jobs_do(
    world: World,
) -> None:
    resident = await world.resident()
    phone = await world.phone(resident)
    world.clock.advance(timedelta(days=30))
    held = await resident.get("/v1/me/subscription")
    assert (held["status"], held["amount_due"]["amount_minor"]) == ("active", 4900)
    order = pass_request(resident, [phone.key])
    refused = await resident.post("/v1/me/passes", order, status=409)
    assert refused["code"] == "subscription_inactive"
    bus = await world.reader("mori-bus")
    assert (await bus.tap("tap_on", "bus", phone.code()))["reason"] == "certificate_expired"

    assert await end_expired(world.database, world.clock) == 1
    held = await resident.get("/v1/me/subscription")
    assert (held["status"], held["amount_due"]["amount_minor"]) == ("past_due", 4900)


async def test_leaving_takes_effect_when_the_paid_time_is_over(world: World) -> None:
    resident = await world.resident()
    left = await resident.post("/v1/me/subscription/cancel", {}, status=200)
    assert (left["status"], left["cancel_at_period_end"]) == ("active", True)
    assert await ride_a_taxi(world, resident) == "granted"
    world.clock.advance(timedelta(days=30))
    assert await end_expired(world.database, world.clock) == 1
    await resident.get("/v1/me/subscription", status=404)
    await resident.post("/v1/me/subscriptions", {"plan_id": "everything"})


async def test_nobody_is_kept_in_a_subscription_that_is_not_paid(world: World) -> None:
    resident = await world.resident()
    world.clock.advance(timedelta(days=40))
    await end_expired(world.database, world.clock)
    left = await resident.post("/v1/me/subscription/cancel", {}, status=200)
    assert (left["status"], left["amount_due"]["amount_minor"]) == ("canceled", 0)
    again = await resident.post("/v1/me/subscriptions", {"plan_id": "everything"})
    assert again["status"] == "incomplete"


async def test_two_clicks_choose_one_plan(world: World) -> None:
    resident = await world.resident(plan=None)
    await resident.get("/v1/plans")
    body = {"plan_id": "everything"}
    answers = await asyncio.gather(
        *(resident.send("POST", "/v1/me/subscriptions", body) for _ in range(8))
    )
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["subscription_id"] for a in answers}) == 1


async def test_a_plan_that_is_paid_is_not_swapped_for_another(world: World) -> None:
    resident = await world.resident()
    again = await resident.send("POST", "/v1/me/subscriptions", {"plan_id": "everything"})
    assert (again.status_code, again.json()["code"]) == (409, "already_subscribed")
    none = await resident.send("POST", "/v1/me/subscriptions", {"plan_id": "nothing"})
    assert (none.status_code, none.json()["code"]) == (404, "no_plan")
