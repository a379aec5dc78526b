"""Codes that are not in the one form allowed: one for each way, truly signed where possible."""

import struct
from typing import Any
from uuid import UUID

import cbor2

from fares.passes import issue_certificate, paper_code, present
from fares.reasons import Reason
from tests.fares.passes.vectors.making import (
    CARD_CERTIFICATE,
    ISSUER,
    NOW_SECONDS,
    OTHER_DEVICE,
    PAPER,
    PHONE_CERTIFICATE,
    RIDE,
    Case,
    body_code,
    device_signature,
    items_code,
    raw_code,
)

BODY = cbor2.dumps([NOW_SECONDS, 1])
SIGNATURE = device_signature(BODY)
ITEMS = (PHONE_CERTIFICATE, BODY, SIGNATURE)
DATA = cbor2.dumps(list(ITEMS))
GOOD = items_code(*ITEMS)


def bad_bytes_cases() -> list[Case]:
    groups = {
        "code.base45": _text(),
        "code.items": _items(),
        "presentation": _bodies(),
        "code.medium": _media(),
    }
    cases = [
        Case(f"{rule}: {name}", code, (Reason.MALFORMED_CODE, rule))
        for rule, codes in groups.items()
        for name, code in codes.items()
    ]
    too_long = GOOD + "0" * (481 - len(GOOD))
    return [
        *(
            Case(f"code.prefix: {name}", text, (Reason.NOT_A_PASS, "code.prefix"))
            for name, text in _other_texts().items()
        ),
        Case("code.length: 481 characters", too_long, (Reason.MALFORMED_CODE, "code.length")),
        *cases,
    ]


def _other_texts() -> dict[str, str]:
    return {
        "nothing": "",
        "an address": "https://example.org/pass",
        "small letters": "tk1:" + GOOD[4:],
        "a later version": "TK2:" + GOOD[4:],
        "a space before": " " + GOOD,
    }


def _text() -> dict[str, str]:
    return {
        "a small letter": GOOD[:-1] + "a",
        "a letter beyond ASCII": GOOD[:-1] + "Ｋ",
        "a character left over": "TK1:" + "0000",
        "three characters beyond two bytes": "TK1:" + ":::",
        "two characters beyond one byte": "TK1:" + "::",
        "a line break after": GOOD + "\n",
    }


def _items() -> dict[str, str]:
    certificate, body, signature = (cbor2.dumps(item) for item in ITEMS)
    return {
        "nothing": raw_code(b""),
        "no array": raw_code(cbor2.dumps(PHONE_CERTIFICATE)),
        "an empty array": items_code(),
        "two items": items_code(PHONE_CERTIFICATE, BODY),
        "two items announced, one there": raw_code(b"\x82" + certificate),
        "four items": items_code(*ITEMS, b""),
        "bytes after the end": raw_code(DATA + b"\x00"),
        "cut short": raw_code(DATA[:-1]),
        "unknown length": raw_code(b"\x9f" + certificate + body + signature + b"\xff"),
        "a tag": raw_code(b"\xd9\xd9\xf7" + DATA),
        "array length not in its shortest form": raw_code(b"\x98\x03" + DATA[1:]),
        "string length not in its shortest form": raw_code(
            b"\x83\x59"
            + struct.pack(">H", len(PHONE_CERTIFICATE))
            + PHONE_CERTIFICATE
            + body
            + signature
        ),
        "string in pieces": raw_code(b"\x83" + certificate + b"\x5f" + body + b"\xff" + signature),
        "the certificate as text": items_code("certificate", BODY, SIGNATURE),
        "the certificate as an array": items_code(cbor2.loads(PHONE_CERTIFICATE), BODY, SIGNATURE),
        "an empty certificate": items_code(b"", BODY, SIGNATURE),
        "an empty presentation": items_code(PHONE_CERTIFICATE, b"", SIGNATURE),
        "a signature of 63 bytes": items_code(PHONE_CERTIFICATE, BODY, SIGNATURE[:-1]),
        "a signature of 65 bytes": items_code(PHONE_CERTIFICATE, BODY, SIGNATURE + b"\x00"),
    }


def _bodies() -> dict[str, str]:
    ride: list[Any] = [RIDE.operator_id, UUID(RIDE.ride_id).bytes, RIDE.amount_minor]
    wrong_values: dict[str, object] = {
        "no array": {0: NOW_SECONDS, 1: 1},
        "no counter": [NOW_SECONDS],
        "four items": [NOW_SECONDS, 1, ride, 0],
        "a negative counter": [NOW_SECONDS, -1],
        "a fractional time": [float(NOW_SECONDS), 1],
        "a time of true": [True, 1],
        "a counter beyond 32 bits": [NOW_SECONDS, 2**32],
        "a counter beyond 64 bits": [NOW_SECONDS, 2**64],
        "a challenge of null": [NOW_SECONDS, 1, None],
        "a challenge of two items": [NOW_SECONDS, 1, ride[:2]],
        "a challenge of four items": [NOW_SECONDS, 1, [*ride, "JPY"]],
        "an operator id of bytes": [NOW_SECONDS, 1, [b"tama-taxi", *ride[1:]]],
        "an operator id of nothing": [NOW_SECONDS, 1, ["", *ride[1:]]],
        "an operator id of 33 bytes": [NOW_SECONDS, 1, ["o" * 33, *ride[1:]]],
        "a ride id of 15 bytes": [NOW_SECONDS, 1, [ride[0], ride[1][:-1], ride[2]]],
        "a ride id as text": [NOW_SECONDS, 1, [ride[0], RIDE.ride_id, ride[2]]],
        "a ride id as a number": [NOW_SECONDS, 1, [ride[0], 7, ride[2]]],
        "a negative amount": [NOW_SECONDS, 1, [*ride[:2], -1]],
    }
    wrong_bytes = {
        "counter not in its shortest form": BODY[:-1] + b"\x18\x01",
        "time not in its shortest form": b"\x82\x1b" + struct.pack(">Q", NOW_SECONDS) + b"\x01",
        "bytes after the end": BODY + b"\x00",
        "cut short": BODY[:-1],
        "cut short within the time": BODY[:4],
        "unknown length": b"\x9f" + BODY[1:] + b"\xff",
        "a reserved head": b"\x82\x1c" + BODY[2:],
        "an id that is not UTF-8": cbor2.dumps([NOW_SECONDS, 1, ride]).replace(b"taxi", b"tax\xff"),
        "an id with half a surrogate pair": cbor2.dumps([NOW_SECONDS, 1, ride]).replace(
            b"axi", b"\xed\xa0\x80"
        ),
    }
    encoded = {name: cbor2.dumps(value) for name, value in wrong_values.items()}
    return {name: body_code(body) for name, body in (encoded | wrong_bytes).items()}


def _media() -> dict[str, str]:
    paper = issue_certificate(PAPER, ISSUER)
    return {
        "a phone certificate alone": paper_code(PHONE_CERTIFICATE),
        "a card's certificate alone": paper_code(CARD_CERTIFICATE),
        "a paper certificate shown by a phone": present(paper, OTHER_DEVICE, NOW_SECONDS, 1),
    }
