"""The parts that vectors are made of: fixed keys, usual claims, and codes wrong on purpose.

The keys follow from public words, so anyone can make the same vectors; they guard nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fares.modes import Mode, mode_bits
from fares.passes import (
    Challenge,
    IssuerKey,
    Medium,
    PassClaims,
    area_bitmap,
    base45,
    compressed_point,
    issue_certificate,
    key_id,
)
from fares.reasons import Reason

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

VALID_FROM = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
NOW_SECONDS = int(NOW.timestamp())
RIDE = Challenge("tama-taxi", "0197a5c2-7d31-7c3e-9a40-2f1d6b8e4c55", 1480)


def issuer_key(number: int) -> IssuerKey:
    private_key = Ed25519PrivateKey.from_private_bytes(_seed(f"issuer {number}"))
    return IssuerKey(key_id(private_key.public_key()), private_key)


def device_key(number: int) -> EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(_seed(f"device {number}")) % ORDER, SECP256R1())


def _seed(words: str) -> bytes:
    return sha256(f"teiki pass vectors, {words}".encode()).digest()


ISSUER, NEXT_ISSUER, STRANGER = issuer_key(1), issuer_key(2), issuer_key(3)
DEVICE, OTHER_DEVICE = device_key(1), device_key(2)

PHONE = PassClaims(
    pass_id=48_151,
    valid_from_at=VALID_FROM,
    validity_minutes=1440,
    modes=mode_bits({Mode.BUS, Mode.RAIL, Mode.TAXI}),
    areas=area_bitmap({0, 3, 11}),
    rider_category=2,
    offline_caps=(4, 3000),
    device_key=compressed_point(DEVICE.public_key()),
    medium=Medium.PHONE,
)
PAPER = replace(
    PHONE,
    pass_id=62_342,
    validity_minutes=35 * 1440,
    offline_caps=(2, 0),
    device_key=None,
    medium=Medium.PAPER,
)
CARD = replace(PAPER, pass_id=71_015, validity_minutes=1440, medium=Medium.CARD)
PHONE_CERTIFICATE = issue_certificate(PHONE, ISSUER)
PAPER_CERTIFICATE = issue_certificate(PAPER, ISSUER)
CARD_CERTIFICATE = issue_certificate(CARD, ISSUER)


@dataclass(frozen=True)
class Case:
    """One code, what it is checked against, and the answer (None: it verifies)."""

    name: str
    code: str
    refused: tuple[Reason, str] | None = None
    now: datetime = NOW
    challenge: Challenge | None = None
    ride: tuple[Mode, frozenset[int]] | None = None


def after(**duration: float) -> datetime:
    return NOW + timedelta(**duration)


def raw_code(data: bytes) -> str:
    return "TK1:" + base45.encode(data)


def items_code(*items: Any) -> str:
    return raw_code(cbor2.dumps(list(items)))


def device_signature(
    body: bytes,
    certificate: bytes = PHONE_CERTIFICATE,
    key: EllipticCurvePrivateKey = DEVICE,
    domain: bytes = b"TK1-P",
    low_s: bool = True,
) -> bytes:
    message = domain + sha256(certificate).digest() + body
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256(), deterministic_signing=True)))
    s = min(s, ORDER - s) if low_s else max(s, ORDER - s)
    return r.to_bytes(32) + s.to_bytes(32)


def body_code(body: bytes, certificate: bytes = PHONE_CERTIFICATE) -> str:
    """A code whose presentation is any bytes, truly signed."""
    return items_code(certificate, body, device_signature(body, certificate))


def certificate_code(certificate: bytes) -> str:
    """A fresh code around any certificate bytes."""
    return body_code(cbor2.dumps([NOW_SECONDS, 1]), certificate)


def issuer_signed(
    payload: bytes, protected: bytes | None = None, issuer: IssuerKey = ISSUER
) -> list[Any]:
    """The items of a COSE_Sign1 over any payload and protected header, truly signed."""
    if protected is None:
        protected = cbor2.dumps({1: -19, 4: issuer.kid})
    to_be_signed = cbor2.dumps(["Signature1", protected, b"", payload])
    return [protected, {}, payload, issuer.private_key.sign(to_be_signed)]


def claims_map(claims: PassClaims = PHONE) -> dict[Any, Any]:
    """The claims as a plain map, to be spoilt before `claims_code` signs it."""
    minutes = int(claims.valid_from_at.timestamp()) // 60
    values = [
        claims.pass_id,
        minutes,
        claims.validity_minutes,
        claims.modes,
        claims.areas,
        claims.rider_category,
        list(claims.offline_caps),
        claims.device_key,
        int(claims.medium),
    ]
    return {key: value for key, value in enumerate(values, 1) if value is not None}


def claims_code(claims: dict[Any, Any] | bytes) -> str:
    """A fresh code around a certificate over any claims, truly signed."""
    payload = claims if isinstance(claims, bytes) else cbor2.dumps(claims)
    return certificate_code(cbor2.dumps(issuer_signed(payload)))
