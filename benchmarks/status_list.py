"""How many bytes does a reader fetch to know which passes are stopped?

A signed list of 100,000 and of 1,000,000 passes, with 0.1 % and 1 % of them stopped: random ids
below the next power of two, the decoys of one week, two issuer keys. The median of several such
lists is compared with the bare bitmap, with the same bits compressed without decoys, keys and
signature (what the tables in IETF's Token Status List count), and with 4 bytes for each stopped
id. Run: python benchmarks/status_list.py [--rounds N]
"""

import argparse
import json
import random
import secrets
import statistics
import sys
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fares.passes import IssuerKey, key_id
from fares.passes.decoys import decoy_slots, decoys_at
from fares.passes.status import PublishedKey, StatusList, sign_status_list, status_bits

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
PASSES = (100_000, 1_000_000)
PER_MILLE = (1, 10)
# What the last line of the output is about: a city in a bad week.
TOLD = (1_000_000, 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    sizes = {(n, m): measure(n, m, rounds) for n in PASSES for m in PER_MILLE}
    print(f"{'passes':>9} {'stopped':>8} {'ids':>9} {'signed':>9} {'no decoys':>9} {'bitmap':>9}")
    for (passes, per_mille), size in sizes.items():
        print(
            f"{passes:9,} {per_mille / 10:6.1f} % {size['ids']:9,} {size['signed']:9,} "
            f"{size['compressed_bits']:9,} {size['bitmap']:9,}"
        )
    print(json.dumps(report(sizes)))


def measure(passes: int, per_mille: int, rounds: int) -> dict[str, int]:
    """Medians in bytes over lists with other keys, other ids and other weeks."""
    found = [one_list(passes, passes * per_mille // 1000, week) for week in range(rounds)]
    return {name: round(statistics.median(each[name] for each in found)) for name in found[0]}


def one_list(passes: int, stopped_passes: int, week: int) -> dict[str, int]:
    key, at = secrets.token_bytes(32), NOW + timedelta(weeks=week)
    ids = 2 ** (passes - 1).bit_length()
    decoys = decoy_slots(key, ids)
    free = [number for number in range(ids) if number not in decoys]
    stopped = random.sample(free, stopped_passes)
    bits = status_bits([*stopped, *decoys_at(key, ids, at)], ids)
    plain = status_bits(stopped, ids)
    return {
        "ids": ids,
        "signed": len(signed(bits, at)),
        "compressed_bits": len(zlib.compress(plain, 9)),
        "bitmap": len(bits),
        "id_list": 4 * stopped_passes,
    }


def signed(bits: bytes, at: datetime) -> bytes:
    """As readers get it, with two issuer keys and no area names."""
    issuer, following = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    keys = (
        PublishedKey(issuer.public_key().public_bytes_raw(), at),
        PublishedKey(following.public_key().public_bytes_raw(), at + timedelta(days=90)),
    )
    status = StatusList("https://teiki.example/v1/passes/status", 1000, at, keys, (), bits)
    return sign_status_list(status, IssuerKey(key_id(issuer.public_key()), issuer))


def report(sizes: dict[tuple[int, int], dict[str, int]]) -> dict[str, object]:
    size = sizes[TOLD]
    return {
        "name": "status_list",
        "value": size["signed"],
        "unit": "bytes",
        "baselines": [
            {"name": name, "value": size[name], "ratio": round(size["signed"] / size[name], 3)}
            for name in ("bitmap", "compressed_bits", "id_list")
        ],
        "passes": TOLD[0],
        "stopped_per_mille": TOLD[1],
        "sizes": {f"{n}/{m}": each["signed"] for (n, m), each in sizes.items()},
    }


if __name__ == "__main__":
    main()
