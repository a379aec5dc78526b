"""How an enrolled phone asks for passes: it signs the keys that they shall be issued for.

Whoever has only the cookie of a session gets no pass. A copied request is worth nothing either:
the passes it brings are for keys that stayed in the phone.
"""

from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from fares.passes import es256

_DOMAIN: Final = b"TK1-E"  # so that this signature can never be taken for one of another protocol


def sign_pass_request(device_keys: Sequence[bytes], phone_key: EllipticCurvePrivateKey) -> bytes:
    """Sign the compressed public keys (33 bytes each), in their order: raw r||s, low S."""
    return es256.sign(phone_key, _DOMAIN + b"".join(device_keys))


def is_pass_request_signed_by(
    phone_point: bytes, device_keys: Sequence[bytes], signature: bytes
) -> bool:
    """Did the phone of this compressed public key ask for passes for exactly these keys?"""
    if len(signature) != es256.SIGNATURE_BYTES or not es256.has_low_s(signature):
        return False
    key = es256.public_key(phone_point)
    return es256.is_signed_by(key, _DOMAIN + b"".join(device_keys), signature)
