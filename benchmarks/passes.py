"""How much does verifying a code cost beyond its two bare signature checks?

The certificate is not cached, so its bytes are read and its device key is unpacked each time; the
bare checks have their keys parsed already. All are timed in turn in one loop, so that a busy
machine slows them alike. Run: python benchmarks/passes.py [--rounds N]
"""

import argparse
import json
import secrets
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fares.passes import (
    CertificateCache,
    IssuerKey,
    Medium,
    PassClaims,
    VerifiedPass,
    area_bitmap,
    compressed_point,
    issue_certificate,
    key_id,
    present,
    verify_code,
)

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3000)
    rounds = parser.parse_args().rounds
    issuer_key = Ed25519PrivateKey.generate()
    issuer = IssuerKey(key_id(issuer_key.public_key()), issuer_key)
    device_key = generate_private_key(SECP256R1())
    code = present(a_certificate(issuer, device_key), device_key, int(NOW.timestamp()), 1)
    medians = median_microseconds(subjects(code, issuer, device_key), rounds)
    print(json.dumps(report(medians, rounds, code)))


def a_certificate(issuer: IssuerKey, device_key: EllipticCurvePrivateKey) -> bytes:
    claims = PassClaims(
        pass_id=secrets.randbelow(1_000_000),
        valid_from_at=NOW,
        validity_minutes=1440,
        modes=0b1111,
        areas=area_bitmap({0, 3, 11}),
        rider_category=1,
        offline_caps=(4, 3000),
        device_key=compressed_point(device_key.public_key()),
        medium=Medium.PHONE,
    )
    return issue_certificate(claims, issuer)


def subjects(
    code: str, issuer: IssuerKey, device_key: EllipticCurvePrivateKey
) -> dict[str, Callable[[], object]]:
    """What is timed: the whole, the whole with a warm cache, and the two bare checks."""
    message = secrets.token_bytes(90)
    issuer_public, device_public = issuer.private_key.public_key(), device_key.public_key()
    algorithm = ECDSA(SHA256())
    issuer_signature = issuer.private_key.sign(message)
    device_signature = device_key.sign(message, algorithm)
    issuer_keys = {issuer.kid: issuer_public}
    cache = CertificateCache()
    if not isinstance(verify_code(code, issuer_keys, NOW, cache), VerifiedPass):
        raise SystemExit("the code under test does not verify")
    return {
        "verify_code": lambda: verify_code(code, issuer_keys, NOW),
        "verify_code_cached": lambda: verify_code(code, issuer_keys, NOW, cache),
        "ed25519": lambda: issuer_public.verify(issuer_signature, message),
        "p256": lambda: device_public.verify(device_signature, message, algorithm),
    }


def median_microseconds(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[int]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = perf_counter_ns()
            call()
            times[name].append(perf_counter_ns() - start)
    return {name: statistics.median(values) / 1000 for name, values in times.items()}


def report(medians: dict[str, float], rounds: int, code: str) -> dict[str, object]:
    value = round(medians["verify_code"], 1)
    bare = round(medians["ed25519"] + medians["p256"], 1)
    baseline = {"name": "bare_signatures", "value": bare, "ratio": round(value / bare, 3)}
    return {
        "name": "passes",
        "value": value,
        "unit": "us",
        "baselines": [baseline],
        "medians": {name: round(median, 1) for name, median in medians.items()},
        "rounds": rounds,
        "characters": len(code),
    }


if __name__ == "__main__":
    main()
