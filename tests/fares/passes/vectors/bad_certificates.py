"""Certificates not in the one form allowed, each truly signed by the issuer and fresh."""

import cbor2

from fares.reasons import Reason
from tests.fares.passes.vectors.making import (
    CARD,
    ISSUER,
    PAPER,
    PHONE,
    PHONE_CERTIFICATE,
    Case,
    certificate_code,
    claims_code,
    claims_map,
    issuer_signed,
)


def bad_certificate_cases() -> list[Case]:
    groups = {"certificate": _envelopes(), "certificate.claims": _claims()}
    return [
        *(
            Case(f"{rule}: {name}", code, (Reason.MALFORMED_CODE, rule))
            for rule, codes in groups.items()
            for name, code in codes.items()
        ),
        _device_key_off_the_curve(),
    ]


def _envelopes() -> dict[str, str]:
    payload = cbor2.dumps(claims_map())
    protected, unprotected, _, signature = issuer_signed(payload)
    kid = ISSUER.kid
    headers = {
        "the older algorithm -8": cbor2.dumps({1: -8, 4: kid}),
        "the algorithm of the device": cbor2.dumps({1: -7, 4: kid}),
        "the algorithm in words": cbor2.dumps({1: "Ed25519", 4: kid}),
        "no algorithm": cbor2.dumps({4: kid}),
        "no key id": cbor2.dumps({1: -19}),
        "a key id of 7 bytes": cbor2.dumps({1: -19, 4: kid[:7]}),
        "a key id as text": cbor2.dumps({1: -19, 4: "issuer-1"}),
        "a further header": cbor2.dumps({1: -19, 4: kid, 5: 0}),
        "headers in another order": b"\xa2\x04\x48" + kid + b"\x01\x32",
        "a header twice": b"\xa3\x01\x32\x01\x32\x04\x48" + kid,
        "header bytes after the end": cbor2.dumps({1: -19, 4: kid}) + b"\x00",
        "an empty header": b"",
    }
    arrays = {
        "a key id not signed for": [protected, {4: kid}, payload, signature],
        "no unprotected header": [protected, payload, signature],
        "a detached payload": [protected, unprotected, None, signature],
        "an empty payload": issuer_signed(b""),
        "a signature of 63 bytes": [protected, unprotected, payload, signature[:-1]],
        "five items": [protected, unprotected, payload, signature, b""],
    } | {name: issuer_signed(payload, header) for name, header in headers.items()}
    encoded = {name: cbor2.dumps(array) for name, array in arrays.items()}
    others = {
        "a tag": b"\xd2" + PHONE_CERTIFICATE,
        "bytes after the end": PHONE_CERTIFICATE + b"\x00",
        "cut short": PHONE_CERTIFICATE[:-1],
        "unknown length": b"\x9f" + PHONE_CERTIFICATE[1:] + b"\xff",
        "text": b"certificate",
    }
    return {name: certificate_code(data) for name, data in (encoded | others).items()}


def _claims() -> dict[str, str]:
    claims = claims_map()
    payload = cbor2.dumps(claims)
    changed: dict[str, dict[int, object]] = {
        "a pass id as text": {1: "48151"},
        "a negative pass id": {1: -1},
        "a pass id beyond 32 bits": {1: 2**32},
        "a fractional time": {2: float(claims[2])},
        "a time beyond 31 bits": {2: 2**31},
        "a phone pass for over a day": {3: 1441},
        "modes as true": {4: True},
        "modes beyond 16 bits": {4: 2**16},
        "areas as a list": {5: [0, 3, 11]},
        "areas of 17 bytes": {5: bytes(17)},
        "a rider category beyond 8 bits": {6: 256},
        "one offline cap": {7: [4]},
        "three offline caps": {7: [4, 3000, 0]},
        "a negative offline cap": {7: [4, -1]},
        "a device key of 32 bytes": {8: claims[8][:32]},
        "a device key not compressed": {8: b"\x04" + bytes(64)},
        "a device key of null": {8: None},
        "paper with a device key": {9: 1},
        "an unknown medium": {9: 2},
        "a further key": {10: 0},
    }
    wrong_bytes = {
        "keys in another order": cbor2.dumps(dict(reversed(claims.items()))),
        "a key twice": b"\xaa" + payload[1:] + b"\x09\x00",
        "a key as text": cbor2.dumps({"1" if key == 1 else key: claims[key] for key in claims}),
        "a key not in its shortest form": payload[:1] + b"\x18" + payload[1:],
        "a value not in its shortest form": payload[:-1] + b"\x18\x00",
        "bytes after the end": payload + b"\x00",
        "cut short": payload[:-1],
        "unknown length": b"\xbf" + payload[1:] + b"\xff",
        "no map": cbor2.dumps(list(claims.values())),
        "no rider category": cbor2.dumps({key: claims[key] for key in claims if key != 6}),
        "no device key on a phone": cbor2.dumps({key: claims[key] for key in claims if key != 8}),
        "a paper pass for over 35 days": cbor2.dumps(claims_map(PAPER) | {3: 35 * 1440 + 1}),
        "a card's pass for over a day": cbor2.dumps(claims_map(CARD) | {3: 1441}),
    }
    return {name: claims_code(claims | change) for name, change in changed.items()} | {
        name: claims_code(data) for name, data in wrong_bytes.items()
    }


def _device_key_off_the_curve() -> Case:
    x_without_a_point = b"\x02" + (1).to_bytes(32)
    code = claims_code(claims_map(PHONE) | {8: x_without_a_point})
    rule = "certificate.device_key"
    return Case(f"{rule}: no point of the curve", code, (Reason.MALFORMED_CODE, rule))
