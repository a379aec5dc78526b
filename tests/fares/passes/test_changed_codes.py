"""A code with anything changed is refused: every byte, and 20,000 mutations of many kinds."""

from collections.abc import Callable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from fares.passes import CertificateCache, VerifiedPass, base45, paper_code, present, verify_code
from tests.fares.passes.vectors.making import (
    DEVICE,
    NOW,
    NOW_SECONDS,
    PAPER_CERTIFICATE,
    PHONE_CERTIFICATE,
    RIDE,
    raw_code,
)
from tests.fares.passes.vectors.write import ISSUER_KEYS

CODES = (
    present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1),
    present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS - 12, 300),
    present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 2, RIDE),
    paper_code(PAPER_CERTIFICATE),
)
CHALLENGES = (None, None, RIDE, None)
MUTATIONS = 20_000


def is_accepted(text: str, cache: CertificateCache | None = None) -> bool:
    """Is the code accepted for any of the rides the originals are good for?"""
    return any(
        isinstance(verify_code(text, ISSUER_KEYS, NOW, cache, challenge), VerifiedPass)
        for challenge in (None, RIDE)
    )


def test_the_codes_are_good_before_they_are_changed() -> None:
    for code, challenge in zip(CODES, CHALLENGES, strict=True):
        assert isinstance(verify_code(code, ISSUER_KEYS, NOW, None, challenge), VerifiedPass)


@given(st.sampled_from(CODES), st.data())
def test_any_changed_byte_fails(code: str, draw: st.DataObject) -> None:
    data = bytearray(base45.decode(code[4:]))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= draw.draw(st.integers(1, 255))
    assert not is_accepted(raw_code(bytes(data)))


@given(st.sampled_from(CODES), st.data())
def test_any_changed_character_fails(code: str, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(code) - 1))
    character = draw.draw(st.characters().filter(lambda other: other != code[at]))
    assert not is_accepted(code[:at] + character + code[at + 1 :])


def change_character(code: str, random: Random) -> str:
    at = random.randrange(len(code))
    return code[:at] + random.choice(base45.ALPHABET) + code[at + 1 :]


def change_bits(code: str, random: Random) -> str:
    data = bytearray(base45.decode(code[4:]))
    for _ in range(random.randint(1, 4)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return raw_code(bytes(data))


def cut(code: str, random: Random) -> str:
    data = base45.decode(code[4:])
    start = random.randrange(len(data))
    return raw_code(data[:start] + data[start + random.randint(1, 40) :])


def insert(code: str, random: Random) -> str:
    data = base45.decode(code[4:])
    at = random.randrange(len(data) + 1)
    return raw_code(data[:at] + random.randbytes(random.randint(1, 9)) + data[at:])


def splice(code: str, random: Random) -> str:
    first, second = base45.decode(code[4:]), base45.decode(random.choice(CODES)[4:])
    at = random.randrange(min(len(first), len(second)))
    return raw_code(first[:at] + second[at:])


def repeat_part(code: str, random: Random) -> str:
    start, length = random.randrange(4, len(code)), random.randint(1, 60)
    return code[: start + length] + code[start:]


def swap_characters(code: str, random: Random) -> str:
    characters = list(code)
    first, second = random.randrange(len(code)), random.randrange(len(code))
    characters[first], characters[second] = characters[second], characters[first]
    return "".join(characters)


MUTATORS: tuple[Callable[[str, Random], str], ...] = (
    change_character,
    change_bits,
    cut,
    insert,
    splice,
    repeat_part,
    swap_characters,
)


def test_20_000_mutated_codes_are_refused() -> None:
    random = Random("TK1")
    cache = CertificateCache()
    accepted = []
    for _ in range(MUTATIONS):
        mutated = random.choice(CODES)
        while mutated in CODES:
            mutated = random.choice(MUTATORS)(mutated, random)
        if is_accepted(mutated, cache):
            accepted.append(mutated)
    assert accepted == []
