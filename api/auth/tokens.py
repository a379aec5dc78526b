"""Tokens that people and machines carry, and the hashes of them that we keep."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

KEY_PREFIX = "tk_"

# No 0/O, 1/I/L: a number is read aloud over a counter.
_NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_token() -> str:
    """A token with 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """An API key; its prefix lets a leaked one be recognised."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token. Plain SHA-256: the token has 256 bits, nothing to guess."""
    return sha256(token.encode()).digest()


def new_resident_number() -> str:
    """Ten letters in three groups, as in `T7K-3M9Q-4RX`: about 49 bits, said at a counter."""
    letters = [secrets.choice(_NUMBER_LETTERS) for _ in range(10)]
    return "".join(letters[:3]) + "-" + "".join(letters[3:7]) + "-" + "".join(letters[7:])


def derive_key(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose, so that no secret serves two."""
    return hmac.new(secret.encode(), b"teiki/" + purpose.encode(), sha256).digest()
