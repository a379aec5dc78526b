"""Records are one array of bytes in one form only, signed by their reader's key."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from hypothesis import given
from hypothesis import strategies as st

from fares.modes import Mode
from fares.offline.record import (
    OfflineRecord,
    SignedRecord,
    read_record,
    sign_record,
    write_record,
)
from fares.passes import MalformedError
from fares.passes.es256 import public_key
from fares.taps import TapAction
from tests.fares.offline.record_vectors import BUS, READER
from tests.fares.passes.vectors.write import FOLDER

VECTORS = json.loads((FOLDER / "offline-records.json").read_text())
KEY = public_key(bytes.fromhex(VECTORS["validator_public_key"]))
OTHER_KEY = public_key(bytes.fromhex(VECTORS["other_public_key"]))


def instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def record_of(vector: dict[str, Any]) -> OfflineRecord:
    decided_at = instant(vector["decided_at"])
    assert decided_at is not None
    age = vector["clock_age"]
    return OfflineRecord(
        validator_id=UUID(vector["validator_id"]),
        sequence=vector["sequence"],
        code=vector["code"],
        action=TapAction(vector["action"]),
        mode=Mode(vector["mode"]),
        decided_at=decided_at,
        list_issued_at=instant(vector["list_issued_at"]),
        clock_age=None if age is None else timedelta(seconds=age),
        opened=vector["opened"],
        why=vector["why"],
        online_key=vector["online_key"],
        stop_id=vector["stop_id"],
        route_id=vector["route_id"],
        trip_id=vector["trip_id"],
        areas=frozenset(vector["areas"]),
        amount_minor=vector["amount_minor"],
    )


def signed(vector: dict[str, Any], signature: str = "signature") -> SignedRecord:
    return SignedRecord(bytes.fromhex(vector["body"]), bytes.fromhex(vector[signature]))


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: vector["name"])
def test_records(vector: dict[str, Any]) -> None:
    record = record_of(vector)
    assert sign_record(record, READER) == signed(vector)
    assert read_record(signed(vector).body) == record
    assert signed(vector).is_signed_by(KEY)


@pytest.mark.parametrize("vector", VECTORS["records"], ids=lambda vector: vector["name"])
def test_another_key_and_the_higher_s_are_refused(vector: dict[str, Any]) -> None:
    assert not signed(vector).is_signed_by(OTHER_KEY)
    assert not signed(vector, "signature_high_s").is_signed_by(KEY)


@pytest.mark.parametrize("vector", VECTORS["bad_records"], ids=lambda vector: vector["name"])
def test_bad_records(vector: dict[str, Any]) -> None:
    assert signed(vector).is_signed_by(KEY), "only what it says is wrong"
    with pytest.raises(MalformedError, match="record"):
        read_record(signed(vector).body)


def test_a_signature_of_another_length_is_none() -> None:
    good = sign_record(BUS, READER)
    for signature in (b"", good.signature[:-1], good.signature + b"\0"):
        assert not SignedRecord(good.body, signature).is_signed_by(KEY)


def test_a_record_that_nobody_would_take_is_not_signed() -> None:
    with pytest.raises(MalformedError, match="sequence"):
        sign_record(replace(BUS, sequence=0), READER)
    with pytest.raises(MalformedError, match="control"):
        sign_record(replace(BUS, stop_id="1\n2"), READER)


@given(at=st.integers(0, len(write_record(BUS)) - 1), flip=st.integers(1, 255))
def test_no_changed_byte_keeps_the_signature(at: int, flip: int) -> None:
    good = sign_record(BUS, READER)
    body = bytes(b ^ flip if i == at else b for i, b in enumerate(good.body))
    assert not SignedRecord(body, good.signature).is_signed_by(verifying_key())


def verifying_key() -> EllipticCurvePublicKey:
    return READER.public_key()


@given(data=st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        record = read_record(data)
    except MalformedError:
        return
    assert write_record(record) == data


names = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]),
    min_size=1,
    max_size=50,
)
seconds = st.integers(1, 2**32 - 2).map(instant)


@given(
    record=st.builds(
        OfflineRecord,
        validator_id=st.uuids(),
        sequence=st.integers(1, 2**32 - 1),
        code=names,
        action=st.sampled_from(TapAction),
        mode=st.sampled_from(Mode),
        decided_at=seconds,
        list_issued_at=st.none() | seconds,
        clock_age=st.none() | st.integers(0, 2**32 - 2).map(lambda s: timedelta(seconds=s)),
        opened=st.booleans(),
        why=names.filter(lambda text: len(text.encode()) <= 64),
        online_key=st.none() | st.from_regex(r"\A[A-Za-z0-9._:-]{8,120}\Z"),
        stop_id=st.none() | names,
        route_id=st.none() | names,
        trip_id=st.none() | names,
        areas=st.frozensets(st.integers(0, 127)),
        amount_minor=st.none() | st.integers(1, 2**32 - 1),
    )
)
def test_what_is_written_is_read_back(record: OfflineRecord) -> None:
    assert read_record(write_record(record)) == record
