"""Signed records, and bytes that are none, for `mobile-contract/vectors/offline-records.json`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import cbor2

from fares.modes import Mode
from fares.offline.record import (
    DOMAIN,
    OfflineRecord,
    SignedRecord,
    sign_record,
    write_record,
)
from fares.passes import Challenge, present
from fares.passes.es256 import is_signed_by, sign
from fares.taps import TapAction
from tests.fares.passes.vectors.making import (
    DEVICE,
    NOW,
    NOW_SECONDS,
    ORDER,
    PHONE_CERTIFICATE,
    after,
    device_key,
)

READER = device_key(11)
OTHER_READER = device_key(12)
VALIDATOR = UUID("0197a5c2-8e40-7f00-8a11-5b7c3d2e1f00")

BUS = OfflineRecord(
    validator_id=VALIDATOR,
    sequence=1,
    code=present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1),
    action=TapAction.TAP_ON,
    mode=Mode.BUS,
    decided_at=NOW,
    list_issued_at=after(hours=-2),
    clock_age=timedelta(hours=3),
    opened=True,
    why="within_cap",
    online_key="b1946ac9-2f5e-4d2c-9a70-0d6c1f0f3f11",
    stop_id="1204",
    route_id="kita-2",
    trip_id="平日_08時00分_系統2",
)
_RIDE = Challenge("tama-taxi", "0197a5c2-9b1c-7d3e-9a40-2f1d6b8e4c56", 2900)
RECORDS: dict[str, OfflineRecord] = {
    "bus, within the cap, the server did not answer in time": BUS,
    "leaving at a gate; nothing known but the code": OfflineRecord(
        VALIDATOR,
        sequence=24,
        code=present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 2),
        action=TapAction.GATE_OUT,
        mode=Mode.RAIL,
        decided_at=after(seconds=20),
        list_issued_at=None,
        clock_age=None,
        opened=True,
        why="leaving",
    ),
    "taxi: the price that the rider signed, and where it went": OfflineRecord(
        VALIDATOR,
        sequence=2**32 - 1,
        code=present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 2**32 - 1, _RIDE),
        action=TapAction.HOLD,
        mode=Mode.TAXI,
        decided_at=after(seconds=-30),
        list_issued_at=after(minutes=-5),
        clock_age=timedelta(),
        opened=True,
        why="within_cap",
        areas=frozenset({0, 11}),
        amount_minor=2900,
    ),
    "closed: shown again at the same reader": replace(
        BUS, sequence=300, opened=False, why="code_already_used", online_key=None
    ),
}


def truly_signed(body: bytes) -> SignedRecord:
    """Any bytes with the reader's signature: only what they say is wrong."""
    return SignedRecord(body, sign(READER, DOMAIN + body))


def described_record(name: str, record: OfflineRecord) -> dict[str, Any]:
    signed = sign_record(record, READER)
    s = ORDER - int.from_bytes(signed.signature[32:])
    high = signed.signature[:32] + s.to_bytes(32)
    if not is_signed_by(READER.public_key(), DOMAIN + signed.body, high):
        raise SystemExit(f"{name}: the twin with high s should verify")
    return {
        "name": name,
        "validator_id": str(record.validator_id),
        "sequence": record.sequence,
        "code": record.code,
        "action": str(record.action),
        "mode": str(record.mode),
        "decided_at": int(record.decided_at.timestamp()),
        "list_issued_at": seconds(record.list_issued_at),
        "clock_age": None if record.clock_age is None else int(record.clock_age.total_seconds()),
        "opened": record.opened,
        "why": record.why,
        "online_key": record.online_key,
        "stop_id": record.stop_id,
        "route_id": record.route_id,
        "trip_id": record.trip_id,
        "areas": sorted(record.areas),
        "amount_minor": record.amount_minor,
        "body": signed.body.hex(),
        "signature": signed.signature.hex(),
        "signature_high_s": high.hex(),
    }


def seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def bad_bodies() -> dict[str, bytes]:
    """The bus record, spoilt in one way each."""
    good = write_record(BUS)
    items: list[Any] = cbor2.loads(good)

    def with_item(number: int, value: Any) -> bytes:
        return cbor2.dumps([*items[: number - 1], value, *items[number:]], canonical=True)

    return {
        "an item too few": cbor2.dumps(items[:-1], canonical=True),
        "an item too many": cbor2.dumps([*items, 0], canonical=True),
        "a byte after the end": good + b"\x00",
        "cut short": good[:-1],
        "an array of indefinite length": b"\x9f" + good[1:] + b"\xff",
        "a number longer than it need be": good[:18] + b"\x18\x01" + good[19:],
        "validator id of 15 bytes": with_item(1, VALIDATOR.bytes[:-1]),
        "validator id as text": with_item(1, str(VALIDATOR)),
        "sequence 0": with_item(2, 0),
        "sequence over 32 bits": with_item(2, 2**32),
        "no code": with_item(3, ""),
        "a code of 481 characters": with_item(3, "TK1:" + "0" * 477),
        "a line break in the code": with_item(3, BUS.code + "\n"),
        "an unknown action": with_item(4, "tap"),
        "an unknown mode": with_item(5, "boat"),
        "a time before 1970": with_item(6, -1),
        "a time with a fraction": with_item(6, NOW_SECONDS + 0.5),
        "opened is a boolean": with_item(9, True),
        "opened is 2": with_item(9, 2),
        "no why": with_item(10, ""),
        "a key of 7 characters": with_item(11, "1234567"),
        "a key with a slash": with_item(11, "rule/close/1"),
        "a stop of 201 bytes": with_item(12, "停" * 67),
        "a null character in a route": with_item(13, "kita\x00"),
        "no trip is null instead of empty": with_item(14, None),
        "areas end in an empty byte": with_item(15, b"\x80\x00"),
        "areas of 17 bytes": with_item(15, b"\x01" * 17),
        "a negative amount": with_item(16, -1),
    }
