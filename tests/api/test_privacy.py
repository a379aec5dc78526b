"""What an operator learns of a rider is gone the next day, and nothing leads to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import Phone, Reader, World, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]


def leaves(told: Any) -> Iterator[str]:
    """Every single value that was told."""
    if isinstance(told, dict):
        for value in told.values():
            yield from leaves(value)
    elif isinstance(told, list):
        for value in told:
            yield from leaves(value)
    else:
        yield str(told)


async def a_day(world: World, bus: Reader, taxi: Reader, phone: Phone) -> set[str]:
    """Everything that operators are told of one rider in a day, by answers and by lists."""
    told: list[Any] = []
    told.append(await bus.tap("tap_on", "bus", phone.code()))
    told.append(await bus.tap("tap_off", "bus", phone.code()))
    held = await taxi.hold(phone)
    told.append(held)
    for step, facts in (("start", {}), ("end", {}), ("capture", {"amount": yen(900)})):
        told.append(await taxi.step(held["authorization_id"], step, **facts))
    for answer in told:
        path = f"/v1/authorizations/{answer['authorization_id']}"
        reader = taxi if answer["mode"] == "taxi" else bus
        told.append((await reader.client.get(path)).json()) if "result" in answer else None
    return set(leaves(told))


async def test_nothing_that_operators_are_told_says_that_it_is_the_same_rider(
    world: World,
) -> None:
    first, second = await world.resident(), await world.resident()
    bus, taxi = await world.reader("mori-bus"), await world.reader("mori-taxi")
    yesterday = await a_day(world, bus, taxi, await world.phone(first))
    world.clock.advance(timedelta(days=1))
    today = await a_day(world, bus, taxi, await world.phone(first))
    somebody_else = await a_day(world, bus, taxi, await world.phone(second))
    assert today & yesterday - somebody_else == set()


async def test_what_operators_are_told_holds_no_identifier_of_ours(world: World) -> None:
    resident = await world.resident()
    bus, taxi = await world.reader("mori-bus"), await world.reader("mori-taxi")
    told = await a_day(world, bus, taxi, await world.phone(resident))
    rows = [
        *await world.rows("SELECT * FROM resident"),
        *await world.rows("SELECT account_id, pass_id, subscription_id FROM pass_certificate"),
        *await world.rows("SELECT subscription_id FROM subscription"),
    ]
    ours = {
        str(row[name])
        for row in rows
        for name in ("account_id", "pass_id", "subscription_id", "resident_number", "display_name")
        if name in row
    }
    assert ours
    assert told & ours == set()


async def test_the_counter_sees_no_ride_and_a_key_no_person(world: World) -> None:
    resident = await world.resident()
    phone, bus = await world.phone(resident), await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    desk = await world.staff("desk")
    number = resident.me["resident_number"]
    found = await desk.get(f"/v1/desk/residents?resident_number={number}")
    assert {"rides", "email", "account_id"} & set(found) == set()
    for path in ("/v1/me/rides", f"/v1/desk/residents?resident_number={number}"):
        assert (await bus.client.get(path)).status_code == 403


async def test_pages_of_rides_follow_each_other_without_gap_or_overlap(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.rides.queries.PAGE", 3)
    made = []
    for number in range(8):
        bus = await world.reader("mori-bus")
        if number % 2:  # some rides begin at the same instant
            world.clock.advance(timedelta(seconds=1))
        made.append(
            (await bus.tap("tap_on", "bus", (await world.rider()).code()))["authorization_id"]
        )
    listed: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {} if cursor is None else {"cursor": cursor}
        page = (await bus.client.get("/v1/authorizations", params=query)).json()
        listed += [ride["authorization_id"] for ride in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert sorted(listed) == sorted(made)
