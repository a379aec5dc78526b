"""Cash at the counter: once per key, the right amount, receipts without a gap."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

KEY = "payment-0001"


async def unpaid(world: World) -> tuple[Browser, dict[str, Any]]:
    resident = await world.resident(pay=False)
    held = await resident.get("/v1/me/subscription")
    return resident, {
        "resident_number": resident.me["resident_number"],
        "subscription_id": held["subscription_id"],
        "amount_minor": 4900,
        "currency": "JPY",
        "method": "cash",
    }


async def pay(desk: Browser, body: dict[str, Any], key: str = KEY) -> httpx.Response:
    return await desk.send("POST", "/v1/desk/payments", body, key)


async def test_fifty_clicks_with_one_key_pay_once(world: World) -> None:
    _, body = await unpaid(world)
    desk = await world.staff("desk")
    await desk.get("/v1/plans")
    answers = await asyncio.gather(*(pay(desk, body) for _ in range(50)))
    assert {a.status_code for a in answers} == {201}
    assert {a.json()["receipt_number"] for a in answers} == {"R2026-000001"}
    assert {a.json()["subscription"]["paid_until_date"] for a in answers} == {"2026-05-08"}
    assert await world.rows("SELECT count(*) AS n FROM payment") == [{"n": 1}]


@pytest.mark.parametrize(
    "change",
    [{"amount_minor": 4901}, {"currency": "EUR"}, {"subscription_id": str(uuid4())}],
    ids=lambda change: str(*change),
)
async def test_the_same_key_for_another_payment_is_refused(
    world: World, change: dict[str, Any]
) -> None:
    _, body = await unpaid(world)
    desk = await world.staff("desk")
    assert (await pay(desk, body)).status_code == 201
    other = await pay(desk, body | change)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_the_same_key_for_another_resident_is_refused(world: World) -> None:
    _, body = await unpaid(world)
    _, other = await unpaid(world)
    desk = await world.staff("desk")
    assert (await pay(desk, body)).status_code == 201
    assert (await pay(desk, other)).json()["code"] == "idempotency_key_reused"


async def test_trying_again_after_the_subscription_ended_still_tells_the_receipt(
    world: World,
) -> None:
    resident, body = await unpaid(world)
    desk = await world.staff("desk")
    first = (await pay(desk, body)).json()
    world.clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    await resident.post("/v1/me/subscription/cancel", {}, status=200)
    desk = await world.signed_in_again(desk)
    again = (await pay(desk, body)).json()
    assert (again["receipt_number"], again["subscription"]["status"]) == (
        first["receipt_number"],
        "canceled",
    )


async def test_two_counters_with_one_key_are_two_payments(world: World) -> None:
    _, body = await unpaid(world)
    _, other = await unpaid(world)
    one, two = await world.staff("desk"), await world.staff("desk")
    assert (await pay(one, body)).json()["receipt_number"] == "R2026-000001"
    assert (await pay(two, other)).json()["receipt_number"] == "R2026-000002"


@pytest.mark.parametrize("amount", [4899, 0, 9800])
async def test_only_the_plans_price_is_taken(world: World, amount: int) -> None:
    _, body = await unpaid(world)
    desk = await world.staff("desk")
    wrong = await pay(desk, body | {"amount_minor": amount})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_amount")
    assert "4900 JPY" in wrong.json()["detail"]
    assert await world.rows("SELECT * FROM payment") == []


async def test_receipts_are_numbered_without_a_gap_under_concurrency_and_failures(
    world: World,
) -> None:
    desk = await world.staff("desk")
    bodies = [(await unpaid(world))[1] for _ in range(12)]
    await desk.get("/v1/plans")
    wrong = [body | {"amount_minor": 1} for body in bodies]
    answers = await asyncio.gather(
        *(pay(desk, body, uuid4().hex) for pair in zip(bodies, wrong, strict=True) for body in pair)
    )
    numbers = sorted(a.json()["receipt_number"] for a in answers if a.status_code == 201)
    assert numbers == [f"R2026-{n:06d}" for n in range(1, 13)]


async def test_a_receipt_bears_the_year_in_which_the_money_was_taken(world: World) -> None:
    world.clock.set(datetime(2026, 12, 20, 3, tzinfo=UTC))
    _, body = await unpaid(world)
    desk = await world.staff("desk")
    await pay(desk, body)
    ahead = (await pay(desk, body, "payment-0002")).json()
    assert ahead["receipt_number"] == "R2026-000002"
    world.clock.set(datetime(2027, 1, 2, 3, tzinfo=UTC))
    desk = await world.signed_in_again(desk)
    assert (await pay(desk, body, "payment-0003")).json()["receipt_number"] == "R2027-000001"


async def test_every_look_at_a_person_is_told_to_them(world: World) -> None:
    resident, body = await unpaid(world)
    desk = await world.staff("desk")
    number = resident.me["resident_number"]
    found = await desk.get(f"/v1/desk/residents?resident_number={number.lower()}")
    assert (found["display_name"], found["subscription"]["status"]) == ("花子", "incomplete")
    await pay(desk, body)
    looks = (await resident.get("/v1/me/lookups"))["items"]
    assert sorted(look["purpose"] for look in looks) == ["counter", "payment"]
    nobody = await desk.client.get("/v1/desk/residents?resident_number=T7K-3M9Q-4RX")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "no_resident")
