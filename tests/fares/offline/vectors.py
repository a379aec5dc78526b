"""`mobile-contract/vectors/offline-records.json`, the referee between readers without network."""

from typing import Any

from fares.offline.record import DOMAIN
from fares.passes import compressed_point
from tests.fares.offline.decision_vectors import DECISIONS, described_decision
from tests.fares.offline.record_vectors import (
    OTHER_READER,
    READER,
    RECORDS,
    bad_bodies,
    described_record,
    truly_signed,
)


def offline_records() -> dict[str, Any]:
    """The document."""
    return {
        "domain": DOMAIN.hex(),
        "validator_public_key": compressed_point(READER.public_key()).hex(),
        "other_public_key": compressed_point(OTHER_READER.public_key()).hex(),
        "records": [described_record(name, record) for name, record in RECORDS.items()],
        "bad_records": [
            {"name": name, "body": body.hex(), "signature": truly_signed(body).signature.hex()}
            for name, body in bad_bodies().items()
        ],
        "decisions": [described_decision(name, case) for name, case in DECISIONS.items()],
    }
