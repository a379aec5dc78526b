"""Who may fetch passes: the enrolled phone, for exactly the keys that it signed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.passes import compressed_point
from fares.passes.enrolment import is_pass_request_signed_by, sign_pass_request
from tests.fares.passes.vectors.making import DEVICE, ORDER, OTHER_DEVICE
from tests.fares.passes.vectors.write import FOLDER

PHONE, KEYS = compressed_point(DEVICE.public_key()), [bytes((2,)) * 33, bytes((3,)) * 33]
SIGNATURE = sign_pass_request(KEYS, DEVICE)


def test_a_request_is_its_phones_alone() -> None:
    assert is_pass_request_signed_by(PHONE, KEYS, SIGNATURE)
    other = compressed_point(OTHER_DEVICE.public_key())
    assert not is_pass_request_signed_by(other, KEYS, SIGNATURE)


@pytest.mark.parametrize("keys", [KEYS[:1], KEYS[::-1], [*KEYS, KEYS[0]], []])
def test_it_is_for_exactly_these_keys(keys: list[bytes]) -> None:
    assert not is_pass_request_signed_by(PHONE, keys, SIGNATURE)


def test_the_twin_with_the_higher_s_is_refused() -> None:
    s = ORDER - int.from_bytes(SIGNATURE[32:])
    assert not is_pass_request_signed_by(PHONE, KEYS, SIGNATURE[:32] + s.to_bytes(32))


@given(st.binary(max_size=80))
def test_any_other_signature_is_refused(signature: bytes) -> None:
    assert is_pass_request_signed_by(PHONE, KEYS, signature) == (signature == SIGNATURE)


def test_the_published_vector() -> None:
    vector = json.loads((FOLDER / "enrolment.json").read_text())
    keys = [bytes.fromhex(key) for key in vector["device_public_keys"]]
    assert bytes.fromhex(vector["signature"]) == sign_pass_request(keys, DEVICE)
    assert is_pass_request_signed_by(
        bytes.fromhex(vector["phone_public_key"]), keys, bytes.fromhex(vector["signature"])
    )
