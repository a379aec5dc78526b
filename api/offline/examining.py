"""Is an uploaded record its reader's, and does its code prove a ride? No database in here.

Hundreds of signatures are checked in a thread of their own, so that taps need not wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.passes import base64url
from fares.modes import Mode
from fares.offline.evidence import verify_evidence
from fares.offline.record import OfflineRecord, SignedRecord, read_record
from fares.passes import CertificateCache, VerifiedPass
from fares.reasons import Refused

Name = tuple[UUID, int]
"""What an operator's record is known by: its reader and its number."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader's own key, None if it registered none, and when it was taken away."""

    public_key: EllipticCurvePublicKey | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record as sent and as read."""

    signed: SignedRecord
    record: OfflineRecord


@dataclass(frozen=True, slots=True)
class Examined:
    """A record that its reader signed. `evidence` is why its code proves no ride, or None."""

    signed: SignedRecord
    record: OfflineRecord
    shown: VerifiedPass | None
    evidence: str | None

    @property
    def name(self) -> Name:
        """Its reader and its number."""
        return self.record.validator_id, self.record.sequence


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not a record of this operator's readers; its name, as far as it can be read."""

    reason: str
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Examiner:
    """Everything that an operator's records are examined against."""

    operator_id: str
    modes: frozenset[Mode]
    readers: Mapping[UUID, Reader]
    issuer_keys: Mapping[bytes, Ed25519PublicKey]
    cache: CertificateCache
    received_at: datetime

    def examine(self, parsed: Parsed) -> Examined | Rejected:
        """Is this the record of a reader that may sign, and what does it prove?"""
        record = parsed.record
        reader = self.readers.get(record.validator_id)
        name = record.validator_id, record.sequence
        if reader is None:
            return Rejected("unknown_validator", name)
        if reader.public_key is None:
            return Rejected("no_validator_key", name)
        if not parsed.signed.is_signed_by(reader.public_key):
            return Rejected("bad_record_signature", name)
        shown, evidence = self._weigh(record, reader)
        return Examined(parsed.signed, record, shown, evidence)

    def _weigh(
        self, record: OfflineRecord, reader: Reader
    ) -> tuple[VerifiedPass | None, str | None]:
        if reader.revoked_at is not None and record.decided_at >= reader.revoked_at:
            return None, "validator_withdrawn"
        if record.mode not in self.modes:
            return None, "mode_not_offered"
        found = verify_evidence(
            record, self.operator_id, self.issuer_keys, self.received_at, self.cache
        )
        return (None, str(found.reason)) if isinstance(found, Refused) else (found, None)


def parse(record: str, signature: str) -> Parsed | Rejected:
    """Take an uploaded record apart."""
    try:
        signed = SignedRecord(
            base64url.decode_strictly(record), base64url.decode_strictly(signature)
        )
        return Parsed(signed, read_record(signed.body))
    except ValueError:  # a MalformedError is one too
        return Rejected("malformed_record")
