import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fares.passes import base45
from tests.fares.passes.vectors.write import FOLDER

VECTORS = json.loads((FOLDER / "base45.json").read_text())


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_the_examples_of_rfc_9285(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["hex"] or "empty")
def test_good_vectors(vector: dict[str, str]) -> None:
    data = bytes.fromhex(vector["hex"])
    assert base45.encode(data) == vector["text"]
    assert base45.decode(vector["text"]) == data


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda vector: repr(vector["text"]))
def test_bad_vectors(vector: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"base45|bytes|single|ascii|byte"):
        base45.decode(vector["text"])


@given(st.binary(max_size=400))
def test_every_byte_string_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET, max_size=60))
@example(":::")
def test_a_text_is_refused_or_is_the_only_one_for_its_bytes(text: str) -> None:
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text
