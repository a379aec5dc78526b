"""Signatures by a P-256 key as a phone or a reader makes them: raw r||s, the lower s only.

About half of what browsers sign has the higher s. Both verify, so that without this rule anyone
could turn one valid signature into a second one.
"""

from typing import Final

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

SIGNATURE_BYTES: Final = 64
POINT_BYTES: Final = 33

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_CURVE: Final = SECP256R1()
_HIGHEST_LOW_S: Final = (_ORDER // 2).to_bytes(32, "big")
_VERIFY: Final = ECDSA(SHA256())
# RFC 6979: the same bytes for the same input, which lets tests state them exactly.
_SIGN: Final = ECDSA(SHA256(), deterministic_signing=True)


def sign(key: EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign, normalised to low S: 64 bytes."""
    r, s = decode_dss_signature(key.sign(message, _SIGN))
    return r.to_bytes(32, "big") + min(s, _ORDER - s).to_bytes(32, "big")


def is_signed_by(key: EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Did this key sign exactly this message? High S counts too: ask `has_low_s` as well."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, _VERIFY)
    except InvalidSignature:
        return False
    return True


def has_low_s(signature: bytes) -> bool:
    """Of the two values of s that verify, is this the lower, the only one allowed?"""
    return signature[32:] <= _HIGHEST_LOW_S


def public_key(point: bytes) -> EllipticCurvePublicKey:
    """Load a compressed P-256 point; ValueError when it is not on the curve."""
    return EllipticCurvePublicKey.from_encoded_point(_CURVE, point)


def compressed_point(key: EllipticCurvePublicKey) -> bytes:
    """Write a public key in 33 bytes, as certificates and readers' registrations carry it."""
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
