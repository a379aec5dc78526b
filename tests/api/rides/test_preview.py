"""Am I covered? What the reader would say, asked before the journey; nothing is left behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.world import PLAN, Browser, World, add_bus_feed, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]

TABLES = ("authorization", "authorization_claim", "pass_use", "usage", "refusal")


async def covered(resident: Browser, mode: str, **question: Any) -> dict[str, Any]:
    """The answers by operator."""
    asked = urlencode({"mode": mode, **question})
    answer = await resident.get(f"/v1/me/covered?{asked}")
    return {item["operator_id"]: item for item in answer["items"]}


async def counts(world: World) -> list[int]:
    return [(await world.rows(f'SELECT count(*) AS n FROM "{table}"'))[0]["n"] for table in TABLES]


async def test_it_says_what_the_reader_then_says(world: World) -> None:
    await add_bus_feed(world)
    resident, bus = await world.resident(), await world.reader("mori-bus")
    phone = await world.phone(resident)
    for stop_id in ("station", "shrine", "nowhere"):
        before = await counts(world)
        asked = (await covered(resident, "bus", stop_id=stop_id))["mori-bus"]
        assert await counts(world) == before
        said = await bus.tap("tap_on", "bus", phone.code(), stop_id=stop_id)
        assert [asked[f] for f in ("result", "reason", "rule")] == [
            said[f] for f in ("result", "reason", "rule")
        ]
        assert (asked["result"] == "granted") is (stop_id == "station")
        world.clock.advance(timedelta(minutes=5))


async def test_it_says_who_pays_what(world: World) -> None:
    resident = await world.resident()
    bus = (await covered(resident, "bus", area_number=0))["mori-bus"]
    assert (bus["price"], bus["plan_pays"], bus["rider_pays"]) == (yen(210), yen(210), yen(0))
    taxi = (await covered(resident, "taxi", area_number=0, amount_minor=2600))["mori-taxi"]
    assert (taxi["result"], taxi["plan_pays"], taxi["rider_pays"]) == (
        "granted",
        yen(2000),
        yen(600),
    )
    assert (await covered(resident, "taxi", area_number=0))["mori-taxi"]["result"] == "refused"


async def test_what_is_used_up_is_not_covered_any_more(world: World) -> None:
    once = {
        "allowance_id": "rides",
        "modes": ["bus"],
        "unit": "rides",
        "limit": 1,
        "period": "day",
    }
    await world.publish(PLAN | {"plan_id": "once", "allowances": [once], "ride_caps": []})
    resident, bus = await world.resident("once"), await world.reader("mori-bus")
    phone = await world.phone(resident)
    assert (await covered(resident, "bus"))["mori-bus"]["result"] == "granted"
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    assert (await covered(resident, "bus"))["mori-bus"]["reason"] == "allowance_used_up"
    tomorrow = (world.clock.now() + timedelta(days=1)).isoformat()
    assert (await covered(resident, "bus", at=tomorrow))["mori-bus"]["result"] == "granted"


async def test_a_day_that_is_not_paid_for_is_not_covered(world: World) -> None:
    resident = await world.resident()
    late = (world.clock.now() + timedelta(days=34)).isoformat()
    assert (await covered(resident, "bus", at=late))["mori-bus"]["result"] == "refused"


async def test_without_a_subscription_or_payment_the_reason_is_told(world: World) -> None:
    nobody = await world.resident(plan=None)
    waiting = await world.resident(pay=False)
    assert (await covered(nobody, "bus"))["mori-bus"]["reason"] == "subscription_inactive"
    assert (await covered(waiting, "bus"))["mori-bus"]["reason"] == "waiting_for_payment"


async def test_every_operator_of_the_mode_answers_or_the_named_one(world: World) -> None:
    resident = await world.resident()
    assert set(await covered(resident, "rail")) == {"mori-rail"}
    assert await covered(resident, "rail", operator_id="mori-bus") == {}
    rideshare = (await covered(resident, "rideshare", area_number=0, amount_minor=900))["mori-taxi"]
    assert rideshare["reason"] == "mode_not_covered"


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
async def test_the_past_and_the_far_future_have_no_answer(world: World, at: str) -> None:
    resident = await world.resident()
    problem = await resident.get(f"/v1/me/covered?mode=bus&at={at}", status=400)
    assert problem["code"] == "bad_time"
