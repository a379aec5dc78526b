"""Bytes as the wire carries them: base64url without padding (RFC 4648, section 5)."""

from __future__ import annotations

import base64
import binascii


def encode(data: bytes) -> str:
    """Bytes as text."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Text as bytes; ValueError for anything but what `encode` writes."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64url") from error
    if encode(data) != text:
        raise ValueError("not the one form of base64url")
    return data
