"""All that is held about somebody, taken away; and what is left of somebody who goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.residents.own_data import GOES, STAYS, tables_of_residents
from tests.support.bank_cards import open_bank_cards
from tests.support.world import Browser, World, yen

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def lived(world: World) -> Browser:
    """A resident who rode, was looked at and has a concession."""
    resident = await world.resident()
    await world.change("UPDATE resident SET email = 'hana@example.org'")
    phone = await world.phone(resident)
    bus, taxi = await world.reader("mori-bus"), await world.reader("mori-taxi")
    await bus.tap("tap_on", "bus", phone.code())
    held = await taxi.hold(phone)
    await taxi.ride(held["authorization_id"], 900)
    desk = await world.staff("desk")
    number = resident.me["resident_number"]
    await desk.get(f"/v1/desk/residents?resident_number={number}")
    proven = {"resident_number": number, "rider_category": "senior", "outcome": "eligible"}
    await desk.post("/v1/desk/attestations", proven)
    return resident


def test_it_is_settled_for_every_table_whether_it_goes() -> None:
    goes = {str(table.__tablename__) for table in GOES}
    assert goes | STAYS == {table.name for table in tables_of_residents()}
    assert goes & STAYS == set()


async def test_all_that_is_held_is_taken_away(world: World) -> None:
    resident, other = await lived(world), await world.resident()
    answer = await resident.client.get("/v1/me/data")
    assert answer.headers["content-disposition"] == 'attachment; filename="teiki.json"'
    tables = answer.json()["tables"]
    assert tables["resident"][0]["email"] == "hana@example.org"
    modes = {ride["mode"]: ride["captured_minor"] for ride in tables["authorization"]}
    assert modes == {"bus": None, "taxi": 900}
    assert [payment["amount_minor"] for payment in tables["payment"]] == [4900]
    assert tables["lookup"][0]["staff_role"] == "desk"
    assert tables["attestation"][0]["outcome"] == "eligible"
    assert set(tables) == {table.name for table in tables_of_residents()}
    assert other.me["resident_number"] not in answer.text
    assert "staff_id" not in answer.text


async def everything(world: World) -> str:
    """All rows of all tables, as one text."""
    rows: list[Any] = []
    for table in tables_of_residents():
        rows += await world.rows(f'SELECT * FROM "{table.name}"')
    return json.dumps(rows, default=str, ensure_ascii=False)


async def test_who_goes_is_forgotten_and_rides_no_more(world: World) -> None:
    resident = await lived(world)
    phone = await world.phone(resident)
    number = resident.me["resident_number"]
    answer = await resident.send("DELETE", "/v1/me")
    assert answer.status_code == 204
    assert await resident.get("/v1/me", 401)
    left = await everything(world)
    for known in ("花子", "hana@example.org", number, "senior"):
        assert known not in left
    # The books stay: what was paid, and what the operators are owed.
    paid = await world.rows("SELECT amount_minor FROM payment")
    assert [row["amount_minor"] for row in paid] == [4900]
    assert len(await world.rows('SELECT 1 FROM "authorization"')) == 2
    refused = await (await world.reader("mori-rail")).tap("gate_in", "rail", phone.code())
    assert (refused["result"], refused["reason"]) == ("refused", "pass_revoked")
    desk = await world.staff("desk")
    assert await desk.get(f"/v1/desk/residents?resident_number={number}", 404)


async def test_a_taxi_under_way_is_still_paid(world: World) -> None:
    resident = await world.resident()
    phone, taxi = await world.phone(resident), await world.reader("mori-taxi")
    held = await taxi.hold(phone)
    await taxi.step(held["authorization_id"], "start")
    assert (await resident.send("DELETE", "/v1/me")).status_code == 204
    await taxi.step(held["authorization_id"], "end")
    captured = await taxi.step(held["authorization_id"], "capture", amount=yen(900))
    assert captured["status"] == "captured"


async def test_a_bank_card_is_told_first(database_url: str, tmp_path: Any) -> None:
    async with open_bank_cards(database_url, tmp_path) as cards:
        resident = await cards.rider("fair")
        cards.fake.out_of_order = True
        answer = await resident.send("DELETE", "/v1/me")
        assert answer.status_code == 503
        assert (await cards.held(resident))["status"] == "active"  # nothing is half done
        cards.fake.out_of_order = False
        assert (await resident.send("DELETE", "/v1/me")).status_code == 204
        await cards.deliver()
        assert cards.at_stripe()["status"] == "canceled"
        assert await cards.payments() == [("paid", 4900), ("left", -4736)]
