"""An IC card: bound at the desk, known by reference alone, read online and by list."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from api.passes import base64url
from api.passes.jobs import rebuild_card_list
from api.passes.keys import trusted_keys
from api.services import Services
from fares.passes import Medium, verify_code
from fares.passes.cards import CardList, card_reference, read_card_list
from fares.passes.status import read_status_list
from tests.support.offline_reader import OfflineReader, register
from tests.support.world import Browser, Reader, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

IDM = bytes.fromhex("0114c30a2b0f9d71")


async def bind(world: World, resident: Browser, number: bytes = IDM, status: int = 200) -> Any:
    """The desk's page keys what its card reader typed, and sends that."""
    desk = await world.staff("desk")
    reference = await reference_of(desk, "/v1/desk/card-key", number)
    body = {"resident_number": resident.me["resident_number"], "card_reference": reference}
    return await desk.post("/v1/desk/cards", body, status=status)


async def reference_of(who: Browser | Reader, path: str, number: bytes = IDM) -> str:
    answer = await who.client.get(path)
    key = base64url.decode(answer.json()["card_key"])
    return base64url.encode(card_reference(key, number))


async def tap(reader: Reader, sequence: int, number: bytes = IDM, **facts: Any) -> dict[str, Any]:
    reference = await reference_of(reader, "/v1/operators/current/card-key", number)
    body = {"action": "tap_on", "mode": "bus", "card_reference": reference, "sequence": sequence}
    answer = await reader.ask("/v1/authorizations", body | facts, facts.pop("key", None))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def card_list(world: World, reader: Reader) -> CardList:
    answer = await reader.client.get("/v1/operators/current/card-list")
    assert answer.headers["content-type"] == "application/vnd.teiki.card-list+cbor"
    async with world.database.session() as session:
        return read_card_list(answer.content, await trusted_keys(session))


async def code_for(world: World, reader: Reader, number: bytes = IDM) -> str | None:
    """What a reader without network finds in its list for a card."""
    reference = await reference_of(reader, "/v1/operators/current/card-key", number)
    return (await card_list(world, reader)).find_code(base64url.decode(reference))


async def test_a_bound_card_rides_and_the_reader_counts(world: World) -> None:
    resident = await world.resident()
    await bind(world, resident)
    bus = await world.reader("mori-bus")
    first = await tap(bus, 1)
    assert (first["result"], first["rider_category"]) == ("granted", "adult")
    assert (await tap(bus, 1))["reason"] == "code_already_used"
    assert (await tap(bus, 2))["reason"] == "pass_back"
    world.clock.advance(timedelta(minutes=4))
    assert (await tap(bus, 3))["result"] == "granted"
    assert (await tap(bus, 4, number=b"another!"))["reason"] == "card_unknown"
    (ride, *_) = (await resident.get("/v1/me/rides"))["items"]
    assert ride["mode"] == "bus"
    looks = (await resident.get("/v1/me/lookups"))["items"]
    assert "card" in {look["purpose"] for look in looks}


async def test_neither_number_nor_reference_is_kept_anywhere(world: World) -> None:
    await bind(world, await world.resident())
    bus = await world.reader("mori-bus")
    await tap(bus, 1)
    await card_list(world, bus)
    reference = base64url.decode(await reference_of(bus, "/v1/operators/current/card-key"))
    tables = await world.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    kept = ""
    for table in tables:
        rows = await world.rows(f'SELECT to_json(t)::text AS row FROM "{table["table_name"]}" t')
        kept += "".join(row["row"] for row in rows)
    assert "0114c30a2b0f9d71" not in kept
    assert reference.hex() not in kept
    assert base64url.encode(reference) not in kept


async def test_a_card_is_one_persons_and_a_person_has_one(world: World) -> None:
    first, second = await world.resident(), await world.resident()
    bound = await bind(world, first)
    assert await bind(world, first) == bound  # again: no change
    assert (await bind(world, second, status=409))["code"] == "card_taken"
    await bind(world, first, b"new card")
    bus = await world.reader("mori-bus")
    assert (await tap(bus, 1))["reason"] == "card_unknown"
    await bind(world, second)  # it is free now
    assert (await tap(bus, 2))["result"] == "granted"
    assert (await tap(bus, 3, b"new card"))["result"] == "granted"


async def test_two_counters_that_bind_one_card_at_once_bind_it_once(world: World) -> None:
    residents = [await world.resident() for _ in range(2)]
    desks = [await world.staff("desk") for _ in residents]
    reference = await reference_of(desks[0], "/v1/desk/card-key")
    for desk in desks:
        await desk.get("/v1/plans")
    answers = await asyncio.gather(
        *(
            desk.send(
                "POST",
                "/v1/desk/cards",
                {"resident_number": each.me["resident_number"], "card_reference": reference},
            )
            for desk, each in zip(desks, residents, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sequence": None}, "sequence_missing"),
        ({"code": "TK1:AB"}, "code_or_card"),
        ({"card_reference": None}, "code_or_card"),
        ({"card_reference": "0114c30a2b0f9d71"}, "bad_request"),
    ],
)
async def test_a_tap_is_by_one_of_the_two_and_counted(
    world: World, changes: dict[str, Any], problem: str
) -> None:
    bus = await world.reader("mori-bus")
    reference = await reference_of(bus, "/v1/operators/current/card-key")
    body = {"action": "tap_on", "mode": "bus", "card_reference": reference, "sequence": 1}
    answer = await bus.ask("/v1/authorizations", body | changes)
    assert (answer.status_code, answer.json()["code"]) == (400, problem)


async def test_the_list_has_a_pass_of_the_day_for_who_may_ride(world: World) -> None:
    riding, unpaid = await world.resident(), await world.resident(pay=False)
    await bind(world, riding)
    await bind(world, unpaid, b"unpaid")
    bus = await world.reader("mori-bus")
    assert await code_for(world, bus, b"unpaid") is None
    code = await code_for(world, bus)
    assert code is not None
    async with world.database.session() as session:
        keys = await trusted_keys(session)
    shown = verify_code(code, keys, world.clock.now(), of_card=True)
    claims = shown.claims  # type: ignore[union-attr]  # it is genuine
    assert (claims.medium, claims.offline_caps, claims.rider_category) == (Medium.CARD, (4, 0), 0)
    assert claims.valid_until_at.isoformat() == "2026-04-08T19:00:00+00:00"  # the day's end
    # Printed by somebody who has the list, it is no pass.
    refused = verify_code(code, keys, world.clock.now())
    assert refused.reason == "malformed_code"  # type: ignore[union-attr]
    online = await bus.tap("tap_on", "bus", code, sequence=1)
    assert online["reason"] == "malformed_code"


async def test_lists_cannot_be_joined_and_are_fetched_only_when_new(world: World) -> None:
    await bind(world, await world.resident())
    bus = await world.reader("mori-bus")
    answer = await bus.client.get("/v1/operators/current/card-list")
    first = await card_list(world, bus)
    same = await bus.client.get(
        "/v1/operators/current/card-list", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (same.status_code, same.content) == (304, b"")
    await rebuild_card_list(Services(world.settings, world.clock, world.database))
    second = await card_list(world, bus)
    assert second.number == first.number + 1
    assert not first.passes.keys() & second.passes.keys()
    assert [*first.passes.values()] == [*second.passes.values()]  # the pass of the day stays
    world.clock.advance(timedelta(days=1))
    third = await card_list(world, bus)
    assert not {*third.passes.values()} & {*second.passes.values()}


@pytest.mark.parametrize("how", ["lost", "replaced", "canceled"])
async def test_a_stopped_card_leaves_the_list_and_its_pass_is_stopped(
    world: World, how: str
) -> None:
    resident = await world.resident()
    await bind(world, resident)
    bus: OfflineReader = await register(world)
    code = await code_for(world, bus.online)
    assert code is not None
    before = world.clock.now()
    world.clock.advance(timedelta(minutes=11))
    if how == "lost":
        desk = await world.staff("desk")
        body = {"resident_number": resident.me["resident_number"]}
        loss = await desk.post("/v1/desk/residents/lost-card", body, status=200)
        assert loss["ended_cards"] == 1
    elif how == "replaced":
        await bind(world, resident, b"new card")
    else:
        await world.change("UPDATE subscription SET status = 'canceled'")
    assert await code_for(world, bus.online) is None
    if how != "canceled":
        async with world.database.session() as session:
            keys = await trusted_keys(session)
        status = read_status_list((await bus.online.client.get("/v1/passes/status")).content, keys)
        claims = verify_code(code, keys, world.clock.now(), of_card=True).claims  # type: ignore[union-attr]
        assert status.is_revoked(claims.pass_id)
        # A reader that could not know is paid, by the scheme.
        record = bus.record(code, list_issued_at=before)
        assert await bus.outcomes(record) == ["scheme_risk: revoked"]


async def test_readers_without_network_are_paid_for_cards_up_to_their_cap(world: World) -> None:
    await bind(world, await world.resident())
    bus = await register(world)
    code = await code_for(world, bus.online)
    assert code is not None
    found = []
    for _ in range(5):
        world.clock.advance(timedelta(minutes=5))
        found += await bus.outcomes(bus.record(code))
    assert found == ["plan: plan:mode:bus"] * 4 + ["operator: over_offline_cap"]


async def test_a_card_that_was_granted_too_late_is_one_ride(world: World) -> None:
    await bind(world, await world.resident())
    bus = await register(world)
    code = await code_for(world, bus.online)
    assert code is not None
    reference = await reference_of(bus.online, "/v1/operators/current/card-key")
    body = {"action": "tap_on", "mode": "bus", "card_reference": reference, "sequence": 1}
    granted = await bus.online.ask("/v1/authorizations", body, "tap-00000001")
    assert granted.json()["result"] == "granted"
    record = bus.record(code, online_key="tap-00000001")
    assert await bus.outcomes(record) == ["plan: merged"]
    assert len(await world.rows('SELECT 1 FROM "authorization"')) == 1
    # Somebody else's ride cannot be joined by naming its key.
    other = await world.rider()
    taken = bus.record(other.code(), online_key="tap-00000001")
    assert await bus.outcomes(taken) == ["plan: plan:mode:bus"]


async def test_a_ride_that_was_lost_with_its_server_comes_back_under_its_id(world: World) -> None:
    await bind(world, await world.resident())
    bus = await register(world)
    code = await code_for(world, bus.online)
    assert code is not None
    reference = await reference_of(bus.online, "/v1/operators/current/card-key")
    body = {"action": "tap_on", "mode": "bus", "card_reference": reference, "sequence": 1}
    granted = await bus.online.ask("/v1/authorizations", body, "tap-00000001")
    record = bus.record(code, online_key="tap-00000001", why="online")
    # What a backup from before the ride does not have.
    for table in ('"authorization"', "authorization_claim", "sequence_use", "usage"):
        await world.change(f"DELETE FROM {table}")
    assert await bus.outcomes(record) == ["plan: plan:mode:bus"]
    (ride,) = await world.rows('SELECT CAST(authorization_id AS text) AS id FROM "authorization"')
    assert ride["id"] == granted.json()["authorization_id"]
