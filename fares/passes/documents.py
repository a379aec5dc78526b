"""How the issuer signs what readers fetch: a tagged COSE_Sign1 with Ed25519 and a stated type.

The type stands in the protected header (RFC 9596), so that no signed document can be taken for
another kind, or for a certificate, which has none.
"""

from dataclasses import dataclass
from typing import Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.passes.canonical import byte_string, read
from fares.passes.certificate import IssuerKey
from fares.passes.cose import KEY_ID_BYTES, SIGNATURE_BYTES

MAX_PAYLOAD_BYTES: Final = 2**24

_TAG: Final = b"\xd2"
_HEADER_START: Final = b"\xa3\x01\x32\x04"  # a map of three: {1: -19 (Ed25519), 4: kid, 16: type}


class UntrustedError(ValueError):
    """The document is well formed and still no ground to act on; `rule` names what it fails."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document as read, its signature not checked yet."""

    kid: bytes
    payload: bytes
    signature: bytes
    document_type: str

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Did this key sign exactly this type, header and payload?"""
        header = _header(self.kid, self.document_type)
        try:
            key.verify(self.signature, _to_be_signed(header, self.payload))
        except InvalidSignature:
            return False
        return True


def sign_document(payload: bytes, document_type: str, issuer: IssuerKey) -> bytes:
    """Sign a payload of this type: `18([protected, {}, payload, signature])`."""
    header = _header(issuer.kid, document_type)
    signature = issuer.private_key.sign(_to_be_signed(header, payload))
    return _TAG + cbor2.dumps([header, {}, payload, signature])


def read_document(data: bytes, document_type: str, layer: str) -> SignedDocument:
    """Take a document of this type apart without trusting it; MalformedError for anything else."""
    header = cbor2.dumps(_header(bytes(KEY_ID_BYTES), document_type))
    kid_at = header.index(_HEADER_START) + len(_HEADER_START)
    after_kid = header[kid_at + 1 + KEY_ID_BYTES :]
    shape = (
        byte_string(_TAG + b"\x84" + header[:kid_at], KEY_ID_BYTES, KEY_ID_BYTES),
        byte_string(after_kid + b"\xa0", 1, MAX_PAYLOAD_BYTES),
        byte_string(b"", SIGNATURE_BYTES, SIGNATURE_BYTES),
    )
    kid, payload, signature = read(data, shape, layer)
    return SignedDocument(kid, payload, signature, document_type)


def _header(kid: bytes, document_type: str) -> bytes:
    return _HEADER_START + cbor2.dumps(kid) + b"\x10" + cbor2.dumps(document_type)


def _to_be_signed(header: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", header, b"", payload])
