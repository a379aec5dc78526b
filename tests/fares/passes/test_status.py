"""The status list: the published vectors, and what holds for any list."""

import json
import zlib
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from fares.passes import MalformedError
from fares.passes.documents import UntrustedError, sign_document
from fares.passes.status import (
    DOCUMENT_TYPE,
    MAX_PASS_IDS,
    read_status_list,
    sign_status_list,
    status_bits,
)
from tests.fares.passes.vectors.making import ISSUER, NEXT_ISSUER
from tests.fares.passes.vectors.status_lists import (
    EXAMPLE_BITS,
    EXAMPLE_COMPRESSED,
    REVOKED,
    STATUS,
    described,
)
from tests.fares.passes.vectors.write import FOLDER

VECTORS = json.loads((FOLDER / "status-lists.json").read_text())
PINNED = {
    bytes.fromhex(kid): Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    for kid, key in VECTORS["issuer_keys"].items()
}
SIGNED = sign_status_list(STATUS, ISSUER)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_lists(case: dict[str, Any]) -> None:
    try:
        status = read_status_list(bytes.fromhex(case["document"]), PINNED, case["held_number"])
        answer: dict[str, Any] = {"list": described(status)}
    except UntrustedError as error:
        answer = {"untrusted": error.rule}
    except MalformedError as error:
        answer = {"malformed": error.layer}
    names = ("list", "untrusted", "malformed")
    assert answer == {name: case[name] for name in names if name in case}


def test_the_drafts_own_example_reads_bit_by_bit() -> None:
    """Section 4.1 of draft-ietf-oauth-status-list names the status of each of the 16 entries."""
    assert zlib.decompress(EXAMPLE_COMPRESSED) == EXAMPLE_BITS
    status = replace(STATUS, bits=EXAMPLE_BITS)
    statuses = [int(status.is_revoked(index)) for index in range(16)]
    assert statuses == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


def test_it_is_a_token_status_list_to_a_general_reader() -> None:
    tagged = cbor2.loads(SIGNED)
    protected, unprotected, payload, signature = tagged.value
    assert (tagged.tag, unprotected) == (18, {})
    assert cbor2.loads(protected) == {1: -19, 4: ISSUER.kid, 16: "application/statuslist+cwt"}
    claims = cbor2.loads(payload)
    assert claims[6] + 86_400 == claims[4]
    assert (claims[2], claims[65534], claims[65533]["bits"]) == (STATUS.url, 300, 1)
    assert zlib.decompress(claims[65533]["lst"]) == STATUS.bits
    message = cbor2.dumps(["Signature1", protected, b"", payload])
    ISSUER.private_key.public_key().verify(signature, message)


def test_what_is_written_is_read() -> None:
    status = read_status_list(SIGNED, PINNED, STATUS.number)
    assert status == STATUS
    assert [i for i in range(2**10) if status.is_revoked(i)] == list(REVOKED)
    assert set(status.issuer_keys()) == {ISSUER.kid, NEXT_ISSUER.kid}


def test_an_id_beyond_the_end_is_newer_than_the_list_and_not_stopped() -> None:
    assert STATUS.is_revoked(2**10 - 1)
    assert not STATUS.is_revoked(2**10)
    with pytest.raises(IndexError):
        status_bits([2**10], 2**10)


def test_a_list_that_unpacks_to_more_than_there_can_be_is_refused() -> None:
    bomb = zlib.compress(bytes(MAX_PASS_IDS // 8 + 1))
    assert len(bomb) < 10_000
    with pytest.raises(MalformedError, match="too many"):
        sign_status_list(STATUS, ISSUER, lambda _: bomb)


def test_a_list_without_its_own_key_is_not_signed() -> None:
    with pytest.raises(UntrustedError, match=r"status\.keys"):
        sign_status_list(replace(STATUS, keys=STATUS.keys[1:]), ISSUER)


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_any_changed_byte_fails(at: int, change: int) -> None:
    changed = SIGNED[:at] + bytes((SIGNED[at] ^ change,)) + SIGNED[at + 1 :]
    with pytest.raises((MalformedError, UntrustedError)):
        read_status_list(changed, PINNED)


@given(st.sets(st.integers(0, 2**14 - 1)))
def test_the_bits_are_exactly_the_stopped_ones(stopped: set[int]) -> None:
    status = replace(STATUS, bits=status_bits(stopped, 2**14))
    read = read_status_list(sign_status_list(status, ISSUER), PINNED)
    assert {i for i in range(2**14) if read.is_revoked(i)} == stopped


@given(st.binary(max_size=300))
def test_no_payload_however_signed_does_more_than_fail(payload: bytes) -> None:
    document = sign_document(payload or b"\0", DOCUMENT_TYPE, ISSUER)
    with pytest.raises(MalformedError):
        read_status_list(document, PINNED)
