"""What the device signs anew every few seconds, so that a copied code dies within a minute."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)

from fares.passes import es256
from fares.passes.canonical import byte_string, read, text_string, unsigned

MAX_OPERATOR_ID_BYTES: Final = 32

_DOMAIN: Final = b"TK1-P"  # so that this signature can never be taken for one of another protocol

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
        return es256.is_signed_by(key, _DOMAIN + certificate_hash + self.body, self.signature)

    def has_low_s(self) -> bool:
        """Of the two values of s that verify, is this the lower, the only one allowed?"""
        return es256.has_low_s(self.signature)


def sign_presentation(
    presentation: Presentation, certificate: bytes, key: EllipticCurvePrivateKey
) -> SignedPresentation:
    """Sign with the device key, normalised to low S; ValueError for what no reader would take."""
    body = write_body(presentation)
    read_body(body)
    message = _DOMAIN + sha256(certificate).digest() + body
    return SignedPresentation(presentation, body, es256.sign(key, message))


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
