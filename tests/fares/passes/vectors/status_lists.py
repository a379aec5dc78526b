"""Status lists: good ones, and one bad one for each way to be bad."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import cbor2

from fares.passes import IssuerKey, issue_certificate
from fares.passes.documents import sign_document
from fares.passes.status import (
    DOCUMENT_TYPE,
    NamedArea,
    PublishedKey,
    StatusList,
    sign_status_list,
    status_bits,
)
from fares.reasons import Text
from tests.fares.passes.vectors.making import ISSUER, NEXT_ISSUER, PHONE, STRANGER

ISSUED = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
REVOKED = (0, 7, 8, 513, 1023)

# Stored, not compressed: what zlib makes of the same bytes differs from version to version.
store = partial(zlib.compress, level=0)


def published(issuer: IssuerKey, signs_from_at: datetime = ISSUED) -> PublishedKey:
    return PublishedKey(issuer.private_key.public_key().public_bytes_raw(), signs_from_at)


STATUS = StatusList(
    url="https://teiki.example/v1/passes/status",
    number=1234,
    issued_at=ISSUED,
    keys=(published(ISSUER), published(NEXT_ISSUER, ISSUED + timedelta(days=90))),
    areas=(NamedArea(0, Text("中心部", "Centre")), NamedArea(11, Text("山側", "Hills"))),
    bits=status_bits(REVOKED, 2**10),
)
# The example of draft-ietf-oauth-status-list, section 4.1: 16 entries, B9 A3, as it prints them.
EXAMPLE_BITS, EXAMPLE_COMPRESSED = bytes.fromhex("b9a3"), bytes.fromhex("78dadbb918000217015d")


@dataclass(frozen=True)
class ListCase:
    """A document, what a reader holds, and its answer: a list, or why not."""

    name: str
    document: bytes
    untrusted: str | None = None
    malformed: bool = False
    held_number: int = 0


def status_list_cases() -> list[ListCase]:
    return [*_good(), *_untrusted(), *_malformed()]


def _good() -> list[ListCase]:
    smallest = StatusList("u", 0, ISSUED, (published(ISSUER),), (), b"", lifetime=timedelta())
    example = replace(STATUS, bits=EXAMPLE_BITS)
    the_drafts = sign_status_list(example, ISSUER, lambda _: EXAMPLE_COMPRESSED)
    by_next = replace(STATUS, keys=(published(NEXT_ISSUER),))
    return [
        ListCase("five stopped", _sign(STATUS)),
        ListCase("the number that is held", _sign(STATUS), held_number=1234),
        ListCase("the example of the draft", the_drafts),
        ListCase("nothing but a key", _sign(smallest)),
        ListCase("signed by the next key, the first one dropped", _sign(by_next, NEXT_ISSUER)),
    ]


def _untrusted() -> list[ListCase]:
    genuine = _sign(STATUS)
    changed = genuine[:-1] + bytes((genuine[-1] ^ 1,))
    strangers = replace(STATUS, keys=(published(STRANGER),))
    without_own = _claims_of(replace(STATUS, keys=(published(NEXT_ISSUER),)))
    return [
        ListCase("by a key that is not held", _sign(strangers, STRANGER), "status.kid"),
        ListCase("a changed signature", changed, "status.signature"),
        ListCase("by a key that it leaves out", _raw(without_own), "status.keys"),
        ListCase("older than the one held", genuine, "status.number", held_number=1235),
    ]


def _malformed() -> list[ListCase]:
    genuine, claims = _sign(STATUS), _claims_of(STATUS)
    bits = claims[65533]
    spoilt: dict[str, dict[Any, Any]] = {
        "two bits for each pass": {65533: bits | {"bits": 2}},
        "one claim more": {-70004: 0},
        "no key": {-70002: []},
        "24 keys": {-70002: claims[-70002] * 12},
        "a key of 31 bytes": {-70002: [[bytes(31), 0]]},
        "area 128": {-70003: [[128, "a", "a"]]},
        "an area without a name": {-70003: [[1, "", "a"]]},
        "it expires before it is issued": {4: claims[6] - 1},
        "a number beyond 32 bits": {-70001: 2**32},
        "bits that nothing compressed": {65533: bits | {"lst": STATUS.bits[:64]}},
        "bits cut short": {65533: bits | {"lst": EXAMPLE_COMPRESSED[:-1]}},
        "bytes after the compressed bits": {65533: bits | {"lst": EXAMPLE_COMPRESSED + b"\0"}},
    }
    documents = {
        "cut short": genuine[:-1],
        "a byte too many": genuine + b"\0",
        "without its tag": genuine[1:],
        "a certificate": issue_certificate(PHONE, ISSUER),
        "another type": sign_document(cbor2.dumps(claims, canonical=True), "text/plain", ISSUER),
        "claims in another order": _raw(dict(reversed(claims.items())), canonical=False),
        **{name: _raw(claims | changes) for name, changes in spoilt.items()},
    }
    return [ListCase(name, document, malformed=True) for name, document in documents.items()]


def _sign(status: StatusList, issuer: IssuerKey = ISSUER) -> bytes:
    return sign_status_list(status, issuer, store)


def _claims_of(status: StatusList) -> dict[Any, Any]:
    """The claims as a plain map, to be spoilt before `_raw` signs them."""
    issued = int(status.issued_at.timestamp())
    return {
        2: status.url,
        4: issued + 86_400,
        6: issued,
        65533: {"bits": 1, "lst": store(status.bits)},
        65534: 300,
        -70001: status.number,
        -70002: [[key.public_key, int(key.signs_from_at.timestamp())] for key in status.keys],
        -70003: [[area.number, area.name.ja, area.name.en] for area in status.areas],
    }


def _raw(claims: dict[Any, Any], canonical: bool = True) -> bytes:
    """Any claims, truly signed."""
    return sign_document(cbor2.dumps(claims, canonical=canonical), DOCUMENT_TYPE, ISSUER)


def status_lists(read: Callable[[bytes], StatusList]) -> dict[str, Any]:
    """The file: what a reader trusts, and the cases."""
    return {
        "issuer_keys": {
            issuer.kid.hex(): published(issuer).public_key.hex() for issuer in (ISSUER, NEXT_ISSUER)
        },
        "cases": [_case(case, read) for case in status_list_cases()],
    }


def _case(case: ListCase, read: Callable[[bytes], StatusList]) -> dict[str, Any]:
    answer: dict[str, Any]
    if case.malformed:
        answer = {"malformed": "status"}
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


def described(status: StatusList) -> dict[str, Any]:
    """A list in the words of the vectors."""
    return {
        "url": status.url,
        "number": status.number,
        "issued_at": _instant(status.issued_at),
        "expires_at": _instant(status.expires_at),
        "time_to_live_seconds": int(status.time_to_live.total_seconds()),
        "keys": [
            {
                "kid": key.kid.hex(),
                "public_key": key.public_key.hex(),
                "signs_from_at": _instant(key.signs_from_at),
            }
            for key in status.keys
        ],
        "areas": [
            {"number": area.number, "ja": area.name.ja, "en": area.name.en} for area in status.areas
        ],
        "pass_ids": len(status.bits) * 8,
        "revoked": [i for i in range(len(status.bits) * 8) if status.is_revoked(i)],
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
