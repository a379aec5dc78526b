"""What the issuer signed: who may ride what, for how long, and which device key may show it.

No name, no rider, no subscription is in here. The bytes are fixed for ever under the prefix TK1:
a new key or a new meaning needs TK2, because readers in the field refuse what they do not know.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fares.passes.areas import MAX_AREAS
from fares.passes.canonical import Item, byte_string, constant, read, unsigned
from fares.passes.cose import Sign1, read_sign1, sign1
from fares.passes.es256 import POINT_BYTES, public_key

MAX_AREA_BYTES: Final = MAX_AREAS // 8
MAX_MODES: Final = 2**16 - 1
MAX_RIDER_CATEGORY: Final = 2**8 - 1
MAX_MINUTES: Final = 2**31 - 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Medium(IntEnum):
    """What carries the pass. That of a card is in readers' lists alone, never shown."""

    PHONE = 0
    PAPER = 1
    CARD = 2


MAX_VALIDITY_MINUTES: Final = {Medium.PHONE: 1440, Medium.PAPER: 35 * 1440, Medium.CARD: 1440}


def _shape(medium: Medium, start: bytes, *device_key: Item) -> tuple[Item, ...]:
    """The claims map; its keys are small and ascending, so each is one byte that never varies."""
    return (
        unsigned(start + b"\x01"),
        unsigned(b"\x02", MAX_MINUTES),
        unsigned(b"\x03", MAX_VALIDITY_MINUTES[medium]),
        unsigned(b"\x04", MAX_MODES),
        byte_string(b"\x05", 0, MAX_AREA_BYTES),
        unsigned(b"\x06", MAX_RIDER_CATEGORY),
        unsigned(b"\x07\x82"),
        unsigned(),
        *device_key,
        constant(b"\x09", medium),
    )


_KEYLESS_MAP: Final = b"\xa8"
_PAPER_SHAPE: Final = _shape(Medium.PAPER, _KEYLESS_MAP)
_CARD_SHAPE: Final = _shape(Medium.CARD, _KEYLESS_MAP)
_PHONE_SHAPE: Final = _shape(Medium.PHONE, b"\xa9", byte_string(b"\x08", POINT_BYTES, POINT_BYTES))


@dataclass(frozen=True, slots=True)
class PassClaims:
    """The map inside a certificate; what each value may be, `read_certificate` decides."""

    pass_id: int
    valid_from_at: datetime
    validity_minutes: int
    modes: int
    areas: bytes
    rider_category: int
    offline_caps: tuple[int, int]
    device_key: bytes | None
    medium: int

    @property
    def valid_until_at(self) -> datetime:
        """The first instant at which the pass is no longer valid."""
        return self.valid_from_at + timedelta(minutes=self.validity_minutes)


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """The issuer's private key and the id that readers know its public half by."""

    kid: bytes
    private_key: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as read, its signature not checked yet."""

    claims: PassClaims
    signed: Sign1


def issue_certificate(claims: PassClaims, issuer: IssuerKey) -> bytes:
    """Sign the claims: a COSE_Sign1 whose payload is a map with the integer keys of TK1.

    ValueError for claims or a key id that no reader would take, the device key included.
    """
    if claims.device_key is not None:
        public_key(claims.device_key)
    payload: dict[int, object] = {
        1: claims.pass_id,
        2: _minutes(claims.valid_from_at),
        3: claims.validity_minutes,
        4: claims.modes,
        5: claims.areas,
        6: claims.rider_category,
        7: list(claims.offline_caps),
        9: int(claims.medium),
    }
    if claims.device_key is not None:
        payload[8] = claims.device_key
    data = sign1(cbor2.dumps(payload, canonical=True), issuer.kid, issuer.private_key)
    read_certificate(data)
    return data


def read_certificate(data: bytes) -> Certificate:
    """Take a certificate apart without trusting it; MalformedError for any other bytes."""
    signed = read_sign1(data)
    return Certificate(_read_claims(signed.payload), signed)


def _read_claims(payload: bytes) -> PassClaims:
    values = read(payload, _shape_of(payload), "certificate.claims")
    pass_id, minutes, validity_minutes, modes, areas, category, rides, amount, *key, medium = values
    return PassClaims(
        pass_id=pass_id,
        valid_from_at=_EPOCH + timedelta(minutes=minutes),
        validity_minutes=validity_minutes,
        modes=modes,
        areas=areas,
        rider_category=category,
        offline_caps=(rides, amount),
        device_key=key[0] if key else None,
        medium=medium,
    )


def _shape_of(payload: bytes) -> tuple[Item, ...]:
    if not payload.startswith(_KEYLESS_MAP):
        return _PHONE_SHAPE
    return _CARD_SHAPE if payload.endswith(bytes((0x09, Medium.CARD))) else _PAPER_SHAPE


def _minutes(at: datetime) -> int:
    minutes, rest = divmod(at - _EPOCH, timedelta(minutes=1))
    if rest:
        raise ValueError(f"{at.isoformat()} is not a whole minute")
    return minutes
