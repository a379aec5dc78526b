"""Encrypting a stream with a passphrase, in the age format, so that any age tool opens it too.

Format: https://age-encryption.org/v1. The passphrase goes through scrypt and opens a file key;
the stream is cut into chunks of 64 KiB, each ChaCha20-Poly1305 with its number and whether it is
the last in its nonce. A chunk that was altered, moved, left out or cut off therefore fails, and
nothing of it is handed on.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK_BYTES = 64 * 1024
_TAG_BYTES = 16
_VERSION = b"age-encryption.org/v1\n"
_SALT_LABEL = b"age-encryption.org/v1/scrypt"
# 2^18 takes 256 MiB and about a second, as age itself does; beyond 2^20 a file only wants to hurt.
WORK_FACTOR = 18
_MAX_WORK_FACTOR = 20
# A line of a header of ours has at most 64 characters and there are four.
_MAX_LINE = 100


class BackupError(Exception):
    """A backup can't be made, read or restored; the message says why and what to do."""


class SealingWriter:
    """Takes bytes by `write`; `finish` ends the stream, without which it can't be opened."""

    def __init__(self, out: BinaryIO, passphrase: str, work_factor: int = WORK_FACTOR) -> None:
        self._out = out
        file_key, salt, nonce = (secrets.token_bytes(16) for _ in range(3))
        wrapping = ChaCha20Poly1305(_scrypt(passphrase, salt, work_factor))
        body = wrapping.encrypt(bytes(12), file_key, None)
        head = b"%s-> scrypt %s %d\n%s\n---" % (_VERSION, _text(salt), work_factor, _text(body))
        out.write(head + b" " + _text(_header_mac(file_key, head)) + b"\n" + nonce)
        self._chunks = _Chunks(file_key, nonce)
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Encrypt what fills whole chunks; the last is kept back until it is known to be so."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._out.write(self._chunks.encrypt(bytes(self._waiting[:CHUNK_BYTES]), last=False))
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk."""
        self._out.write(self._chunks.encrypt(bytes(self._waiting), last=True))


class SealedReader:
    """Gives the bytes back by `read`; raises `BackupError` before it gives any false one."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._source = source
        file_key = _open_header(source, passphrase)
        self._chunks = _Chunks(file_key, source.read(16))
        self._ahead = source.read(CHUNK_BYTES + _TAG_BYTES)
        self._clear = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end, which is reached only if all was genuine."""
        while not self._clear and not self._ended:
            self._next_chunk()
        taken, self._clear = self._clear[:size], self._clear[size:]
        return taken

    def _next_chunk(self) -> None:
        sealed, self._ahead = self._ahead, self._source.read(CHUNK_BYTES + _TAG_BYTES)
        self._ended = not self._ahead
        try:
            self._clear = self._chunks.decrypt(sealed, last=self._ended)
        except InvalidTag:
            raise BackupError(
                "The backup was cut off or altered: a part of it does not fit the rest. "
                "Take another copy."
            ) from None


class _Chunks:
    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        key = HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(file_key)
        self._cipher = ChaCha20Poly1305(key)
        self._number = 0

    def encrypt(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._next_nonce(last), chunk, None)

    def decrypt(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.decrypt(self._next_nonce(last), chunk, None)

    def _next_nonce(self, last: bool) -> bytes:
        nonce = self._number.to_bytes(11, "big") + bytes([last])
        self._number += 1
        return nonce


def _open_header(source: BinaryIO, passphrase: str) -> bytes:
    version, stanza, body, end = (source.readline(_MAX_LINE) for _ in range(4))
    kind, _, arguments = stanza.partition(b"-> scrypt ")
    words = arguments.split()
    if version != _VERSION or kind or len(words) != 2 or end[:4] != b"--- " or end[-1:] != b"\n":
        raise BackupError("This is not a backup made by `teiki backup`, or its beginning is lost.")
    try:
        salt, factor, wrapped = _bytes(words[0]), int(words[1]), _bytes(body.strip())
        mac = _bytes(end.removeprefix(b"--- ").removesuffix(b"\n"))
    except ValueError:
        raise BackupError("The backup's beginning was altered. Take another copy.") from None
    if not 0 < factor <= _MAX_WORK_FACTOR:
        raise BackupError("The backup's beginning was altered. Take another copy.")
    try:
        opened = ChaCha20Poly1305(_scrypt(passphrase, salt, factor))
        file_key = opened.decrypt(bytes(12), wrapped, None)
    except InvalidTag:
        raise BackupError("The passphrase does not open this backup.") from None
    if not hmac.compare_digest(mac, _header_mac(file_key, version + stanza + body + b"---")):
        raise BackupError("The backup's beginning was altered. Take another copy.")
    return file_key


def _scrypt(passphrase: str, salt: bytes, work_factor: int) -> bytes:
    scrypt = Scrypt(salt=_SALT_LABEL + salt, length=32, n=2**work_factor, r=8, p=1)
    return scrypt.derive(passphrase.encode())


def _header_mac(file_key: bytes, head: bytes) -> bytes:
    key = HKDF(SHA256(), 32, salt=None, info=b"header").derive(file_key)
    return hmac.new(key, head, sha256).digest()


def _text(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _text(data) != text:
        raise ValueError("bits that say nothing are set")
    return data
