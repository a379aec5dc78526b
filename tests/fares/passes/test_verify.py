"""Genuine and fresh, or refused at the first step that fails; the cache changes no answer."""

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fares.modes import Mode
from fares.passes import (
    CertificateCache,
    VerifiedCertificate,
    VerifiedPass,
    issue_certificate,
    present,
    refuse_uncovered,
    verify_code,
)
from fares.reasons import Reason, Refused
from tests.fares.passes.vectors.making import (
    DEVICE,
    ISSUER,
    NEXT_ISSUER,
    NOW,
    NOW_SECONDS,
    OTHER_DEVICE,
    PHONE,
    PHONE_CERTIFICATE,
    STRANGER,
    VALID_FROM,
    after,
)
from tests.fares.passes.vectors.write import ISSUER_KEYS

CODE = present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1)


def reason(
    code: str,
    now: datetime = NOW,
    issuer_keys: dict[bytes, Ed25519PublicKey] = ISSUER_KEYS,
    cache: CertificateCache | None = None,
) -> Reason | None:
    answer = verify_code(code, issuer_keys, now, cache)
    return answer.reason if isinstance(answer, Refused) else None


def test_a_genuine_code_tells_what_the_issuer_and_the_device_said() -> None:
    verified = verify_code(CODE, ISSUER_KEYS, NOW)
    assert isinstance(verified, VerifiedPass)
    assert verified.claims == PHONE
    assert (verified.unix_seconds, verified.counter, verified.challenge) == (NOW_SECONDS, 1, None)
    assert verified.kid == ISSUER.kid


def test_the_first_step_that_fails_decides() -> None:
    """Each code is wrong in all later steps too."""
    stranger = issue_certificate(PHONE, STRANGER)
    forged = PHONE_CERTIFICATE[:-1] + bytes((PHONE_CERTIFICATE[-1] ^ 1,))
    long_ago = int(VALID_FROM.timestamp()) - 86_400
    before = after(days=-1)
    for certificate, now, expected in (
        (b"not a certificate", before, Reason.MALFORMED_CODE),
        (stranger, before, Reason.UNKNOWN_ISSUER_KEY),
        (forged, before, Reason.BAD_CERTIFICATE_SIGNATURE),
        (PHONE_CERTIFICATE, before, Reason.CERTIFICATE_NOT_YET_VALID),
        (PHONE_CERTIFICATE, NOW, Reason.BAD_PRESENTATION_SIGNATURE),
    ):
        assert reason(present(certificate, OTHER_DEVICE, long_ago, 1), now) == expected
    assert reason(present(PHONE_CERTIFICATE, DEVICE, long_ago, 1)) == Reason.CODE_TOO_OLD


def test_a_cached_certificate_still_runs_out() -> None:
    cache = CertificateCache()
    assert reason(CODE, cache=cache) is None
    late = present(PHONE_CERTIFICATE, DEVICE, int(PHONE.valid_until_at.timestamp()), 2)
    assert reason(late, PHONE.valid_until_at, cache=cache) == Reason.CERTIFICATE_EXPIRED


def test_a_cached_certificate_still_needs_its_device() -> None:
    cache = CertificateCache()
    assert reason(CODE, cache=cache) is None
    stolen = present(PHONE_CERTIFICATE, OTHER_DEVICE, NOW_SECONDS, 2)
    assert reason(stolen, cache=cache) == Reason.BAD_PRESENTATION_SIGNATURE


def test_dropping_an_issuer_key_takes_its_cached_certificates_with_it() -> None:
    cache = CertificateCache()
    assert reason(CODE, cache=cache) is None
    remaining = {NEXT_ISSUER.kid: ISSUER_KEYS[NEXT_ISSUER.kid]}
    assert reason(CODE, issuer_keys=remaining, cache=cache) == Reason.UNKNOWN_ISSUER_KEY


def test_replacing_an_issuer_key_takes_its_cached_certificates_with_it() -> None:
    cache = CertificateCache()
    assert reason(CODE, cache=cache) is None
    replaced = {ISSUER.kid: ISSUER_KEYS[NEXT_ISSUER.kid]}
    assert reason(CODE, issuer_keys=replaced, cache=cache) == Reason.BAD_CERTIFICATE_SIGNATURE


def test_only_verified_certificates_are_remembered() -> None:
    cache = CertificateCache()
    forged = PHONE_CERTIFICATE[:-1] + bytes((PHONE_CERTIFICATE[-1] ^ 1,))
    for certificate in (forged, issue_certificate(PHONE, STRANGER), b"\x00"):
        reason(present(certificate, DEVICE, NOW_SECONDS, 1), cache=cache)
    assert len(cache) == 0
    reason(CODE, cache=cache)
    assert len(cache) == 1


def a_verified_certificate() -> VerifiedCertificate:
    return VerifiedCertificate(PHONE, ISSUER.kid, ISSUER_KEYS[ISSUER.kid], DEVICE.public_key())


def test_a_full_cache_forgets_what_was_unused_for_longest() -> None:
    cache, certificate = CertificateCache(capacity=2), a_verified_certificate()
    cache.keep(b"a", certificate)
    cache.keep(b"b", certificate)
    assert cache.find(b"a") is certificate
    cache.keep(b"c", certificate)
    assert cache.find(b"b") is None
    assert cache.find(b"a") is certificate
    assert len(cache) == 2


def test_a_cache_holds_at_least_one() -> None:
    with pytest.raises(ValueError, match="capacity 0"):
        CertificateCache(capacity=0)


@pytest.mark.parametrize(
    ("mode", "areas", "expected"),
    [
        (Mode.BUS, frozenset({0, 3}), None),
        (Mode.BUS, frozenset[int](), None),
        (Mode.RIDESHARE, frozenset({3}), Reason.MODE_NOT_COVERED),
        (Mode.BUS, frozenset({3, 4}), Reason.AREA_NOT_COVERED),
    ],
)
def test_a_ride_is_within_modes_and_all_its_areas(
    mode: Mode, areas: frozenset[int], expected: Reason | None
) -> None:
    refused = refuse_uncovered(PHONE, mode, areas)
    assert (refused.reason if refused else None) == expected


def test_a_pass_without_areas_covers_none() -> None:
    refused = refuse_uncovered(replace(PHONE, areas=b""), Mode.BUS, frozenset({0}))
    assert refused == Refused(Reason.AREA_NOT_COVERED, "certificate.areas")
