"""A record's code is verified again as of its reader's time, with the rider's word on a price."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fares.modes import Mode
from fares.offline.evidence import read_evidence, verify_evidence
from fares.offline.record import OfflineRecord
from fares.passes import Challenge, VerifiedPass, paper_code, present
from fares.reasons import Reason, Refused
from tests.fares.offline.record_vectors import BUS, RECORDS
from tests.fares.passes.vectors.making import (
    DEVICE,
    NOW_SECONDS,
    OTHER_DEVICE,
    PAPER_CERTIFICATE,
    PHONE,
    PHONE_CERTIFICATE,
    RIDE,
    after,
)
from tests.fares.passes.vectors.write import ISSUER_KEYS

TAXI = next(record for record in RECORDS.values() if record.mode is Mode.TAXI)


LATER = after(hours=60)


def reason(record: OfflineRecord, operator_id: str = "tama-taxi") -> Reason | None:
    found = verify_evidence(record, operator_id, ISSUER_KEYS, LATER)
    return found.reason if isinstance(found, Refused) else None


def test_a_code_counts_as_of_its_readers_time() -> None:
    found = verify_evidence(BUS, "tama-bus", ISSUER_KEYS, LATER)
    assert isinstance(found, VerifiedPass)
    assert (found.claims, found.counter, found.unix_seconds) == (PHONE, 1, NOW_SECONDS)
    assert reason(replace(BUS, decided_at=after(seconds=50))) is None
    assert reason(replace(BUS, decided_at=after(seconds=51))) is Reason.CODE_TOO_OLD
    assert reason(replace(BUS, decided_at=after(seconds=-31))) is Reason.CODE_FROM_FUTURE
    assert reason(replace(BUS, decided_at=after(days=2))) is Reason.CERTIFICATE_EXPIRED


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TK1:", Reason.MALFORMED_CODE),
        ("a ticket", Reason.NOT_A_PASS),
        (present(PHONE_CERTIFICATE, OTHER_DEVICE, NOW_SECONDS, 1), "bad_presentation_signature"),
        (present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1, RIDE), Reason.CHALLENGE_MISMATCH),
        (paper_code(PAPER_CERTIFICATE), None),
    ],
)
def test_codes_that_prove_nothing(code: str, expected: Reason | None) -> None:
    assert reason(replace(BUS, code=code)) == expected


def test_an_issuer_that_nobody_knows() -> None:
    found = verify_evidence(BUS, "tama-bus", {}, LATER)
    assert found == Refused(Reason.UNKNOWN_ISSUER_KEY, "certificate.kid")


def test_a_metered_ride_needs_the_riders_word_on_operator_and_amount() -> None:
    assert reason(TAXI) is None
    assert reason(TAXI, operator_id="other-taxi") is Reason.CHALLENGE_MISMATCH
    assert reason(replace(TAXI, amount_minor=2901)) is Reason.CHALLENGE_MISMATCH
    assert reason(replace(TAXI, amount_minor=None)) is Reason.CHALLENGE_MISMATCH
    assert reason(replace(TAXI, code=BUS.code)) is Reason.CHALLENGE_MISSING
    assert reason(replace(TAXI, code=paper_code(PAPER_CERTIFICATE))) is Reason.CHALLENGE_MISSING
    assert reason(replace(TAXI, code="TK1:")) is Reason.MALFORMED_CODE


def test_the_ride_id_is_the_readers_to_choose() -> None:
    signed = Challenge("tama-taxi", "0197a5c2-0000-7d3e-9a40-2f1d6b8e4c56", 2900)
    code = present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 5, signed)
    found = verify_evidence(replace(TAXI, code=code), "tama-taxi", ISSUER_KEYS, LATER)
    assert isinstance(found, VerifiedPass)
    assert found.challenge == signed


def test_nobody_records_what_has_not_happened() -> None:
    def received(**before: float) -> object:
        return verify_evidence(BUS, "tama-bus", ISSUER_KEYS, BUS.decided_at - timedelta(**before))

    assert isinstance(received(seconds=50), VerifiedPass)
    assert received(seconds=51) == Refused(Reason.CODE_FROM_FUTURE, "record.decided_at")


def test_verified_evidence_reads_the_same_later() -> None:
    paper = replace(BUS, code=paper_code(PAPER_CERTIFICATE))
    for record, operator_id in ((BUS, "tama-bus"), (TAXI, "tama-taxi"), (paper, "tama-bus")):
        verified = verify_evidence(record, operator_id, ISSUER_KEYS, LATER)
        assert read_evidence(record) == verified
    with pytest.raises(ValueError, match="never verified"):
        read_evidence(replace(BUS, code="TK1:"))
