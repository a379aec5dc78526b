"""The text inside the QR code: how it is written, and taken apart without trusting it."""

from dataclasses import dataclass
from typing import Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from fares.passes import base45
from fares.passes.canonical import MalformedError, byte_string, read
from fares.passes.es256 import SIGNATURE_BYTES
from fares.passes.presentation import (
    Challenge,
    Presentation,
    SignedPresentation,
    read_body,
    sign_presentation,
)
from fares.reasons import Reason, Refused

PREFIX: Final = "TK1:"
MAX_CHARACTERS: Final = 480

# An array of certificate, presentation body and its signature; of a certificate alone on paper.
_PHONE_SHAPE: Final = (
    byte_string(b"\x83", 1, MAX_CHARACTERS),
    byte_string(b"", 1, MAX_CHARACTERS),
    byte_string(b"", SIGNATURE_BYTES, SIGNATURE_BYTES),
)
_PAPER_SHAPE: Final = (byte_string(b"\x81", 1, MAX_CHARACTERS),)


@dataclass(frozen=True, slots=True)
class Code:
    """The items of a code; a paper pass is a certificate alone.

    The certificate is still bytes: a reader that has verified it before need not read it again.
    """

    certificate: bytes
    shown: SignedPresentation | None


def present(
    certificate: bytes,
    device_private_key: EllipticCurvePrivateKey,
    unix_seconds: int,
    counter: int,
    challenge: Challenge | None = None,
) -> str:
    """Show a phone pass now: the QR text. The counter must grow with every code shown."""
    presentation = Presentation(unix_seconds, counter, challenge)
    shown = sign_presentation(presentation, certificate, device_private_key)
    return _write([certificate, shown.body, shown.signature])


def paper_code(certificate: bytes) -> str:
    """The QR text of a paper pass, which nothing signs anew."""
    return _write([certificate])


def decode_code(text: str) -> Code | Refused:
    """Take a QR text apart: prefix, length, base45, canonical form of all but the certificate."""
    if not text.startswith(PREFIX):
        return Refused(Reason.NOT_A_PASS, "code.prefix")
    if len(text) > MAX_CHARACTERS:
        return Refused(Reason.MALFORMED_CODE, "code.length")
    try:
        data = base45.decode(text[len(PREFIX) :])
    except ValueError:
        return Refused(Reason.MALFORMED_CODE, "code.base45")
    try:
        return _read_items(data)
    except MalformedError as error:
        return malformed(error)


def malformed(error: MalformedError) -> Refused:
    """Answer with the layer that is not in its one allowed form."""
    return Refused(Reason.MALFORMED_CODE, error.layer)


def _read_items(data: bytes) -> Code:
    if data.startswith(b"\x81"):
        (certificate,) = read(data, _PAPER_SHAPE, "code.items")
        return Code(certificate, None)
    certificate, body, signature = read(data, _PHONE_SHAPE, "code.items")
    return Code(certificate, SignedPresentation(read_body(body), body, signature))


def _write(items: list[bytes]) -> str:
    text = PREFIX + base45.encode(cbor2.dumps(items, canonical=True))
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the code would be {len(text)} characters long, over {MAX_CHARACTERS}")
    return text
