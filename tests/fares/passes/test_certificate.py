"""Certificates, byte for byte, and against an independent reading of RFC 9052."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from fares.passes import (
    IssuerKey,
    MalformedError,
    Medium,
    PassClaims,
    issue_certificate,
    key_id,
    read_certificate,
)
from tests.fares.passes.vectors.making import (
    ISSUER,
    PAPER,
    PAPER_CERTIFICATE,
    PHONE,
    PHONE_CERTIFICATE,
    VALID_FROM,
)

PHONE_PAYLOAD = (
    "a9"  # a map of nine pairs
    "01 19bc17"  # pass id 48151
    "02 1a01c368b4"  # valid from 2026-04-01 03:00 UTC, in minutes
    "03 1905a0"  # for 1440 minutes
    "04 07"  # bus, rail, taxi
    "05 42 9010"  # areas 0, 3 and 11
    "06 02"  # rider category
    "07 82 04 190bb8"  # offline: 4 rides, or 3000 in minor units
    "08 5821 0370eae0f896e10eb8a9cab120dd50389e3ea2d43e28f790fc4241f91b441aab79"  # device key
    "09 00"  # on a phone
)
PAPER_PAYLOAD = (
    "a8"
    "01 19f386"  # pass id 62342
    "02 1a01c368b4"
    "03 19c4e0"  # for 50400 minutes
    "04 07"
    "05 42 9010"
    "06 02"
    "07 82 02 00"
    "09 01"  # on paper, without key 8
)


@pytest.mark.parametrize(
    ("claims", "payload"), [(PHONE, PHONE_PAYLOAD), (PAPER, PAPER_PAYLOAD)], ids=["phone", "paper"]
)
def test_the_bytes_of_a_certificate(claims: PassClaims, payload: str) -> None:
    data = issue_certificate(claims, ISSUER)
    payload_bytes = bytes.fromhex(payload)
    header = bytes.fromhex("a2 01 32 04 48") + ISSUER.kid  # {1: -19, 4: kid}
    start = b"\x84\x4d" + header + b"\xa0" + cbor2.dumps(payload_bytes) + b"\x58\x40"
    assert data[:-64] == start
    assert len(data) == len(start) + 64


def verify_by_rfc_9052(data: bytes, key: Ed25519PublicKey) -> tuple[dict[int, Any], Any]:
    """Header and payload, read and checked without our code (sections 4.2 and 4.4)."""
    protected, unprotected, payload, signature = cbor2.loads(data)
    assert unprotected == {}
    to_be_signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    key.verify(signature, to_be_signed)
    return cbor2.loads(protected), cbor2.loads(payload)


@pytest.mark.parametrize("data", [PHONE_CERTIFICATE, PAPER_CERTIFICATE], ids=["phone", "paper"])
def test_an_independent_reader_agrees(data: bytes) -> None:
    header, payload = verify_by_rfc_9052(data, ISSUER.private_key.public_key())
    assert header == {1: -19, 4: ISSUER.kid}
    claims = read_certificate(data).claims
    assert payload[1] == claims.pass_id
    assert payload[2] * 60 == claims.valid_from_at.timestamp()
    assert payload.get(8) == claims.device_key
    assert list(payload) == sorted(payload)


def claims_of_any_kind() -> st.SearchStrategy[PassClaims]:
    integers = st.integers(0, 2**32 - 1)
    phone = st.builds(
        PassClaims,
        pass_id=integers,
        valid_from_at=st.integers(0, 10**7).map(lambda n: VALID_FROM + timedelta(minutes=n)),
        validity_minutes=st.integers(1, 1440),
        modes=st.integers(0, 2**16 - 1),
        areas=st.binary(max_size=16),
        rider_category=st.integers(0, 255),
        offline_caps=st.tuples(integers, integers),
        device_key=st.just(PHONE.device_key),
        medium=st.just(Medium.PHONE),
    )
    paper = phone.map(lambda claims: replace(claims, device_key=None, medium=Medium.PAPER))
    return phone | paper


@given(claims_of_any_kind())
def test_what_is_issued_reads_back(claims: PassClaims) -> None:
    data = issue_certificate(claims, ISSUER)
    certificate = read_certificate(data)
    assert certificate.claims == claims
    assert certificate.signed.kid == ISSUER.kid
    assert certificate.signed.is_signed_by(ISSUER.private_key.public_key())
    assert cbor2.dumps(cbor2.loads(data), canonical=True) == data


@pytest.mark.parametrize(
    "change",
    [
        {"pass_id": -1},
        {"pass_id": 2**32},
        {"valid_from_at": VALID_FROM + timedelta(seconds=1)},
        {"validity_minutes": 1441},
        {"modes": 2**16},
        {"areas": bytes(17)},
        {"rider_category": 256},
        {"offline_caps": (4, -1)},
        {"device_key": None},
        {"device_key": b"\x02" + (1).to_bytes(32)},
        {"device_key": b"\x02" * 32},
        {"medium": Medium.PAPER},
        {"medium": 2},
    ],
    ids=str,
)
def test_what_no_reader_would_take_is_not_issued(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        issue_certificate(replace(PHONE, **change), ISSUER)


def test_a_time_without_zone_is_not_issued() -> None:
    with pytest.raises(TypeError):
        issue_certificate(replace(PHONE, valid_from_at=datetime(2026, 4, 1)), ISSUER)  # noqa: DTZ001


def test_a_key_id_has_eight_bytes() -> None:
    public_key = ISSUER.private_key.public_key()
    assert len(key_id(public_key)) == 8
    with pytest.raises(MalformedError):
        issue_certificate(PHONE, IssuerKey(b"short", ISSUER.private_key))


def test_validity_ends_before_its_last_instant() -> None:
    assert PHONE.valid_until_at == VALID_FROM + timedelta(days=1)
