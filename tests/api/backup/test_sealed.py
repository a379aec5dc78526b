"""The sealed stream: what age wrote we open, and nothing that was touched is handed on."""

from __future__ import annotations

import io
import random
from base64 import b64decode

import pytest

from api.backup.sealed import CHUNK_BYTES, BackupError, SealedReader, SealingWriter

PASSPHRASE = "correct horse battery"
QUICK = 4
# `age -p` 1.1.1 wrote this.
BY_AGE = b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBRdXZSOTE3ZTlEMVI5bVVyVGxxQmpBIDE4CmFh"
    "NWJRckV3eHVwQ0JOZm1SSjN5VHhKQXo1RGg2WjVERTIwUms5NksraVUKLS0tIGdNamJWUStmRHh6R1Rh"
    "QU1vMG5jUEVtUlk5bDZiSlE0cVFSRThGWVZzeTAKTPi27sSn4wwoW1UWoJacr3HGPRrA9Y5OpdR2TZCJ"
    "ne1bT9iKQ+o="
)


def sealed(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = SealingWriter(out, PASSPHRASE, QUICK)
    for start in range(0, len(data), 10_000):
        writer.write(data[start : start + 10_000])
    writer.finish()
    return out.getvalue()


def opened(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader = SealedReader(io.BytesIO(data), passphrase)
    return b"".join(iter(lambda: reader.read(7000), b""))


def test_what_age_wrote_is_read() -> None:
    assert opened(BY_AGE) == b"Teiki\n"


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_any_length_comes_back(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert opened(sealed(data)) == data


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(BackupError, match="passphrase"):
        opened(sealed(b"rides"), "correct horse batterz")


def test_any_changed_byte_is_found() -> None:
    whole = sealed(random.Random(1).randbytes(300))
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises(BackupError):
            opened(bytes(changed))


def test_any_cut_is_found() -> None:
    whole = sealed(random.Random(2).randbytes(2 * CHUNK_BYTES + 100))
    head = whole.index(b"\n--- ") + 100
    one = CHUNK_BYTES + 16
    cuts = [*range(0, head, 7), head + one, *range(len(whole) - 2 * one - 130, len(whole), 9973)]
    for cut in [*cuts, len(whole) - 1, len(whole) - 116]:
        with pytest.raises(BackupError):
            opened(whole[:cut])


def test_chunks_in_another_order_or_from_another_backup_are_found() -> None:
    data = random.Random(3).randbytes(3 * CHUNK_BYTES)
    whole, other = sealed(data), sealed(data)
    start, one = len(whole) - 3 * (CHUNK_BYTES + 16), CHUNK_BYTES + 16
    chunks = [whole[start + n * one :][:one] for n in range(3)]
    swapped = whole[:start] + chunks[1] + chunks[0] + chunks[2]
    repeated = whole[:start] + chunks[0] + b"".join(chunks)
    for forged in (swapped, repeated, whole[: start + one] + other[start + one :], whole + b"x"):
        with pytest.raises(BackupError):
            opened(forged)


def test_a_file_that_wants_all_memory_is_refused() -> None:
    with pytest.raises(BackupError):
        opened(sealed(b"x").replace(b" %d\n" % QUICK, b" 40\n"))
