"""Codes in good form that must be refused: forged, stale, or for another ride."""

from dataclasses import replace
from datetime import timedelta

import cbor2

from fares.modes import Mode
from fares.passes import issue_certificate, paper_code, present
from fares.passes.cose import sign1
from fares.reasons import Reason
from tests.fares.passes.vectors.making import (
    DEVICE,
    ISSUER,
    NOW_SECONDS,
    ORDER,
    OTHER_DEVICE,
    PAPER,
    PAPER_CERTIFICATE,
    PHONE,
    PHONE_CERTIFICATE,
    RIDE,
    STRANGER,
    VALID_FROM,
    Case,
    after,
    certificate_code,
    claims_map,
    device_signature,
    items_code,
)

BODY = cbor2.dumps([NOW_SECONDS, 1])
GOOD = present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1)


def meaning_cases() -> list[Case]:
    return [*_issuers(), *_windows(), *_presentations(), *_ages(), *_challenges(), *_coverage()]


def _issuers() -> list[Case]:
    rule = "certificate.signature"
    payload = cbor2.dumps(claims_map())
    other = issue_certificate(replace(PHONE, modes=31), ISSUER)
    forgeries = {
        "a stranger under a known key id": sign1(payload, ISSUER.kid, STRANGER.private_key),
        "a signature of other claims": PHONE_CERTIFICATE[:-64] + other[-64:],
        "a signature with one bit changed": PHONE_CERTIFICATE[:-1]
        + bytes((PHONE_CERTIFICATE[-1] ^ 1,)),
        "a signature of zeros": PHONE_CERTIFICATE[:-64] + bytes(64),
    }
    stranger = present(issue_certificate(PHONE, STRANGER), DEVICE, NOW_SECONDS, 1)
    return [
        Case(
            "certificate.kid: a stranger",
            stranger,
            (Reason.UNKNOWN_ISSUER_KEY, "certificate.kid"),
        ),
        *(
            Case(
                f"{rule}: {name}", certificate_code(data), (Reason.BAD_CERTIFICATE_SIGNATURE, rule)
            )
            for name, data in forgeries.items()
        ),
    ]


def _windows() -> list[Case]:
    rule = "certificate.window"
    too_early, too_late = VALID_FROM - timedelta(seconds=1), PHONE.valid_until_at
    early = present(PHONE_CERTIFICATE, DEVICE, int(too_early.timestamp()), 1)
    late = present(PHONE_CERTIFICATE, DEVICE, int(too_late.timestamp()), 1)
    return [
        Case(
            f"{rule}: a second too early",
            early,
            (Reason.CERTIFICATE_NOT_YET_VALID, rule),
            now=too_early,
        ),
        Case(f"{rule}: over", late, (Reason.CERTIFICATE_EXPIRED, rule), now=too_late),
        Case(
            f"{rule}: paper, over",
            paper_code(PAPER_CERTIFICATE),
            (Reason.CERTIFICATE_EXPIRED, rule),
            now=PAPER.valid_until_at,
        ),
    ]


def _presentations() -> list[Case]:
    other = issue_certificate(replace(PHONE, pass_id=1), ISSUER)
    good = device_signature(BODY)
    later = cbor2.dumps([NOW_SECONDS, 2])
    signatures = {
        "another device": device_signature(BODY, key=OTHER_DEVICE),
        "another certificate of the same device": device_signature(BODY, certificate=other),
        "another purpose": device_signature(BODY, domain=b""),
        "r of zero": bytes(32) + good[32:],
        "s of zero": good[:32] + bytes(32),
        "r beyond the order": ORDER.to_bytes(32) + good[32:],
        "one bit changed": good[:-1] + bytes((good[-1] ^ 1,)),
    }
    codes = {name: items_code(PHONE_CERTIFICATE, BODY, each) for name, each in signatures.items()}
    codes["a counter changed after signing"] = items_code(PHONE_CERTIFICATE, later, good)
    high_s = items_code(PHONE_CERTIFICATE, BODY, device_signature(BODY, low_s=False))
    reason, rule = Reason.BAD_PRESENTATION_SIGNATURE, "presentation.signature"
    return [
        Case("presentation.low_s: the twin with high s", high_s, (reason, "presentation.low_s")),
        *(Case(f"{rule}: {name}", code, (reason, rule)) for name, code in codes.items()),
    ]


def _ages() -> list[Case]:
    rule = "presentation.age"
    old, ahead = (Reason.CODE_TOO_OLD, rule), (Reason.CODE_FROM_FUTURE, rule)
    return [
        Case(f"{rule}: 51 seconds old", GOOD, old, now=after(seconds=51)),
        Case(f"{rule}: a millisecond over 50 s", GOOD, old, now=after(milliseconds=50_001)),
        Case(f"{rule}: a screenshot after a minute", GOOD, old, now=after(seconds=60)),
        Case(f"{rule}: 31 seconds ahead", GOOD, ahead, now=after(seconds=-31)),
        Case(
            f"{rule}: a millisecond over 30 s ahead", GOOD, ahead, now=after(milliseconds=-30_001)
        ),
        Case(f"{rule}: a phone clock 10 minutes ahead", GOOD, ahead, now=after(minutes=-10)),
    ]


def _challenges() -> list[Case]:
    rule = "presentation.challenge"
    signed = present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1, RIDE)
    missing, mismatch = (Reason.CHALLENGE_MISSING, rule), (Reason.CHALLENGE_MISMATCH, rule)
    expected = {
        "another operator": replace(RIDE, operator_id="other-taxi"),
        "another ride": replace(RIDE, ride_id="0197a5c2-7d31-7c3e-9a40-2f1d6b8e4c56"),
        "another amount": replace(RIDE, amount_minor=RIDE.amount_minor + 1),
        "no ride at all": None,
    }
    return [
        Case(f"{rule}: none signed", GOOD, missing, challenge=RIDE),
        Case(f"{rule}: paper", paper_code(PAPER_CERTIFICATE), missing, challenge=RIDE),
        *(
            Case(f"{rule}: {name} expected", signed, mismatch, challenge=challenge)
            for name, challenge in expected.items()
        ),
    ]


def _coverage() -> list[Case]:
    mode, area = "certificate.modes", "certificate.areas"
    return [
        Case(
            f"{mode}: rideshare",
            GOOD,
            (Reason.MODE_NOT_COVERED, mode),
            ride=(Mode.RIDESHARE, frozenset({3})),
        ),
        Case(
            f"{area}: an area elsewhere",
            GOOD,
            (Reason.AREA_NOT_COVERED, area),
            ride=(Mode.BUS, frozenset({3, 4})),
        ),
    ]
