"""Cards: what readers call them by; good lists, and one bad one for each way to be bad."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2

from fares.passes import IssuerKey, issue_certificate
from fares.passes.cards import (
    DOCUMENT_TYPE,
    CardList,
    card_reference,
    name_in_list,
    reference_hash,
    sign_card_list,
)
from fares.passes.documents import sign_document
from tests.fares.passes.vectors.making import CARD, CARD_CERTIFICATE, ISSUER, NEXT_ISSUER, STRANGER
from tests.fares.passes.vectors.status_lists import ListCase, published

ISSUED = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
KEY = bytes(range(32))
SALT = bytes(range(16))
# A FeliCa IDm, and ISO/IEC 14443 UIDs of 4, 7 and 10 bytes.
NUMBERS = [
    bytes.fromhex(number)
    for number in ("0114c30a2b0f9d71", "04a2b3c4", "04a2b3c4d5e6f7", "04a2b3c4d5e6f7081920")
]
OTHER_CERTIFICATE = issue_certificate(replace(CARD, pass_id=71_016), ISSUER)


def _name(number: bytes) -> bytes:
    return name_in_list(SALT, reference_hash(card_reference(KEY, number)))


CARDS = CardList(
    url="https://teiki.example/v1/operators/current/card-list",
    number=1234,
    issued_at=ISSUED,
    salt=SALT,
    passes={_name(NUMBERS[0]): CARD_CERTIFICATE, _name(NUMBERS[1]): OTHER_CERTIFICATE},
)


def card_list_cases() -> list[ListCase]:
    """Documents, what a reader holds, and its answer."""
    genuine = sign_card_list(CARDS, ISSUER)
    nobody = replace(CARDS, passes={})
    changed = genuine[:-1] + bytes((genuine[-1] ^ 1,))
    claims = _claims()
    cards = claims[-70005]
    spoilt: dict[str, dict[Any, Any]] = {
        "a salt of 15 bytes": {-70004: SALT[:15]},
        "a name of 15 bytes": {-70005: [[bytes(15), CARD_CERTIFICATE]]},
        "a card without a certificate": {-70005: [[bytes(16), b""]]},
        "a certificate of 301 bytes": {-70005: [[bytes(16), bytes(301)]]},
        "cards in another order": {-70005: cards[::-1]},
        "a card twice": {-70005: [cards[0], cards[0]]},
        "a card with three items": {-70005: [[*cards[0], 0]]},
        "one claim more": {-70006: 0},
        "a number beyond 32 bits": {-70001: 2**32},
        "it expires before it is issued": {4: claims[6] - 1},
    }
    return [
        ListCase("two cards", genuine),
        ListCase("no card", sign_card_list(nobody, ISSUER)),
        ListCase("by the next key", sign_card_list(CARDS, NEXT_ISSUER)),
        ListCase("the number that is held", genuine, held_number=1234),
        ListCase("by a key that is not held", sign_card_list(CARDS, STRANGER), "cards.kid"),
        ListCase("a changed signature", changed, "cards.signature"),
        ListCase("older than the one held", genuine, "cards.number", held_number=1235),
        ListCase("cut short", genuine[:-1], malformed=True),
        ListCase("a byte too many", genuine + b"\0", malformed=True),
        ListCase("a certificate", CARD_CERTIFICATE, malformed=True),
        ListCase("another type", _signed(claims, "text/plain"), malformed=True),
        *(
            ListCase(name, _signed(claims | changes), malformed=True)
            for name, changes in spoilt.items()
        ),
    ]


def _claims() -> dict[Any, Any]:
    issued = int(ISSUED.timestamp())
    return {
        2: CARDS.url,
        4: issued + timedelta(hours=24) // timedelta(seconds=1),
        6: issued,
        65534: 300,
        -70001: CARDS.number,
        -70004: SALT,
        -70005: [[name, CARDS.passes[name]] for name in sorted(CARDS.passes)],
    }


def _signed(claims: dict[Any, Any], document_type: str = DOCUMENT_TYPE) -> bytes:
    return sign_document(cbor2.dumps(claims, canonical=True), document_type, ISSUER)


def card_lists(read: Callable[[bytes], CardList]) -> dict[str, Any]:
    """The file: references, what a reader trusts, the cases, and what the first one says."""
    trusted: list[IssuerKey] = [ISSUER, NEXT_ISSUER]
    references = [card_reference(KEY, number) for number in NUMBERS]
    return {
        "card_key": KEY.hex(),
        "references": [
            {"number": number.hex(), "reference": reference.hex()}
            for number, reference in zip(NUMBERS, references, strict=True)
        ],
        "issuer_keys": {each.kid.hex(): published(each).public_key.hex() for each in trusted},
        "now": "2026-04-01T08:00:00.000Z",
        "codes": [
            {"reference": reference.hex(), "code": CARDS.find_code(reference)}
            for reference in references
        ],
        "cases": [_case(case, read) for case in card_list_cases()],
    }


def _case(case: ListCase, read: Callable[[bytes], CardList]) -> dict[str, Any]:
    answer: dict[str, Any]
    if case.malformed:
        answer = {"malformed": "cards"}
    elif case.untrusted:
        answer = {"untrusted": case.untrusted}
    else:
        answer = {"list": described(read(case.document))}
    return {
        "name": case.name,
        "held_number": case.held_number,
        "document": case.document.hex(),
        **answer,
    }


def described(cards: CardList) -> dict[str, Any]:
    """A list in the words of the vectors."""
    return {
        "url": cards.url,
        "number": cards.number,
        "issued_at": _instant(cards.issued_at),
        "expires_at": _instant(cards.issued_at + cards.lifetime),
        "time_to_live_seconds": int(cards.time_to_live.total_seconds()),
        "salt": cards.salt.hex(),
        "passes": {name.hex(): certificate.hex() for name, certificate in cards.passes.items()},
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
