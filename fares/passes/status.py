"""Which passes are stopped, and which keys and areas are there: one signed, numbered document.

An IETF Token Status List in CWT form (draft-ietf-oauth-status-list, sections 4 and 5.2) with
three claims of our own, so that a reader fetches everything it needs in one piece. The bit of a
pass is set when it was revoked and would still be valid otherwise; some bits mean nothing at all
(`fares/passes/decoys.py`).
"""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.passes.areas import MAX_AREAS
from fares.passes.canonical import (
    Item,
    MalformedError,
    array_of,
    byte_string,
    read_from,
    text_string,
    unsigned,
)
from fares.passes.certificate import IssuerKey
from fares.passes.cose import key_id
from fares.passes.documents import UntrustedError, read_document, sign_document
from fares.reasons import Text

DOCUMENT_TYPE: Final = "application/statuslist+cwt"
# Fetch again after this long; after a day it is no ground for a metered ride any more.
TIME_TO_LIVE: Final = timedelta(seconds=300)
LIFETIME: Final = timedelta(hours=24)
MAX_PASS_IDS: Final = 2**26

_LAYER: Final = "status"
_MAX_KEYS: Final = 23
_MAX_NAME_BYTES: Final = 2000
_LIST: Final = b"\x19\xff\xfd\xa2\x63lst"  # claim 65533, a map of two whose first key is "lst"
_ONE_BIT_EACH_AND_TTL: Final = b"\x64bits\x01\x19\xff\xfe"  # claim 65534
# Private claims -70001 to -70003: CWT leaves what is below -65536 to the issuer.
_NUMBER, _KEYS, _AREAS = (b"\x3a" + number.to_bytes(4, "big") for number in range(70_000, 70_003))

_FIRST_CLAIMS: Final = (
    text_string(b"\xa8\x02", 1, 500),
    unsigned(b"\x04"),
    unsigned(b"\x06"),
    byte_string(_LIST, 1, MAX_PASS_IDS // 8),
    unsigned(_ONE_BIT_EACH_AND_TTL),
    unsigned(_NUMBER),
)
_KEY: Final = (byte_string(b"\x82", 32, 32), unsigned())
_NAME: Final = text_string(b"", 1, _MAX_NAME_BYTES)
_AREA: Final = (unsigned(b"\x83", MAX_AREAS - 1), _NAME, _NAME)


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A live issuer key: 32 bytes, and from when on certificates are signed with it."""

    public_key: bytes
    signs_from_at: datetime

    @property
    def key(self) -> Ed25519PublicKey:
        """The key, ready to verify with."""
        return Ed25519PublicKey.from_public_bytes(self.public_key)

    @property
    def kid(self) -> bytes:
        """The id that certificates name it by; it follows from the key."""
        return key_id(self.key)


@dataclass(frozen=True, slots=True)
class NamedArea:
    """An area by its number, which is never given to another, and its name."""

    number: int
    name: Text


@dataclass(frozen=True, slots=True)
class StatusList:
    """What a reader must know of all passes; `bits` has one for each pass id, lowest bit first."""

    url: str
    number: int
    issued_at: datetime
    keys: tuple[PublishedKey, ...]
    areas: tuple[NamedArea, ...]
    bits: bytes
    time_to_live: timedelta = TIME_TO_LIVE
    lifetime: timedelta = LIFETIME

    @property
    def expires_at(self) -> datetime:
        """The first instant at which it is no ground for a metered ride any more."""
        return self.issued_at + self.lifetime

    def is_revoked(self, pass_id: int) -> bool:
        """Is this pass stopped? An id beyond the end is newer than this list, and not stopped."""
        at = pass_id // 8
        return at < len(self.bits) and bool(self.bits[at] >> pass_id % 8 & 1)

    def issuer_keys(self) -> dict[bytes, Ed25519PublicKey]:
        """The keys to verify certificates with from now on, by their ids: all others are gone."""
        return {published.kid: published.key for published in self.keys}


def status_bits(stopped: Iterable[int], capacity: int) -> bytes:
    """One bit for each of `capacity` pass ids, set for the stopped ones; IndexError beyond."""
    bits = bytearray(capacity // 8)
    for pass_id in stopped:
        bits[pass_id // 8] |= 1 << pass_id % 8
    return bytes(bits)


def _compress(bits: bytes) -> bytes:
    return zlib.compress(bits, level=9)


def sign_status_list(
    status: StatusList, issuer: IssuerKey, compress: Callable[[bytes], bytes] = _compress
) -> bytes:
    """Sign a list with an issuer key; `compress` makes a zlib stream of its bits.

    ValueError for a list that no reader would take, one that leaves out its own key included.
    """
    data = sign_document(_write_claims(status, compress(status.bits)), DOCUMENT_TYPE, issuer)
    read_status_list(data, {issuer.kid: issuer.private_key.public_key()})
    return data


def read_status_list(
    data: bytes, issuer_keys: Mapping[bytes, Ed25519PublicKey], held_number: int = 0
) -> StatusList:
    """Read a list that one of the keys held so far has signed; the caller looks at its age.

    Raises MalformedError for any other bytes, and UntrustedError (`status.kid`,
    `status.signature`, `status.keys`, `status.number`) for a list not to be taken over: keep
    the one that is held. `held_number` is that one's: numbers never go back.
    """
    document = read_document(data, DOCUMENT_TYPE, _LAYER)
    key = issuer_keys.get(document.kid)
    if key is None:
        raise UntrustedError("status.kid")
    if not document.is_signed_by(key):
        raise UntrustedError("status.signature")
    status = _read_claims(document.payload)
    if document.kid not in status.issuer_keys():
        raise UntrustedError("status.keys")
    if status.number < held_number:
        raise UntrustedError("status.number")
    return status


def _write_claims(status: StatusList, compressed: bytes) -> bytes:
    issued = _seconds(status.issued_at)
    return cbor2.dumps(
        {
            2: status.url,
            4: issued + status.lifetime // timedelta(seconds=1),
            6: issued,
            65533: {"bits": 1, "lst": compressed},
            65534: status.time_to_live // timedelta(seconds=1),
            -70001: status.number,
            -70002: [[key.public_key, _seconds(key.signs_from_at)] for key in status.keys],
            -70003: [[area.number, area.name.ja, area.name.en] for area in status.areas],
        },
        canonical=True,
    )


def _read_claims(payload: bytes) -> StatusList:
    values, at = read_from(payload, 0, _FIRST_CLAIMS, _LAYER)
    url, expires, issued, compressed, ttl, number = values
    keys, at = _read_rows(payload, at, array_of(_KEYS, 1, _MAX_KEYS), _KEY)
    areas, at = _read_rows(payload, at, array_of(_AREAS, 0, MAX_AREAS), _AREA)
    if at != len(payload):
        raise MalformedError(_LAYER, "cut short, or bytes after the end")
    if expires < issued:
        raise MalformedError(_LAYER, "it expires before it was issued")
    return StatusList(
        url=url,
        number=number,
        issued_at=_instant(issued),
        keys=tuple(PublishedKey(key, _instant(signs_from)) for key, signs_from in keys),
        areas=tuple(NamedArea(area, Text(ja, en)) for area, ja, en in areas),
        bits=_decompress(compressed),
        time_to_live=timedelta(seconds=ttl),
        lifetime=timedelta(seconds=expires - issued),
    )


def _read_rows(
    data: bytes, at: int, head: Item, row: tuple[Item, ...]
) -> tuple[list[list[Any]], int]:
    (count,), at = read_from(data, at, (head,), _LAYER)
    rows = []
    for _ in range(count):
        values, at = read_from(data, at, row, _LAYER)
        rows.append(values)
    return rows, at


def _decompress(compressed: bytes) -> bytes:
    """Exactly one zlib stream, however little it takes to write a very long list."""
    stream = zlib.decompressobj()
    try:
        bits = stream.decompress(compressed, MAX_PASS_IDS // 8)
    except zlib.error as error:
        raise MalformedError(_LAYER, f"the bits are not compressed by zlib: {error}") from error
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise MalformedError(_LAYER, "the bits are cut short, too many, or not all there is")
    return bits


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _instant(unix_seconds: int) -> datetime:
    return datetime.fromtimestamp(unix_seconds, UTC)
