"""Codes as a phone shows them: their exact bytes, their length, and what they never carry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fares.passes import (
    Challenge,
    Code,
    base45,
    decode_code,
    issue_certificate,
    paper_code,
    present,
)
from fares.passes.code import MAX_CHARACTERS
from fares.reasons import Reason, Refused
from tests.fares.passes.vectors.making import (
    DEVICE,
    ISSUER,
    NOW,
    NOW_SECONDS,
    ORDER,
    PAPER_CERTIFICATE,
    PHONE,
    PHONE_CERTIFICATE,
    RIDE,
)


def test_the_bytes_of_a_code_and_of_what_the_device_signs() -> None:
    code = present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 7)
    assert code.startswith("TK1:")
    certificate, body, signature = cbor2.loads(base45.decode(code[4:]))
    assert certificate == PHONE_CERTIFICATE
    assert body == bytes.fromhex("82 1a69ccd080 07")
    message = b"TK1-P" + sha256(PHONE_CERTIFICATE).digest() + body
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    DEVICE.public_key().verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    assert s <= ORDER // 2


def test_a_metered_ride_is_signed_with_operator_ride_and_amount() -> None:
    code = decode_code(present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 7, RIDE))
    assert isinstance(code, Code)
    assert code.shown is not None
    ride_id = UUID(RIDE.ride_id).bytes
    assert cbor2.loads(code.shown.body) == [NOW_SECONDS, 7, ["tama-taxi", ride_id, 1480]]
    assert code.shown.presentation.challenge == RIDE


def test_a_paper_pass_is_its_certificate_alone() -> None:
    text = paper_code(PAPER_CERTIFICATE)
    assert cbor2.loads(base45.decode(text[4:])) == [PAPER_CERTIFICATE]
    assert decode_code(text) == Code(PAPER_CERTIFICATE, None)


def test_every_signature_is_normalised_to_low_s() -> None:
    # Half of all signatures come out high; in 60 each kind occurs, bar one chance in 2^59.
    for counter in range(60):
        code = decode_code(present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, counter))
        assert isinstance(code, Code)
        assert code.shown is not None
        assert code.shown.has_low_s()


def test_a_usual_code_is_short_and_the_longest_fits() -> None:
    assert len(present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1)) == 346
    largest = 2**32 - 1
    claims = replace(
        PHONE,
        pass_id=largest,
        valid_from_at=datetime(6053, 1, 1, tzinfo=UTC),
        modes=2**16 - 1,
        areas=bytes(15) + b"\x01",
        rider_category=255,
        offline_caps=(largest, largest),
    )
    ride = Challenge("o" * 32, RIDE.ride_id, largest)
    code = present(issue_certificate(claims, ISSUER), DEVICE, largest, largest, ride)
    assert len(code) == 477 <= MAX_CHARACTERS


def test_a_code_that_would_not_fit_is_an_error() -> None:
    with pytest.raises(ValueError, match="over 480"):
        paper_code(bytes(400))


@pytest.mark.parametrize(
    ("seconds", "counter", "challenge"),
    [
        (-1, 0, None),
        (NOW_SECONDS, 2**32, None),
        (NOW_SECONDS, 0, replace(RIDE, operator_id="")),
        (NOW_SECONDS, 0, replace(RIDE, operator_id="o" * 33)),
        (NOW_SECONDS, 0, replace(RIDE, amount_minor=-1)),
    ],
)
def test_what_no_reader_would_take_is_not_shown(
    seconds: int, counter: int, challenge: Challenge | None
) -> None:
    with pytest.raises(ValueError, match="presentation: "):
        present(PHONE_CERTIFICATE, DEVICE, seconds, counter, challenge)


def test_half_a_surrogate_pair_is_refused_like_any_letter_outside_base45() -> None:
    assert decode_code("TK1:\ud800") == Refused(Reason.MALFORMED_CODE, "code.base45")


def test_the_length_is_judged_before_the_text_is_read() -> None:
    assert decode_code("TK1:" + "a" * 477) == Refused(Reason.MALFORMED_CODE, "code.length")
    assert decode_code("TK1:" + "a" * 476) == Refused(Reason.MALFORMED_CODE, "code.base45")


def test_a_ride_id_that_is_no_uuid_is_not_shown() -> None:
    with pytest.raises(ValueError, match="UUID"):
        present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 0, replace(RIDE, ride_id="ride-42"))


def test_the_time_is_the_devices_own() -> None:
    later = NOW + timedelta(seconds=12)
    code = decode_code(present(PHONE_CERTIFICATE, DEVICE, int(later.timestamp()), 8))
    assert isinstance(code, Code)
    assert code.shown is not None
    assert code.shown.presentation.unix_seconds == NOW_SECONDS + 12
