"""Writes `mobile-contract/vectors/`, the referee between this code and any other reader.

Run: python -m tests.fares.passes.vectors.write
"""

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from fares.passes import (
    Challenge,
    PassClaims,
    VerifiedPass,
    areas_of,
    base45,
    compressed_point,
    verify_code,
)
from fares.passes.cards import read_card_list
from fares.passes.enrolment import sign_pass_request
from fares.passes.presentation import Presentation, write_body
from fares.passes.status import read_status_list
from tests.fares.offline.vectors import offline_records
from tests.fares.passes.vectors.bad_bytes import bad_bytes_cases
from tests.fares.passes.vectors.bad_certificates import bad_certificate_cases
from tests.fares.passes.vectors.bad_meaning import meaning_cases
from tests.fares.passes.vectors.card_lists import card_lists
from tests.fares.passes.vectors.good import good_cases
from tests.fares.passes.vectors.making import (
    DEVICE,
    ISSUER,
    NEXT_ISSUER,
    NOW_SECONDS,
    OTHER_DEVICE,
    PHONE_CERTIFICATE,
    RIDE,
    Case,
    device_signature,
    items_code,
)
from tests.fares.passes.vectors.status_lists import status_lists

FOLDER = Path(__file__).resolve().parents[4] / "mobile-contract" / "vectors"
ISSUER_KEYS = {key.kid: key.private_key.public_key() for key in (ISSUER, NEXT_ISSUER)}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in vector_files().items():
        (FOLDER / name).write_text(text)


def vector_files() -> dict[str, str]:
    """Every file of the folder: its name and its text."""
    documents = {
        "base45.json": _base45(),
        "card-lists.json": card_lists(partial(read_card_list, issuer_keys=ISSUER_KEYS)),
        "codes.json": _codes(),
        "enrolment.json": _enrolment(),
        "offline-records.json": offline_records(),
        "presentations.json": _presentations(),
        "status-lists.json": status_lists(partial(read_status_list, issuer_keys=ISSUER_KEYS)),
    }
    return {
        name: json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        for name, document in documents.items()
    }


def _base45() -> dict[str, Any]:
    # The first three are the examples of RFC 9285, section 4.3.
    data = [b"AB", b"Hello!!", b"base-45", b"", b"\x00", b"\xff", b"\x00\x00", b"\xff\xff\xff"]
    bad = {
        "GGW": "beyond two bytes",
        ":::": "beyond two bytes",
        "U6": "beyond one byte",
        "A": "one character",
        "QED8W": "beyond one byte",
        "bb8": "a small letter",
        "BB8\n": "a character left over, and outside the alphabet",
        "ＢＢ８": "characters beyond ASCII",
    }
    return {
        "good": [{"hex": each.hex(), "text": base45.encode(each)} for each in data],
        "bad": [{"text": text, "why": why} for text, why in bad.items()],
    }


def _codes() -> dict[str, Any]:
    cases = [*good_cases(), *bad_bytes_cases(), *bad_certificate_cases(), *meaning_cases()]
    return {
        "issuer_keys": {
            kid.hex(): key.public_bytes_raw().hex() for kid, key in ISSUER_KEYS.items()
        },
        "cases": [_case(case) for case in cases],
    }


def _case(case: Case) -> dict[str, Any]:
    answer: dict[str, Any] = {"verified": _verified(case)}
    if case.refused:
        reason, rule = case.refused
        answer = {"refused": {"reason": reason.value, "rule": rule}}
    return {
        "name": case.name,
        "now": _instant(case.now),
        "challenge": _challenge(case.challenge),
        "ride": {"mode": case.ride[0].value, "areas": sorted(case.ride[1])} if case.ride else None,
        "code": case.code,
        **answer,
    }


def _verified(case: Case) -> dict[str, Any] | None:
    if case.refused:
        return None
    verified = verify_code(case.code, ISSUER_KEYS, case.now, None, case.challenge)
    if not isinstance(verified, VerifiedPass):
        raise SystemExit(f"{case.name}: {verified}")
    return {
        **_claims(verified.claims),
        "certificate_hash": verified.certificate_hash.hex(),
        "kid": verified.kid.hex(),
        "unix_seconds": verified.unix_seconds,
        "counter": verified.counter,
    }


def _claims(claims: PassClaims) -> dict[str, Any]:
    return {
        "pass_id": claims.pass_id,
        "valid_from_at": _instant(claims.valid_from_at),
        "valid_until_at": _instant(claims.valid_until_at),
        "modes": claims.modes,
        "areas": sorted(areas_of(claims.areas)),
        "rider_category": claims.rider_category,
        "offline_caps": list(claims.offline_caps),
        "device_key": claims.device_key.hex() if claims.device_key else None,
        "medium": claims.medium,
    }


def _presentations() -> dict[str, Any]:
    """What a device writes and signs; its signature need not be this one, but must verify."""
    presentations = [
        Presentation(NOW_SECONDS, 1),
        Presentation(NOW_SECONDS, 2**32 - 1),
        Presentation(NOW_SECONDS, 24, RIDE),
    ]
    return {
        "certificate": PHONE_CERTIFICATE.hex(),
        "device_public_key": compressed_point(DEVICE.public_key()).hex(),
        "device_public_key_uncompressed": _uncompressed(DEVICE).hex(),
        "cases": [_presentation(each) for each in presentations],
    }


def _enrolment() -> dict[str, Any]:
    """What a phone signs to have passes; its signature need not be this one, but must verify."""
    keys = [compressed_point(key.public_key()) for key in (DEVICE, OTHER_DEVICE)]
    return {
        "phone_public_key": compressed_point(DEVICE.public_key()).hex(),
        "phone_public_key_uncompressed": _uncompressed(DEVICE).hex(),
        "device_public_keys": [key.hex() for key in keys],
        "message": (b"TK1-E" + b"".join(keys)).hex(),
        "signature": sign_pass_request(keys, DEVICE).hex(),
    }


def _presentation(presentation: Presentation) -> dict[str, Any]:
    body = write_body(presentation)
    low = device_signature(body)
    return {
        "unix_seconds": presentation.unix_seconds,
        "counter": presentation.counter,
        "challenge": _challenge(presentation.challenge),
        "body": body.hex(),
        "signature": low.hex(),
        "signature_high_s": device_signature(body, low_s=False).hex(),
        "code": items_code(PHONE_CERTIFICATE, body, low),
    }


def _uncompressed(key: EllipticCurvePrivateKey) -> bytes:
    numbers = key.public_key().public_numbers()
    return b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)


def _challenge(challenge: Challenge | None) -> dict[str, Any] | None:
    if challenge is None:
        return None
    return {
        "operator_id": challenge.operator_id,
        "ride_id": challenge.ride_id,
        "amount_minor": challenge.amount_minor,
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


if __name__ == "__main__":
    main()
