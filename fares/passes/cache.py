"""Which certificates were verified a moment ago? Checking one twice costs a signature."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.passes.certificate import PassClaims


@dataclass(frozen=True, slots=True)
class VerifiedCertificate:
    """A certificate whose signature held, with its keys ready to use."""

    claims: PassClaims
    kid: bytes
    issuer_key: Ed25519PublicKey
    device_key: EllipticCurvePublicKey | None


class CertificateCache:
    """The certificates verified last, by their SHA-256; safe to share between threads."""

    def __init__(self, capacity: int = 20_000) -> None:
        if capacity < 1:
            raise ValueError(f"capacity {capacity} is below 1")
        self._capacity = capacity
        self._entries: OrderedDict[bytes, VerifiedCertificate] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, certificate_hash: bytes) -> VerifiedCertificate | None:
        """The certificate, which thereby becomes the one used last; None when unknown."""
        with self._lock:
            entry = self._entries.get(certificate_hash)
            if entry is not None:
                self._entries.move_to_end(certificate_hash)
            return entry

    def keep(self, certificate_hash: bytes, certificate: VerifiedCertificate) -> None:
        """Remember a verified certificate, forgetting the one unused for longest when full."""
        with self._lock:
            self._entries[certificate_hash] = certificate
            self._entries.move_to_end(certificate_hash)
            if len(self._entries) > self._capacity:
                self._entries.popitem(last=False)
