"""Bytes as the wire carries them: base64url without padding (RFC 4648, section 5)."""

from __future__ import annotations

import base64


def encode(data: bytes) -> str:
    """Bytes as text."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Text as bytes, whose shape must have made sure of its letters and of its length."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def decode_strictly(text: str) -> bytes:
    """Any text as bytes; ValueError for what `encode` would not have written."""
    data = decode(text)
    if encode(data) != text:
        raise ValueError("not the one form of base64url")
    return data
