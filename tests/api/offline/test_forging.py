"""Records that no reader signed, or that prove no ride: each is answered alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from api.operators.service import revoke_key
from fares.modes import Mode
from fares.offline.record import DOMAIN, SignedRecord, read_record, sign_record
from fares.passes import es256
from tests.support.offline_reader import OfflineReader, register, told, wire
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PAID = "plan: plan:mode:bus"


def high_s(record: SignedRecord) -> SignedRecord:
    s = ORDER - int.from_bytes(record.signature[32:])
    return SignedRecord(record.body, record.signature[:32] + s.to_bytes(32))


def changed(record: SignedRecord, reader: OfflineReader, **fields: Any) -> SignedRecord:
    """Another record, truly signed."""
    return sign_record(replace(read_record(record.body), **fields), reader.key)


async def test_a_forged_record_is_rejected_and_its_neighbours_are_not(world: World) -> None:
    phone = await world.rider()
    bus, rail = await register(world), await register(world, "mori-rail")
    keyless = OfflineReader(world, await world.reader("mori-bus"), "mori-bus", bus.key)
    good = bus.record(phone.code())
    body = read_record(good.body)
    thief = ec.generate_private_key(ec.SECP256R1())
    forged = {
        "by another key": (sign_record(replace(body, sequence=2), thief), "bad_record_signature"),
        "high s": (high_s(changed(good, bus, sequence=3)), "bad_record_signature"),
        "changed after signing": (
            SignedRecord(changed(good, bus, sequence=4).body, good.signature),
            "bad_record_signature",
        ),
        "signed as a code": (
            SignedRecord(good.body, es256.sign(bus.key, b"TK1-P" + good.body)),
            "bad_record_signature",
        ),
        "another operator's reader": (
            changed(good, rail, validator_id=rail.validator_id),
            "unknown_validator",
        ),
        "nobody's reader": (changed(good, bus, validator_id=UUID(int=7)), "unknown_validator"),
        "a reader without a key": (
            changed(good, bus, validator_id=keyless.validator_id),
            "no_validator_key",
        ),
        "not a record": (
            SignedRecord(b"\x80", es256.sign(bus.key, DOMAIN + b"\x80")),
            "malformed_record",
        ),
    }
    answer = await bus.upload(*(record for record, _ in forged.values()), good)
    *rejected, accepted = answer["items"]
    assert {name: item["reason"] for name, item in zip(forged, rejected, strict=True)} == {
        name: reason for name, (_, reason) in forged.items()
    }
    assert {item["result"] for item in rejected} == {"rejected"}
    assert {item["record_id"] for item in rejected} == {None}
    assert (accepted["result"], told(accepted["outcome"])) == ("accepted", PAID)
    assert len(await world.rows("SELECT * FROM offline_record")) == 1


async def test_what_is_no_base64url_is_answered_too(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    good = wire(bus.record(phone.code()))
    bad = [
        {**good, "record": good["record"] + "="},
        {**good, "record": "ä"},
        {**good, "signature": ""},
        {"record": "", "signature": ""},
    ]
    body = {"records": [*bad, good]}
    answer = (await bus.online.client.post("/v1/offline-records", json=body)).json()
    assert [item["reason"] for item in answer["items"]] == [
        "malformed_record",
        "malformed_record",
        "bad_record_signature",
        "malformed_record",
        None,
    ]


async def test_a_number_is_used_once(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    first = bus.record(phone.code())
    other = changed(first, bus, stop_id="elsewhere")
    answer = await bus.upload(first, other)
    assert [(i["result"], i["reason"]) for i in answer["items"]] == [
        ("accepted", None),
        ("rejected", "sequence_reused"),
    ]
    (again,) = (await bus.upload(other))["items"]
    assert again["reason"] == "sequence_reused"
    resigned = SignedRecord(first.body, first.signature)
    assert (await bus.upload(resigned))["items"][0]["result"] == "duplicate"


async def test_a_reader_uploads_only_for_its_operator(world: World) -> None:
    phone = await world.rider()
    bus, rail = await register(world), await register(world, "mori-rail")
    record = bus.record(phone.code())
    (item,) = (await rail.upload(record))["items"]
    assert item["reason"] == "unknown_validator"
    system = await world.reader("mori-bus", kind="system")
    answer = await system.client.post("/v1/offline-records", json={"records": [wire(record)]})
    assert answer.json()["items"][0]["result"] == "accepted"
    assert (await world.browser().client.get("/v1/offline-records")).status_code == 401
    staff = await world.staff("operator", "mori-bus")
    assert (await staff.send("POST", "/v1/offline-records", {"records": []})).status_code == 403
    assert len((await staff.get("/v1/offline-records"))["items"]) == 1


async def test_codes_that_prove_no_ride_are_the_operators_at_once(world: World) -> None:
    phone, thief = await world.rider(), await world.rider()
    bus = await register(world)
    code = phone.code()
    copied = await world.phone(phone.owner)
    copied.key = thief.key  # shows the certificate, without the key that may
    records = [
        bus.record("TK1:NONSENSE"),
        bus.record(code, decided_at=world.clock.now() + timedelta(seconds=52)),
        bus.record(copied.code()),
        bus.record(phone.code(), mode=Mode.RAIL),
        bus.record("TK1:NONSENSE", opened=False, why="malformed_code"),
    ]
    assert await bus.outcomes(*records) == [
        "operator finally: evidence:malformed_code",
        "operator finally: evidence:code_from_future",
        "operator finally: evidence:bad_presentation_signature",
        "operator finally: evidence:mode_not_offered",
        "nobody finally: closed",
    ]
    assert await world.rows('SELECT * FROM "authorization"') == []


async def test_a_certificate_that_was_never_issued_proves_nothing(world: World) -> None:
    phone = await world.rider()
    bus = await register(world)
    await world.change("UPDATE pass_certificate SET certificate_hash = '\\x00'")
    assert await bus.outcomes(bus.record(phone.code())) == [
        "operator finally: evidence:unknown_pass"
    ]


async def test_a_reader_that_was_taken_away_proves_nothing_from_then_on(world: World) -> None:
    phone = await world.rider()
    bus, other = await register(world), await register(world)
    before = bus.record(phone.code())
    world.clock.advance(timedelta(minutes=10))
    async with world.database.session() as session:
        await revoke_key(session, world.clock.now(), bus.validator_id)
    after = bus.record(phone.code())
    told_by_other = [told(each["outcome"]) for each in (await other.upload(before, after))["items"]]
    assert told_by_other == [PAID, "operator finally: evidence:validator_withdrawn"]


async def test_a_readers_key_must_be_a_point(world: World) -> None:
    staff = await world.staff("operator", "mori-bus")
    body = {"name": "door", "public_key": "A" * 44}
    answer = await staff.post("/v1/operators/current/validators", body, status=400)
    assert answer["code"] == "bad_public_key"
