"""One key, one ride: whoever tries again, however often and however late, gets the first answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.world import World, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]

KEY = "tap-00000001"


async def rides(world: World) -> int:
    (row,) = await world.rows('SELECT count(*) AS n FROM "authorization"')
    return int(row["n"])


def tap_on(code: str, **facts: Any) -> dict[str, Any]:
    return {"action": "tap_on", "mode": "bus", "code": code, **facts}


async def test_fifty_requests_with_one_key_are_one_ride(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    body = tap_on(phone.code())
    answers = await asyncio.gather(*(bus.ask("/v1/authorizations", body, KEY) for _ in range(50)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert answers[0].json()["result"] == "granted"
    assert await rides(world) == 1


async def test_one_key_from_two_readers_of_an_operator_is_one_ride(world: World) -> None:
    """The reader opened at a door may be asked about through the back office: byte for byte."""
    phone = await world.rider()
    door, office = await world.reader("mori-bus"), await world.reader("mori-bus", "system")
    body = tap_on(phone.code())
    first = await door.ask("/v1/authorizations", body, KEY)
    again = await office.ask("/v1/authorizations", body, KEY)
    assert first.content == again.content
    assert await rides(world) == 1


@pytest.mark.parametrize("at_once", [True, False], ids=["at-once", "later"])
async def test_the_same_key_for_another_request_is_refused(world: World, at_once: bool) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    bodies = [tap_on(phone.code()), tap_on(phone.code())]
    if at_once:
        answers = await asyncio.gather(
            *(bus.ask("/v1/authorizations", body, KEY) for body in bodies)
        )
    else:
        answers = [await bus.ask("/v1/authorizations", body, KEY) for body in bodies]
    assert sorted(a.status_code for a in answers) == [200, 409]
    (refused,) = (a for a in answers if a.status_code == 409)
    assert refused.json()["code"] == "idempotency_key_reused"
    assert await rides(world) == 1


async def test_the_same_key_for_another_step_is_refused(world: World) -> None:
    taxi = await world.reader("mori-taxi")
    ride = (await taxi.hold(await world.rider()))["authorization_id"]
    assert (await taxi.ask(f"/v1/authorizations/{ride}/start", {}, KEY)).status_code == 200
    again = await taxi.ask(f"/v1/authorizations/{ride}/start", {}, KEY)
    assert again.json()["leg_state"] == "IN_USE"
    other = await taxi.ask(f"/v1/authorizations/{ride}/end", {}, KEY)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_two_operators_may_use_one_key(world: World) -> None:
    one, two = await world.rider(), await world.rider()
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    by_bus = await bus.tap("tap_on", "bus", one.code(), key=KEY)
    by_rail = await rail.tap("gate_in", "rail", two.code(), key=KEY)
    assert by_bus["result"] == by_rail["result"] == "granted"
    assert by_bus["authorization_id"] != by_rail["authorization_id"]


async def test_trying_again_after_the_code_has_aged_gives_the_first_answer(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    body = tap_on(phone.code())
    first = await bus.ask("/v1/authorizations", body, KEY)
    for wait in (timedelta(seconds=60), timedelta(hours=2), timedelta(days=89)):
        world.clock.advance(wait)
        again = await bus.ask("/v1/authorizations", body, KEY)
        assert again.json() == first.json()
    assert await rides(world) == 1


async def test_a_refusal_is_the_answer_for_good(world: World) -> None:
    """The plan may be paid in between: the tap that was refused stays refused."""
    resident = await world.resident()
    phone, bus = await world.phone(resident), await world.reader("mori-bus")
    body = tap_on(phone.code(at=world.clock.now() - timedelta(seconds=60)))
    first = await bus.ask("/v1/authorizations", body, KEY)
    assert first.json()["reason"] == "code_too_old"
    assert (await bus.ask("/v1/authorizations", body, KEY)).json() == first.json()
    assert (await world.rows("SELECT count(*) AS n FROM refusal"))[0]["n"] == 1


async def test_twenty_racers_for_an_allowance_of_two_are_two(world: World) -> None:
    resident = await world.resident()
    phone = await world.phone(resident)
    operators = [await world.taxi_operator(f"taxi-{n}") for n in range(20)]
    readers = [await world.reader(operator) for operator in operators]
    answers = await asyncio.gather(*(reader.hold(phone) for reader in readers))
    reasons = Counter(answer["reason"] for answer in answers)
    assert reasons == {None: 2, "allowance_used_up": 18}
    assert (await world.rows("SELECT used FROM usage")) == [{"used": 2}]
    left = (await resident.get("/v1/me/subscription"))["usage"]
    assert left[0]["used"] == 2


async def test_a_ride_resolves_once_however_many_try(world: World) -> None:
    taxi = await world.reader("mori-taxi")
    ride = (await taxi.hold(await world.rider()))["authorization_id"]
    await taxi.step(ride, "start")
    await taxi.step(ride, "end")
    answers = await asyncio.gather(
        *(taxi.step(ride, "capture", amount=yen(1000 + n)) for n in range(10)),
        *(taxi.step(ride, "cancel", by="driver") for _ in range(5)),
    )
    assert Counter(a["reason"] for a in answers) == {None: 1, "wrong_state": 14}


async def test_an_answer_names_its_key_in_no_way(world: World) -> None:
    bus = await world.reader("mori-bus")
    key = uuid4().hex
    answer = await bus.ask("/v1/authorizations", tap_on("TK1:X"), key)
    assert key not in answer.text
