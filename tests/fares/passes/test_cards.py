"""Cards: the published vectors, and what holds for any list."""

import json
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from fares.passes import MalformedError, Medium, VerifiedPass, verify_code
from fares.passes.cards import card_reference, read_card_list
from fares.passes.documents import UntrustedError
from fares.reasons import Reason, Refused
from tests.fares.passes.vectors.card_lists import described
from tests.fares.passes.vectors.write import FOLDER

VECTORS = json.loads((FOLDER / "card-lists.json").read_text())
PINNED = {
    bytes.fromhex(kid): Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    for kid, key in VECTORS["issuer_keys"].items()
}
GENUINE = bytes.fromhex(VECTORS["cases"][0]["document"])
NOW = datetime.fromisoformat(VECTORS["now"])


@pytest.mark.parametrize("case", VECTORS["references"], ids=lambda case: case["number"])
def test_references(case: dict[str, str]) -> None:
    key = bytes.fromhex(VECTORS["card_key"])
    assert card_reference(key, bytes.fromhex(case["number"])).hex() == case["reference"]


@pytest.mark.parametrize(
    ("key", "number"), [(b"k" * 31, b"1"), (b"k" * 32, b""), (b"k" * 32, b"1" * 33)]
)
def test_no_reference_is_made_of_nothing(key: bytes, number: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        card_reference(key, number)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_lists(case: dict[str, Any]) -> None:
    try:
        cards = read_card_list(bytes.fromhex(case["document"]), PINNED, case["held_number"])
        answer: dict[str, Any] = {"list": described(cards)}
    except UntrustedError as error:
        answer = {"untrusted": error.rule}
    except MalformedError as error:
        answer = {"malformed": error.layer}
    names = ("list", "untrusted", "malformed")
    assert answer == {name: case[name] for name in names if name in case}


@given(st.integers(0, len(GENUINE) - 1), st.integers(0, 7))
def test_no_changed_list_is_taken(at: int, bit: int) -> None:
    changed = bytearray(GENUINE)
    changed[at] ^= 1 << bit
    with pytest.raises((MalformedError, UntrustedError)):
        read_card_list(bytes(changed), PINNED)


def test_a_cards_pass_is_genuine_from_the_list_and_a_copy_when_shown() -> None:
    codes = [case["code"] for case in VECTORS["codes"]]
    assert codes[2:] == [None, None]
    found = verify_code(codes[0], PINNED, NOW, of_card=True)
    assert isinstance(found, VerifiedPass)
    assert found.claims.medium == Medium.CARD
    assert verify_code(codes[0], PINNED, NOW) == Refused(Reason.MALFORMED_CODE, "code.medium")
