"""Does a record prove that its code was shown to its reader? Checked again, as of that moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.modes import METERED
from fares.offline.record import OfflineRecord
from fares.passes import (
    CertificateCache,
    Challenge,
    VerifiedPass,
    decode_code,
    read_certificate,
    verify_code,
)
from fares.passes.verify import MAX_AGE_SECONDS
from fares.reasons import Reason, Refused

# A reader whose clock is further ahead finds every phone's code too old.
_MAX_AHEAD = timedelta(seconds=MAX_AGE_SECONDS)


def verify_evidence(
    record: OfflineRecord,
    operator_id: str,
    issuer_keys: Mapping[bytes, Ed25519PublicKey],
    received_at: datetime,
    cache: CertificateCache | None = None,
) -> VerifiedPass | Refused:
    """Check the record's code as its reader should have, with the reader's own time.

    `issuer_keys` hold every key that may have been trusted then. A metered ride needs the
    rider's signature on this operator and this amount; its ride id is the reader's to choose.
    Nobody can record what has not happened by `received_at`.
    """
    if record.decided_at - received_at > _MAX_AHEAD:
        return Refused(Reason.CODE_FROM_FUTURE, "record.decided_at")
    challenge = _signed_ride(record, operator_id) if record.mode in METERED else None
    if isinstance(challenge, Refused):
        return challenge
    return verify_code(record.code, issuer_keys, record.decided_at, cache, challenge, of_card=True)


def read_evidence(record: OfflineRecord) -> VerifiedPass:
    """What a record's code says, once it has been verified; ValueError if it is no code."""
    code = decode_code(record.code)
    if isinstance(code, Refused):
        raise ValueError(f"{code.reason}: this code was never verified")
    certificate = read_certificate(code.certificate)
    shown = code.shown.presentation if code.shown else None
    return VerifiedPass(
        claims=certificate.claims,
        certificate_hash=sha256(code.certificate).digest(),
        kid=certificate.signed.kid,
        unix_seconds=shown.unix_seconds if shown else None,
        counter=shown.counter if shown else None,
        challenge=shown.challenge if shown else None,
    )


def _signed_ride(record: OfflineRecord, operator_id: str) -> Challenge | Refused:
    code = decode_code(record.code)
    if isinstance(code, Refused):
        return code
    signed = code.shown.presentation.challenge if code.shown else None
    if signed is None:
        return Refused(Reason.CHALLENGE_MISSING, "presentation.challenge")
    if (signed.operator_id, signed.amount_minor) != (operator_id, record.amount_minor):
        return Refused(Reason.CHALLENGE_MISMATCH, "presentation.challenge")
    return signed
