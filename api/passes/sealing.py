"""Keeping an issuer key's private half where a copy of the database alone is worth nothing."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.auth.tokens import derive_key
from api.errors import DomainError
from fares.reasons import Text

_NONCE_BYTES = 12


def seal(secret: str, kid: bytes, key: Ed25519PrivateKey) -> bytes:
    """Encrypt a private key with the deployment's secret; it opens under the same `kid` only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, key.private_bytes_raw(), kid)


def unseal(secret: str, kid: bytes, sealed: bytes) -> Ed25519PrivateKey:
    """The private key again; raises 500 `wrong_secret` when the secret is another."""
    nonce, encrypted = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        raw = _cipher(secret).decrypt(nonce, encrypted, kid)
    except InvalidTag as error:
        raise DomainError(
            "wrong_secret",
            Text(
                "発行用の鍵を開けません。TEIKI_SECRET を確かめてください。",
                "The issuer key can't be opened: TEIKI_SECRET is not the one it was made with.",
            ),
            status=500,
        ) from error
    return Ed25519PrivateKey.from_private_bytes(raw)


def _cipher(secret: str) -> AESGCM:
    return AESGCM(derive_key(secret, "issuer-keys"))
