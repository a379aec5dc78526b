"""Does a record prove that its code was shown to its reader? Checked again, as of that moment."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.modes import METERED
from fares.offline.record import OfflineRecord
from fares.passes import CertificateCache, Challenge, VerifiedPass, decode_code, verify_code
from fares.reasons import Reason, Refused


def verify_evidence(
    record: OfflineRecord,
    operator_id: str,
    issuer_keys: Mapping[bytes, Ed25519PublicKey],
    cache: CertificateCache | None = None,
) -> VerifiedPass | Refused:
    """Check the record's code as its reader should have, with the reader's own time.

    `issuer_keys` hold every key that may have been trusted then. A metered ride needs the
    rider's signature on this operator and this amount; its ride id is the reader's to choose.
    """
    challenge = _signed_ride(record, operator_id) if record.mode in METERED else None
    if isinstance(challenge, Refused):
        return challenge
    return verify_code(record.code, issuer_keys, record.decided_at, cache, challenge)


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
