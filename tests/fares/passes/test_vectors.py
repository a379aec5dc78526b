"""The published vectors: up to date, and answered as they say."""

import json
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.modes import Mode
from fares.passes import (
    CertificateCache,
    Challenge,
    VerifiedPass,
    areas_of,
    present,
    refuse_uncovered,
    verify_code,
)
from fares.reasons import Refused
from tests.fares.passes.vectors.making import DEVICE
from tests.fares.passes.vectors.write import FOLDER, vector_files

CODES = json.loads((FOLDER / "codes.json").read_text())
PRESENTATIONS = json.loads((FOLDER / "presentations.json").read_text())
ISSUER_KEYS = {
    bytes.fromhex(kid): Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    for kid, key in CODES["issuer_keys"].items()
}
# The passing of time between cases must not matter, so they share one cache.
CACHE = CertificateCache()


def test_the_files_are_what_the_script_writes() -> None:
    made = vector_files()
    assert {path.name for path in FOLDER.glob("*.json")} == set(made)
    for name, text in made.items():
        assert (FOLDER / name).read_text() == text, (
            f"{name} is stale: run python -m tests.fares.passes.vectors.write"
        )


@pytest.mark.parametrize("cache", [None, CACHE], ids=["cold", "cached"])
@pytest.mark.parametrize("case", CODES["cases"], ids=lambda case: case["name"])
def test_codes(case: dict[str, Any], cache: CertificateCache | None) -> None:
    challenge = Challenge(**case["challenge"]) if case["challenge"] else None
    now = datetime.fromisoformat(case["now"])
    answer = verify_code(case["code"], ISSUER_KEYS, now, cache, challenge)
    if isinstance(answer, VerifiedPass) and case["ride"]:
        ride = case["ride"]
        areas = frozenset(ride["areas"])
        answer = refuse_uncovered(answer.claims, Mode(ride["mode"]), areas) or answer
    assert described(answer) == {key: case[key] for key in ("verified", "refused") if key in case}


def described(answer: VerifiedPass | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        return {"refused": {"reason": answer.reason, "rule": answer.rule}}
    claims = answer.claims
    return {
        "verified": {
            "pass_id": claims.pass_id,
            "valid_from_at": instant(claims.valid_from_at),
            "valid_until_at": instant(claims.valid_until_at),
            "modes": claims.modes,
            "areas": sorted(areas_of(claims.areas)),
            "rider_category": claims.rider_category,
            "offline_caps": list(claims.offline_caps),
            "device_key": claims.device_key.hex() if claims.device_key else None,
            "medium": claims.medium,
            "certificate_hash": answer.certificate_hash.hex(),
            "kid": answer.kid.hex(),
            "unix_seconds": answer.unix_seconds,
            "counter": answer.counter,
        }
    }


def instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.mark.parametrize("case", PRESENTATIONS["cases"], ids=lambda case: case["body"])
def test_presentations(case: dict[str, Any]) -> None:
    challenge = Challenge(**case["challenge"]) if case["challenge"] else None
    certificate = bytes.fromhex(PRESENTATIONS["certificate"])
    code = present(certificate, DEVICE, case["unix_seconds"], case["counter"], challenge)
    assert code == case["code"]
