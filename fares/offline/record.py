"""What a reader writes down and signs before it opens: the bytes, and who signed them.

Specified for other languages in `docs/offline-records.md`. The bytes are fixed for ever under the
domain TK1-R: another field, or another meaning, needs another domain.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)

from fares.modes import Mode
from fares.passes import es256
from fares.passes.areas import MAX_AREAS, area_bitmap, areas_of
from fares.passes.canonical import (
    MAX_INTEGER,
    MalformedError,
    byte_string,
    read,
    text_string,
    unsigned,
)
from fares.passes.code import MAX_CHARACTERS
from fares.taps import TapAction

DOMAIN: Final = b"TK1-R"
# "Never": the reader's clock was not set since it was switched on.
NEVER: Final = MAX_INTEGER
MAX_NAME_BYTES: Final = 200

_LAYER: Final = "record"
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
_ONLINE_KEY: Final = re.compile("[A-Za-z0-9._:-]{8,120}")
_name = text_string(b"", 0, MAX_NAME_BYTES)
# An array of sixteen items, in the order of the fields below.
_SHAPE: Final = (
    byte_string(b"\x90", 16, 16),
    unsigned(),
    text_string(b"", 1, MAX_CHARACTERS),
    text_string(b"", 1, 20),
    text_string(b"", 1, 20),
    unsigned(),
    unsigned(),
    unsigned(),
    unsigned(highest=1),
    text_string(b"", 1, 64),
    text_string(b"", 0, 120),
    _name,
    _name,
    _name,
    byte_string(b"", 0, MAX_AREAS // 8),
    unsigned(),
)


@dataclass(frozen=True, slots=True)
class OfflineRecord:
    """One code at one reader, and what the reader did.

    `decided_at` is the reader's own time, in whole seconds. `list_issued_at` is when the status
    list that it held was issued, None without a list; `clock_age` how long ago its clock was
    set, None if never. `why` is a refusal's code, or `within_cap`, `leaving` or `online`.
    `online_key` is the Idempotency-Key of an attempt to ask the server about this very code.
    `amount_minor` is what the rider signed for a metered ride.
    """

    validator_id: UUID
    sequence: int
    code: str
    action: TapAction
    mode: Mode
    decided_at: datetime
    list_issued_at: datetime | None
    clock_age: timedelta | None
    opened: bool
    why: str
    online_key: str | None = None
    stop_id: str | None = None
    route_id: str | None = None
    trip_id: str | None = None
    areas: frozenset[int] = frozenset()
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record's bytes as a reader sends them, and its signature (raw r||s, 64 bytes)."""

    body: bytes
    signature: bytes

    def is_signed_by(self, key: EllipticCurvePublicKey) -> bool:
        """Did this reader's key sign exactly this record, in the one form allowed?"""
        if len(self.signature) != es256.SIGNATURE_BYTES or not es256.has_low_s(self.signature):
            return False
        return es256.is_signed_by(key, DOMAIN + self.body, self.signature)


def sign_record(record: OfflineRecord, key: EllipticCurvePrivateKey) -> SignedRecord:
    """Sign with the reader's key; ValueError for a record that nobody would take."""
    body = write_record(record)
    read_record(body)
    return SignedRecord(body, es256.sign(key, DOMAIN + body))


def write_record(record: OfflineRecord) -> bytes:
    """The canonical CBOR array of the sixteen fields; what is not known is empty or zero."""
    age = record.clock_age
    return cbor2.dumps(
        [
            record.validator_id.bytes,
            record.sequence,
            record.code,
            str(record.action),
            str(record.mode),
            _seconds(record.decided_at),
            0 if record.list_issued_at is None else _seconds(record.list_issued_at),
            NEVER if age is None else age // timedelta(seconds=1),
            int(record.opened),
            record.why,
            record.online_key or "",
            record.stop_id or "",
            record.route_id or "",
            record.trip_id or "",
            area_bitmap(record.areas),
            record.amount_minor or 0,
        ],
        canonical=True,
    )


def read_record(body: bytes) -> OfflineRecord:
    """Take a record apart without trusting it; MalformedError for any other bytes."""
    validator, sequence, code, action, mode, *rest = read(body, _SHAPE, _LAYER)
    decided, list_issued, clock_age, opened, why, key, stop, route, trip, areas, amount = rest
    if sequence == 0:
        raise MalformedError(_LAYER, "sequence numbers begin at 1")
    if areas.endswith(b"\0"):
        raise MalformedError(_LAYER, "areas end in an empty byte")
    if _CONTROL.search("".join((code, why, stop, route, trip))):
        raise MalformedError(_LAYER, "a control character in a text")
    if key and not _ONLINE_KEY.fullmatch(key):
        raise MalformedError(_LAYER, "online_key is no Idempotency-Key")
    try:
        words = TapAction(action), Mode(mode)
    except ValueError as error:
        raise MalformedError(_LAYER, str(error)) from error
    return OfflineRecord(
        UUID(bytes=validator),
        sequence,
        code,
        *words,
        decided_at=_instant(decided),
        list_issued_at=_instant(list_issued) if list_issued else None,
        clock_age=None if clock_age == NEVER else timedelta(seconds=clock_age),
        opened=bool(opened),
        why=why,
        online_key=key or None,
        stop_id=stop or None,
        route_id=route or None,
        trip_id=trip or None,
        areas=areas_of(areas),
        amount_minor=amount or None,
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _instant(unix_seconds: int) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)
