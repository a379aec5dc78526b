"""What a reader decides without network, as published for readers in any language."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fares.modes import Mode
from fares.offline.validator import Knowledge, LetIn, Wanted, decide_offline
from fares.taps import TapAction
from tests.fares.offline.decision_vectors import DECISIONS, described_answer
from tests.fares.passes.vectors.write import FOLDER

VECTORS = json.loads((FOLDER / "offline-records.json").read_text())["decisions"]


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_decisions(vector: dict[str, Any]) -> None:
    wanted, known = vector["wanted"], vector["known"]
    age, issued = known["clock_age"], known["list_issued_at"]
    answer = decide_offline(
        DECISIONS[vector["name"]].shown,
        Wanted(
            TapAction(wanted["action"]),
            Mode(wanted["mode"]),
            frozenset(wanted["areas"]),
            wanted["amount_minor"],
        ),
        Knowledge(
            known["revoked"],
            None if issued is None else instant(issued),
            None if age is None else timedelta(seconds=age),
        ),
        [
            LetIn(
                ride["counter"],
                TapAction(ride["action"]),
                Mode(ride["mode"]),
                instant(ride["at"]),
                ride["online"],
            )
            for ride in vector["past"]
        ],
        instant(vector["now"]),
    )
    assert described_answer(answer) == {
        key: vector[key] for key in ("opened", "refused") if key in vector
    }
