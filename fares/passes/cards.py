"""IC cards: what a reader calls one by, and the signed list by which it knows them offline.

A reader never tells a card's number: it keys it (`card_reference`) with a key that it has from
the server. The list names cards by a salted hash of that, a new one in each list, and gives each
a pass of its own, so that rides without network are recorded and paid like any other.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.passes.canonical import (
    MalformedError,
    array_of,
    byte_string,
    read_from,
    text_string,
    unsigned,
)
from fares.passes.certificate import IssuerKey
from fares.passes.code import paper_code
from fares.passes.documents import UntrustedError, read_document, sign_document

DOCUMENT_TYPE: Final = "application/vnd.teiki.card-list+cbor"
TIME_TO_LIVE: Final = timedelta(seconds=300)
LIFETIME: Final = timedelta(hours=24)
KEY_BYTES: Final = 32
REFERENCE_BYTES: Final = 32
SALT_BYTES: Final = 16
MAX_CARDS: Final = 50_000

_DOMAIN: Final = b"TK1-C"
_NAME_BYTES: Final = 16
_LAYER: Final = "cards"
_MAX_NUMBER_BYTES: Final = 32
_MAX_CERTIFICATE_BYTES: Final = 300
# Claims 2, 4, 6 and 65534 as in the status list; -70001, -70004 and -70005 are our own.
_CLAIMS: Final = (
    text_string(b"\xa7\x02", 1, 500),
    unsigned(b"\x04"),
    unsigned(b"\x06"),
    unsigned(b"\x19\xff\xfe"),
    unsigned(b"\x3a\x00\x01\x11\x70"),
    byte_string(b"\x3a\x00\x01\x11\x73", SALT_BYTES, SALT_BYTES),
    array_of(b"\x3a\x00\x01\x11\x74", 0, MAX_CARDS),
)
_CARD: Final = (
    byte_string(b"\x82", _NAME_BYTES, _NAME_BYTES),
    byte_string(b"", 1, _MAX_CERTIFICATE_BYTES),
)


def card_reference(card_key: bytes, number: bytes) -> bytes:
    """What a card is called by everywhere but in its reader: 32 bytes.

    `number` is the card's own as the reader gets it: the 8 bytes of a FeliCa IDm, or the 4, 7 or
    10 of an ISO/IEC 14443 UID.
    """
    if len(card_key) != KEY_BYTES or not 1 <= len(number) <= _MAX_NUMBER_BYTES:
        raise ValueError("a card key has 32 bytes, a card number 1 to 32")
    return hmac.digest(card_key, _DOMAIN + number, "sha256")


def reference_hash(reference: bytes) -> bytes:
    """What the server keeps of a card: with it alone nobody can pretend to have read the card."""
    return sha256(reference).digest()


def name_in_list(salt: bytes, hashed: bytes) -> bytes:
    """A card's name in the list of this salt, from `reference_hash`: 16 bytes."""
    return sha256(salt + hashed).digest()[:_NAME_BYTES]


@dataclass(frozen=True, slots=True)
class CardList:
    """The cards that a reader may let on without asking; `passes` are certificates by name."""

    url: str
    number: int
    issued_at: datetime
    salt: bytes
    passes: Mapping[bytes, bytes]
    time_to_live: timedelta = TIME_TO_LIVE
    lifetime: timedelta = LIFETIME

    def find_code(self, reference: bytes) -> str | None:
        """The code that stands for a card, to be checked with `of_card`; None if it has none."""
        certificate = self.passes.get(name_in_list(self.salt, reference_hash(reference)))
        return None if certificate is None else paper_code(certificate)


def sign_card_list(cards: CardList, issuer: IssuerKey) -> bytes:
    """Sign a list with an issuer key; ValueError for a list that no reader would take."""
    issued = int(cards.issued_at.timestamp())
    claims = {
        2: cards.url,
        4: issued + cards.lifetime // timedelta(seconds=1),
        6: issued,
        65534: cards.time_to_live // timedelta(seconds=1),
        -70001: cards.number,
        -70004: cards.salt,
        -70005: [[name, cards.passes[name]] for name in sorted(cards.passes)],
    }
    data = sign_document(cbor2.dumps(claims, canonical=True), DOCUMENT_TYPE, issuer)
    read_card_list(data, {issuer.kid: issuer.private_key.public_key()})
    return data


def read_card_list(
    data: bytes, issuer_keys: Mapping[bytes, Ed25519PublicKey], held_number: int = 0
) -> CardList:
    """Read a list that one of the issuer's keys has signed; the caller looks at its age.

    Raises MalformedError for any other bytes, and UntrustedError (`cards.kid`,
    `cards.signature`, `cards.number`) for a list not to be taken over.
    """
    document = read_document(data, DOCUMENT_TYPE, _LAYER)
    key = issuer_keys.get(document.kid)
    if key is None:
        raise UntrustedError("cards.kid")
    if not document.is_signed_by(key):
        raise UntrustedError("cards.signature")
    cards = _read_claims(document.payload)
    if cards.number < held_number:
        raise UntrustedError("cards.number")
    return cards


def _read_claims(payload: bytes) -> CardList:
    (url, expires, issued, ttl, number, salt, count), at = read_from(payload, 0, _CLAIMS, _LAYER)
    passes: dict[bytes, bytes] = {}
    last = b""
    for _ in range(count):
        (name, certificate), at = read_from(payload, at, _CARD, _LAYER)
        if name <= last:
            raise MalformedError(_LAYER, "the cards are not in order, or one comes twice")
        passes[name] = certificate
        last = name
    if at != len(payload):
        raise MalformedError(_LAYER, "cut short, or bytes after the end")
    if expires < issued:
        raise MalformedError(_LAYER, "it expires before it was issued")
    return CardList(
        url=url,
        number=number,
        issued_at=datetime.fromtimestamp(issued, UTC),
        salt=salt,
        passes=passes,
        time_to_live=timedelta(seconds=ttl),
        lifetime=timedelta(seconds=expires - issued),
    )
