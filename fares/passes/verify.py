"""Is this code genuine and fresh? Steps 1 to 6 of what a validator does, in their order.

What needs a memory or a network (replay, pass-back, revocation, allowances) is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.modes import Mode
from fares.passes.areas import areas_of
from fares.passes.cache import CertificateCache, VerifiedCertificate
from fares.passes.canonical import MalformedError
from fares.passes.certificate import Medium, PassClaims, read_certificate
from fares.passes.code import Code, decode_code, malformed
from fares.passes.es256 import public_key
from fares.passes.presentation import Challenge, SignedPresentation
from fares.reasons import Reason, Refused

MAX_AGE_SECONDS: Final = 50
MAX_AHEAD_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class VerifiedPass:
    """What a genuine code says; a paper pass has no time, counter or challenge."""

    claims: PassClaims
    certificate_hash: bytes
    kid: bytes
    unix_seconds: int | None
    counter: int | None
    challenge: Challenge | None


def verify_code(
    text: str,
    issuer_keys: Mapping[bytes, Ed25519PublicKey],
    now: datetime,
    cache: CertificateCache | None = None,
    challenge: Challenge | None = None,
    *,
    of_card: bool = False,
) -> VerifiedPass | Refused:
    """Check a QR text against the issuer keys (by kid) and the time.

    With a `challenge`, the rider must have signed exactly that metered ride; without one, a code
    signed for a metered ride is refused, because it was not meant for this reader. `of_card`
    allows what a reader has from its card list; shown to it, such a code is a copy.
    """
    code = decode_code(text)
    if isinstance(code, Refused):
        return code
    certificate_hash = sha256(code.certificate).digest()
    certificate = _verified_certificate(code.certificate, certificate_hash, issuer_keys, cache)
    if isinstance(certificate, Refused):
        return certificate
    refused = (
        _refuse_medium(code, certificate, of_card)
        or _refuse_outside_window(certificate.claims, now)
        or _refuse_presentation(code.shown, certificate, certificate_hash)
        or _refuse_stale(code.shown, now)
        or _refuse_challenge(code.shown, challenge)
    )
    return refused or _verified_pass(code, certificate, certificate_hash)


def refuse_uncovered(claims: PassClaims, mode: Mode, areas: frozenset[int]) -> Refused | None:
    """Step 6, for a reader without network: does the certificate cover this mode and areas?"""
    if not claims.modes & mode.bit:
        return Refused(Reason.MODE_NOT_COVERED, "certificate.modes")
    if not areas <= areas_of(claims.areas):
        return Refused(Reason.AREA_NOT_COVERED, "certificate.areas")
    return None


def _verified_certificate(
    data: bytes,
    certificate_hash: bytes,
    issuer_keys: Mapping[bytes, Ed25519PublicKey],
    cache: CertificateCache | None,
) -> VerifiedCertificate | Refused:
    known = cache.find(certificate_hash) if cache is not None else None
    # A key dropped or replaced since then takes the certificates it signed with it.
    if known and issuer_keys.get(known.kid) is known.issuer_key:
        return known
    verified = _verify_certificate(data, issuer_keys)
    if cache is not None and isinstance(verified, VerifiedCertificate):
        cache.keep(certificate_hash, verified)
    return verified


def _verify_certificate(
    data: bytes, issuer_keys: Mapping[bytes, Ed25519PublicKey]
) -> VerifiedCertificate | Refused:
    try:
        certificate = read_certificate(data)
    except MalformedError as error:
        return malformed(error)
    claims, signed = certificate.claims, certificate.signed
    issuer_key = issuer_keys.get(signed.kid)
    if issuer_key is None:
        return Refused(Reason.UNKNOWN_ISSUER_KEY, "certificate.kid")
    if not signed.is_signed_by(issuer_key):
        return Refused(Reason.BAD_CERTIFICATE_SIGNATURE, "certificate.signature")
    try:
        device_key = public_key(claims.device_key) if claims.device_key else None
    except ValueError:
        return Refused(Reason.MALFORMED_CODE, "certificate.device_key")
    return VerifiedCertificate(claims, signed.kid, issuer_key, device_key)


def _refuse_medium(code: Code, certificate: VerifiedCertificate, of_card: bool) -> Refused | None:
    """A certificate without its presentation is a pass on paper only, or is that of a card."""
    is_card = certificate.claims.medium == Medium.CARD
    if (code.shown is None) != (certificate.device_key is None) or is_card > of_card:
        return Refused(Reason.MALFORMED_CODE, "code.medium")
    return None


def _refuse_outside_window(claims: PassClaims, now: datetime) -> Refused | None:
    if now < claims.valid_from_at:
        return Refused(Reason.CERTIFICATE_NOT_YET_VALID, "certificate.window")
    if now >= claims.valid_until_at:
        return Refused(Reason.CERTIFICATE_EXPIRED, "certificate.window")
    return None


def _refuse_presentation(
    shown: SignedPresentation | None, certificate: VerifiedCertificate, certificate_hash: bytes
) -> Refused | None:
    if shown is None or certificate.device_key is None:
        return None
    if not shown.has_low_s():
        return Refused(Reason.BAD_PRESENTATION_SIGNATURE, "presentation.low_s")
    if not shown.is_signed_by(certificate.device_key, certificate_hash):
        return Refused(Reason.BAD_PRESENTATION_SIGNATURE, "presentation.signature")
    return None


def _refuse_stale(shown: SignedPresentation | None, now: datetime) -> Refused | None:
    if shown is None:
        return None
    age_seconds = now.timestamp() - shown.presentation.unix_seconds
    if age_seconds > MAX_AGE_SECONDS:
        return Refused(Reason.CODE_TOO_OLD, "presentation.age")
    if age_seconds < -MAX_AHEAD_SECONDS:
        return Refused(Reason.CODE_FROM_FUTURE, "presentation.age")
    return None


def _refuse_challenge(
    shown: SignedPresentation | None, expected: Challenge | None
) -> Refused | None:
    signed = shown.presentation.challenge if shown else None
    if signed == expected:
        return None
    reason = Reason.CHALLENGE_MISSING if signed is None else Reason.CHALLENGE_MISMATCH
    return Refused(reason, "presentation.challenge")


def _verified_pass(
    code: Code, certificate: VerifiedCertificate, certificate_hash: bytes
) -> VerifiedPass:
    shown = code.shown.presentation if code.shown else None
    return VerifiedPass(
        claims=certificate.claims,
        certificate_hash=certificate_hash,
        kid=certificate.kid,
        unix_seconds=shown.unix_seconds if shown else None,
        counter=shown.counter if shown else None,
        challenge=shown.challenge if shown else None,
    )
