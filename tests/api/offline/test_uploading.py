"""Readers come back into the network and upload: each record once, whatever the order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fares.modes import Mode
from fares.offline.record import SignedRecord
from fares.taps import TapAction
from tests.support.offline_reader import OfflineReader, register, told
from tests.support.world import Phone, World, add_bus_feed

pytestmark = [pytest.mark.anyio, pytest.mark.database]
PAID = "plan: plan:mode:bus"
RIDES = 'SELECT * FROM "authorization" ORDER BY granted_at'


async def test_a_ride_without_network_becomes_a_ride_like_any_other(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code(), stop_id="1204", route_id="r1")
    shown_at = world.clock.now()
    world.clock.advance(timedelta(hours=5))
    (item,) = (await bus.upload(record))["items"]
    assert (item["result"], item["reason"]) == ("accepted", None)
    assert told(item["outcome"]) == PAID
    assert item["outcome"]["amount"] == {"amount_minor": 210, "currency": "JPY"}

    (ride,) = await world.rows(RIDES)
    assert (ride["status"], ride["leg_state"]) == ("captured", "ENDED")
    assert ride["boarded_at"] == ride["granted_at"] == shown_at
    assert (ride["plan_pays_minor"], ride["rider_pays_minor"]) == (210, 0)
    (mine,) = (await phone.owner.get("/v1/me/rides"))["items"]
    assert (mine["operator_id"], mine["status"]) == ("mori-bus", "captured")
    (own,) = (await bus.online.client.get("/v1/authorizations")).json()["items"]
    assert own["authorization_id"] == mine["authorization_id"]


async def ride_about(
    world: World, phone: Phone, *readers: OfflineReader, times: int = 2
) -> list[tuple[OfflineReader, SignedRecord]]:
    """Rides at each reader in turn, ten minutes apart."""
    made = []
    for _ in range(times):
        for reader in readers:
            made.append((reader, reader.record(phone.code())))
            world.clock.advance(timedelta(minutes=10))
    return made


async def test_the_order_and_number_of_uploads_make_no_difference(world: World) -> None:
    phone = await world.rider()
    first, second = await register(world), await register(world)
    made = await ride_about(world, phone, first, second, times=3)
    for reader, record in reversed(made):
        (item,) = (await reader.upload(record))["items"]
        assert (item["result"], told(item["outcome"])) == ("accepted", PAID)
    rides = await world.rows(RIDES)
    entries = await world.rows("SELECT * FROM offline_outcome")
    for reader in (first, second, first):
        answer = await reader.upload()
        assert {item["result"] for item in answer["items"]} == {"duplicate"}
        assert {told(item["outcome"]) for item in answer["items"]} == {PAID}
    assert await world.rows(RIDES) == rides
    assert await world.rows("SELECT * FROM offline_outcome") == entries
    assert len(rides) == len(entries) == 6


async def test_half_a_batch_is_sent_again_with_the_rest(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    records = [record for _, record in await ride_about(world, phone, bus, times=4)]
    await bus.upload(*records[:2])
    answer = await bus.upload(*records, records[3])
    assert [item["result"] for item in answer["items"]] == [
        "duplicate",
        "duplicate",
        "accepted",
        "accepted",
        "duplicate",
    ]
    assert [item["sequence"] for item in answer["items"]] == [1, 2, 3, 4, 4]
    assert len({item["record_id"] for item in answer["items"]}) == 4
    assert len(await world.rows(RIDES)) == 4


async def test_missing_numbers_are_told(world: World) -> None:
    phone = await world.rider()
    bus, other = await register(world), await register(world)
    made = [record for _, record in await ride_about(world, phone, bus, times=1)]
    bus.sequence = 5
    made += [record for _, record in await ride_about(world, phone, bus, times=1)]
    bus.sequence = 7
    made += [record for _, record in await ride_about(world, phone, bus, times=1)]
    answer = await bus.upload(*made, other.record(phone.code()))
    by_reader = {each["validator_id"]: each for each in answer["validators"]}
    assert by_reader[str(bus.validator_id)]["last_sequence"] == 8
    assert by_reader[str(bus.validator_id)]["missing_sequences"] == [
        {"from_sequence": 2, "to_sequence": 5},
        {"from_sequence": 7, "to_sequence": 7},
    ]
    assert by_reader[str(other.validator_id)]["missing_sequences"] == []
    bus.sequence = 1
    late = [bus.record(phone.code()) for _ in range(4)]
    (left,) = (await bus.upload(*late))["validators"]
    assert left["missing_sequences"] == [{"from_sequence": 7, "to_sequence": 7}]


async def test_an_answer_that_came_late_is_the_same_ride(world: World) -> None:
    """The server had said yes, but the reader had already opened on its own."""
    phone = await world.rider()
    bus = await register(world)
    code, key = phone.code(), "0f8fad5b-d9cb-469f-a165-70867728950e"
    granted = await bus.online.tap("tap_on", "bus", code, key=key)
    assert granted["result"] == "granted"
    record = bus.record(code, online_key=key)
    world.clock.advance(timedelta(hours=1))
    (item,) = (await bus.upload(record))["items"]
    assert told(item["outcome"]) == "plan: merged"
    (ride,) = await world.rows(RIDES)
    (row,) = await world.rows("SELECT authorization_id, merged FROM offline_record")
    assert row == {"authorization_id": ride["authorization_id"], "merged": True}
    assert str(ride["authorization_id"]) == granted["authorization_id"]


async def test_a_question_that_comes_after_the_record_makes_no_second_ride(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    code, key = phone.code(), "0f8fad5b-d9cb-469f-a165-70867728950f"
    record = bus.record(code, online_key=key)
    assert await bus.outcomes(record) == [PAID]
    answer = await bus.online.tap("tap_on", "bus", code, key=key)
    assert (answer["result"], answer["reason"]) == ("refused", "code_already_used")
    assert len(await world.rows(RIDES)) == 1
    assert await bus.outcomes(record) == [PAID]


async def test_another_readers_key_is_not_the_same_ride(world: World) -> None:
    phone = await world.rider()
    bus, other = await register(world), await register(world)
    code, key = phone.code(), "0f8fad5b-d9cb-469f-a165-708677289510"
    await bus.online.tap("tap_on", "bus", code, key=key)
    world.clock.advance(timedelta(seconds=20))
    assert await other.outcomes(other.record(code, online_key=key)) == [
        "operator: duplicate:online"
    ]
    assert len(await world.rows(RIDES)) == 1


async def test_a_way_out_says_where_a_ride_ended(world: World) -> None:
    await add_bus_feed(world)
    phone = await world.rider()
    bus = await register(world)
    boarded = bus.record(phone.code(), stop_id="station")
    world.clock.advance(timedelta(minutes=12))
    left = bus.record(
        phone.code(), action=TapAction.TAP_OFF, why="leaving", stop_id="school", online_key=None
    )
    assert await bus.outcomes(left, boarded) == ["nobody: leaving", PAID]
    (ride,) = await world.rows(RIDES)
    assert (ride["boarding_stop_id"], ride["alighting_stop_id"]) == ("station", "school")
    assert ride["alighted_at"] - ride["boarded_at"] == timedelta(minutes=12)


async def test_a_way_out_without_network_closes_a_ride_granted_online(world: World) -> None:
    phone = await world.rider()
    rail = await register(world, "mori-rail")
    await rail.online.tap("gate_in", "rail", phone.code(), stop_id="north")
    world.clock.advance(timedelta(minutes=20))
    way_out = rail.record(
        phone.code(), action=TapAction.GATE_OUT, mode=Mode.RAIL, why="leaving", stop_id="south"
    )
    left_at = world.clock.now()
    world.clock.advance(timedelta(hours=30))
    assert await rail.outcomes(way_out) == ["nobody: leaving"]
    (ride,) = await world.rows(RIDES)
    assert (ride["status"], ride["alighting_stop_id"]) == ("captured", "south")
    assert ride["alighted_at"] == left_at


async def test_at_most_500_at_a_time(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code())
    assert (await bus.send([record] * 501)).status_code == 400
    assert (await bus.send([])).status_code == 400
    answer = await bus.upload(*[record] * 500)
    results = [item["result"] for item in answer["items"]]
    assert results == ["accepted"] + ["duplicate"] * 499


async def test_nothing_that_is_answered_names_the_rider(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    record = bus.record(phone.code())
    answers: list[Any] = [await bus.upload(record), await bus.upload(record)]
    answers.append((await bus.online.client.get("/v1/offline-records")).json())
    (known,) = await world.rows("SELECT account_id, pass_id, subscription_id FROM pass_certificate")
    for answer in answers:
        assert str(known["account_id"]) not in str(answer)
        assert str(known["subscription_id"]) not in str(answer)
        assert known["pass_id"] not in leaves(answer)
        assert "TK1:" not in str(answer)


def leaves(document: Any) -> list[Any]:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        return [leaf for each in document for leaf in leaves(each)]
    return [document]


async def test_one_key_in_many_records_is_no_ride_twice_over(world: World) -> None:
    """A confused operator: the same question's key at every reader, with one code."""
    phone = await world.rider()
    readers = [await register(world) for _ in range(3)]
    code, key = phone.code(), "0f8fad5b-d9cb-469f-a165-708677289512"
    records = [reader.record(code, online_key=key) for reader in readers[:2]]
    world.clock.advance(timedelta(seconds=10))
    records.append(readers[2].record(code, online_key=key))
    await readers[2].online.tap("tap_on", "bus", code, key=key)
    found = [told(item["outcome"]) for item in (await readers[0].upload(*records))["items"]]
    by_validator = dict(zip([r.validator_id for r in readers], found, strict=True))
    assert by_validator[readers[2].validator_id] == "plan: merged"
    first, second = sorted(readers[:2], key=lambda reader: reader.validator_id)
    assert by_validator[first.validator_id] == PAID
    assert by_validator[second.validator_id] == "scheme_risk: duplicate:offline"
    assert len(await world.rows(RIDES)) == 3
