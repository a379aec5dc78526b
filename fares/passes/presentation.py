"""What the device signs anew every few seconds, so that a copied code dies within a minute."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fares.passes.canonical import byte_string, read, text_string, unsigned

SIGNATURE_BYTES: Final = 64
MAX_OPERATOR_ID_BYTES: Final = 32

_DOMAIN: Final = b"TK1-P"  # so that this signature can never be taken for one of another protocol
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_CURVE: Final = SECP256R1()
_HIGHEST_LOW_S: Final = (_ORDER // 2).to_bytes(32, "big")
_VERIFY: Final = ECDSA(SHA256())
# RFC 6979: the same bytes for the same input, which lets tests state them exactly.
_SIGN: Final = ECDSA(SHA256(), deterministic_signing=True)

# An array of time and counter, and of a challenge's three items for a metered ride.
_PLAIN_SHAPE: Final = (unsigned(b"\x82"), unsigned())
_CHALLENGED_SHAPE: Final = (
    unsigned(b"\x83"),
    unsigned(),
    text_string(b"\x83", 1, MAX_OPERATOR_ID_BYTES),
    byte_string(b"", 16, 16),
    unsigned(),
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """The metered ride that a rider agrees to: no such signature, no claim by the operator.

    `ride_id` is the authorization's UUID in its usual text; the code carries its 16 bytes.
    """

    operator_id: str
    ride_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Presentation:
    """When and how often this certificate was shown, and for which metered ride, if any."""

    unix_seconds: int
    counter: int
    challenge: Challenge | None = None


@dataclass(frozen=True, slots=True)
class SignedPresentation:
    """A presentation as shown, its signature (raw r||s) not checked yet."""

    presentation: Presentation
    body: bytes
    signature: bytes

    def is_signed_by(self, key: EllipticCurvePublicKey, certificate_hash: bytes) -> bool:
        """Did this device key sign exactly this presentation of exactly this certificate?"""
        der = encode_dss_signature(*_integers(self.signature))
        try:
            key.verify(der, _DOMAIN + certificate_hash + self.body, _VERIFY)
        except InvalidSignature:
            return False
        return True

    def has_low_s(self) -> bool:
        """Of the two values of s that verify, is this the lower, the only one allowed?"""
        return self.signature[32:] <= _HIGHEST_LOW_S


def sign_presentation(
    presentation: Presentation, certificate: bytes, key: EllipticCurvePrivateKey
) -> SignedPresentation:
    """Sign with the device key, normalised to low S; ValueError for what no reader would take."""
    body = write_body(presentation)
    read_body(body)
    message = _DOMAIN + sha256(certificate).digest() + body
    r, s = decode_dss_signature(key.sign(message, _SIGN))
    signature = r.to_bytes(32, "big") + min(s, _ORDER - s).to_bytes(32, "big")
    return SignedPresentation(presentation, body, signature)


def write_body(presentation: Presentation) -> bytes:
    """Encode `[unix_seconds, counter]` or `[unix_seconds, counter, challenge]`."""
    items: list[object] = [presentation.unix_seconds, presentation.counter]
    challenge = presentation.challenge
    if challenge is not None:
        ride_id = UUID(challenge.ride_id).bytes
        items.append([challenge.operator_id, ride_id, challenge.amount_minor])
    return cbor2.dumps(items, canonical=True)


def read_body(body: bytes) -> Presentation:
    """Take a presentation body apart; MalformedError for any other bytes."""
    shape = _CHALLENGED_SHAPE if body.startswith(b"\x83") else _PLAIN_SHAPE
    unix_seconds, counter, *rest = read(body, shape, "presentation")
    if not rest:
        return Presentation(unix_seconds, counter)
    operator_id, ride_id, amount_minor = rest
    challenge = Challenge(operator_id, str(UUID(bytes=ride_id)), amount_minor)
    return Presentation(unix_seconds, counter, challenge)


def device_public_key(point: bytes) -> EllipticCurvePublicKey:
    """Load a compressed P-256 point; ValueError when it is not on the curve."""
    return EllipticCurvePublicKey.from_encoded_point(_CURVE, point)


def compressed_point(key: EllipticCurvePublicKey) -> bytes:
    """Write a device public key as certificate key 8 has it: 33 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _integers(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
