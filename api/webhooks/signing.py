"""Standard Webhooks (standardwebhooks.com, symmetric): how a delivery says who it is from."""

from __future__ import annotations

import base64
import hmac

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_BYTES = 32


def secret_text(secret: bytes) -> str:
    """A secret as it is shown and configured."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signed_headers(secret: bytes, event_id: str, unix_seconds: int, body: bytes) -> dict[str, str]:
    """The three headers over `id.timestamp.body`; one id is one event, however often it comes."""
    signed = f"{event_id}.{unix_seconds}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(unix_seconds),
        "webhook-signature": f"v1,{signature}",
    }
