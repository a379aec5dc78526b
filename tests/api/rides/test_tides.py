"""An operator's rides in TIDES' words, read by TIDES' own schema."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.rides.closing import close_overdue
from api.rides.tides import COLUMNS, DOES_NOT_OCCUR, FARE_ACTIONS, ON_A_TRANSFER
from fares.rides import Action
from fares.taps import TapAction
from tests.support.tides.schema import FIELDS, read_fare_transactions
from tests.support.world import PLAN, Phone, Reader, World, add_bus_feed, yen

pytestmark = [pytest.mark.anyio]

DAY = "2026-04-08"
PAGE = Path(__file__).parents[3] / "docs" / "tides.md"


async def rider(world: World) -> Phone:
    changes = {"plan_id": "group", "transfer_minutes": 30, "companions": 2}
    await world.publish(PLAN | changes)
    return await world.phone(await world.resident("group"))


async def rows_of(reader: Reader, day: str = DAY) -> list[dict[str, str]]:
    answer = await reader.client.get(f"/v1/authorizations/tides.csv?service_date={day}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert day in answer.headers["content-disposition"]
    return read_fare_transactions(answer.content)


def told(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(row["fare_action"], row["amount"]) for row in rows]


def test_everything_we_do_and_everything_tides_knows_has_its_place() -> None:
    known = set(FIELDS["fare_action"]["constraints"]["enum"])
    assert set(FARE_ACTIONS) == set(Action) | set(TapAction)
    assert set(FARE_ACTIONS.values()) | set(ON_A_TRANSFER.values()) == known - set(DOES_NOT_OCCUR)
    assert tuple(FIELDS) == COLUMNS


def test_the_page_says_what_the_program_does() -> None:
    page = PAGE.read_text("utf-8")
    for ours, theirs in FARE_ACTIONS.items():
        assert f"| `{ours}` | {theirs} |" in page
    for theirs, why in DOES_NOT_OCCUR.items():
        assert f"| {theirs} | {why} |" in page


@pytest.mark.database
async def test_a_journey_by_bus_and_train_with_a_friend(world: World) -> None:
    await add_bus_feed(world)
    phone = await rider(world)
    bus, rail = await world.reader("mori-bus"), await world.reader("mori-rail")
    await bus.tap("tap_on", "bus", phone.code(), stop_id="station", trip_id="t1", companions=1)
    world.clock.advance(timedelta(minutes=12))
    await bus.tap("tap_off", "bus", phone.code(), stop_id="school")
    world.clock.advance(timedelta(minutes=5))
    await rail.tap("gate_in", "rail", phone.code(), companions=1)
    world.clock.advance(timedelta(minutes=9))
    await rail.tap("gate_out", "rail", phone.code())

    on, off = await rows_of(bus)
    assert told([on, off]) == [("Enter", "0"), ("Exit", "420")]
    assert (on["event_timestamp"], off["event_timestamp"]) == (
        "2026-04-08T03:00:00Z",
        "2026-04-08T03:12:00Z",
    )
    assert (on["stop_id"], on["trip_id_scheduled"], off["stop_id"]) == ("station", "t1", "school")
    assert (on["num_riders"], on["currency_type"], on["device_id"]) == ("2", "JPY", str(bus.key_id))
    assert told(await rows_of(rail)) == [("Transfer entrance", "0"), ("Transfer exit", "600")]
    assert await rows_of(bus, "2026-04-07") == []


@pytest.mark.database
async def test_nothing_tells_one_rider_from_another(world: World) -> None:
    phone = await rider(world)
    bus = await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    await bus.tap("tap_off", "bus", phone.code())
    (secret,) = await world.rows(
        'SELECT account_id, subscription_id, journey_id, pass_id FROM "authorization"'
    )
    for row in await rows_of(bus):
        assert (row["token_id"], row["rider_category"], row["balance"]) == ("", "", "")
        values = " ".join(row.values())
        assert not [value for value in secret.values() if str(value) in values.split()]


@pytest.mark.database
async def test_amounts_sum_to_what_was_captured_whatever_was_put_right(world: World) -> None:
    phone = await rider(world)
    bus, taxi = await world.reader("mori-bus"), await world.reader("mori-taxi")

    async def ride(**facts: Any) -> str:
        world.clock.advance(timedelta(minutes=4))
        on = await bus.tap("tap_on", "bus", phone.code(), **facts)
        return str(on["authorization_id"])

    await ride()
    await bus.tap("tap_off", "bus", phone.code())
    await bus.step(await ride(companions=2), "adjust", note="alone", companions=0)
    taken_back = await ride()
    await bus.tap("tap_off", "bus", phone.code())
    await bus.step(taken_back, "void")
    await bus.step(await ride(), "void")
    await ride()
    held = await taxi.hold(phone)
    await taxi.ride(held["authorization_id"], 1400)
    await taxi.step(held["authorization_id"], "adjust", note="toll", amount=yen(1250))
    world.clock.advance(timedelta(minutes=1))
    gone = await taxi.hold(await world.phone_of(phone))
    await taxi.step(gone["authorization_id"], "cancel", by="rider")
    world.clock.advance(timedelta(minutes=1))
    await taxi.hold(await world.phone_of(phone))
    world.clock.advance(timedelta(hours=5))
    await close_overdue(world.database, world.clock)

    assert told(await rows_of(bus)) == [
        ("Enter", "0"),
        ("Exit", "210"),
        ("Transfer entrance", "0"),
        ("Other", "210"),
        ("Adjust", "0"),
        ("Transfer entrance", "0"),
        ("Transfer exit", "210"),
        ("Void", "-210"),
        ("Transfer entrance", "0"),
        ("Void", "0"),
        ("Transfer entrance", "0"),
        ("Other", "210"),
    ]
    assert told(await rows_of(taxi)) == [
        ("Other", "0"),
        ("Enter", "0"),
        ("Exit", "0"),
        ("Other", "1400"),
        ("Adjust", "-150"),
        ("Other", "0"),
        ("Void", "0"),
        ("Other", "0"),
        ("Void", "0"),
    ]
    sums = await world.rows(
        'SELECT operator_id, sum(captured_minor) AS captured FROM "authorization" GROUP BY 1'
    )
    for row in sums:
        reader = bus if row["operator_id"] == "mori-bus" else taxi
        exported = sum(Decimal(event["amount"]) for event in await rows_of(reader))
        assert exported == row["captured"]


@pytest.mark.database
async def test_an_operators_staff_reads_its_own_rides_and_a_resident_none(world: World) -> None:
    phone = await rider(world)
    bus = await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    path = "/v1/authorizations/tides.csv"
    staff, rival = (
        await world.staff("operator", "mori-bus"),
        await world.staff("operator", "mori-rail"),
    )
    assert len((await staff.client.get(path)).text.splitlines()) == 2
    assert len((await rival.client.get(path)).text.splitlines()) == 1
    assert (await phone.owner.client.get(path)).status_code == 403
    assert (await world.browser().client.get(path)).status_code == 401
