"""How the issuer's signature is wrapped: COSE_Sign1 (RFC 9052) with Ed25519, and nothing else."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fares.passes.canonical import byte_string, read

KEY_ID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
MAX_PAYLOAD_BYTES: Final = 255  # one byte tells its length

# A map of algorithm and key id, both of fixed length: {1: -19, 4: kid}. -19 is the "Ed25519" of
# RFC 9864; the older -8 (EdDSA) leaves the curve open and is refused like any other header.
_HEADER_START: Final = b"\xa2\x01\x32\x04\x48"
_HEADER_HEAD: Final = bytes((0x40 + len(_HEADER_START) + KEY_ID_BYTES,))
# What is signed is an array too: its name, the protected header, no external data, the payload.
_SIGNED_START: Final = b"\x84\x6aSignature1" + _HEADER_HEAD + _HEADER_START
_NO_EXTERNAL_DATA: Final = b"\x40"

# An array of protected header, empty unprotected header, payload and signature. As the header
# has but one form, its bytes up to the key id are part of the shape.
_SHAPE: Final = (
    byte_string(b"\x84" + _HEADER_HEAD + _HEADER_START[:-1], KEY_ID_BYTES, KEY_ID_BYTES),
    byte_string(b"\xa0", 1, MAX_PAYLOAD_BYTES),
    byte_string(b"", SIGNATURE_BYTES, SIGNATURE_BYTES),
)


@dataclass(frozen=True, slots=True)
class Sign1:
    """A signed payload as read, its signature not checked yet."""

    kid: bytes
    payload: bytes
    signature: bytes

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Did this key sign exactly this header and payload?"""
        try:
            key.verify(self.signature, _to_be_signed(self.kid, self.payload))
        except InvalidSignature:
            return False
        return True


def key_id(key: Ed25519PublicKey) -> bytes:
    """The id that readers know an issuer key by: the start of its SHA-256."""
    return sha256(key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def sign1(payload: bytes, kid: bytes, key: Ed25519PrivateKey) -> bytes:
    """Sign the payload: the untagged array `[protected, {}, payload, signature]`."""
    signature = key.sign(_to_be_signed(kid, payload))
    return cbor2.dumps([_HEADER_START + kid, {}, payload, signature])


def read_sign1(data: bytes) -> Sign1:
    """Take the array apart; MalformedError for any other shape, header or algorithm."""
    return Sign1(*read(data, _SHAPE, "certificate"))


def _to_be_signed(kid: bytes, payload: bytes) -> bytes:
    length = len(payload)
    head = bytes((0x58, length)) if length > 23 else bytes((0x40 + length,))
    return _SIGNED_START + kid + _NO_EXTERNAL_DATA + head + payload
