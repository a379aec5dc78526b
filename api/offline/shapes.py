"""What `/v1/offline-records` and `/v1/offline-disputes` read and write: nothing of any rider."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from api.wire import Instant, MoneyView, Request, View
from fares.offline.entries import Bearer

# Lines are welcome; control characters are not, PostgreSQL takes no NUL.
LongText = Annotated[
    str, msgspec.Meta(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$", max_length=2000)
]


class SignedRecordInput(Request, frozen=True):
    """A record as its reader signed it; see docs/offline-records.md."""

    record: str
    signature: str


class UploadRequest(Request, frozen=True):
    """Records of this operator's readers, in any order, as often as needed."""

    records: Annotated[list[SignedRecordInput], msgspec.Meta(min_length=1, max_length=500)]


class OutcomeView(View, frozen=True):
    """Who bears a record, and the rule that says so."""

    bearer: Bearer
    rule: str
    final: bool
    amount: MoneyView | None
    rider_pays: MoneyView
    flags: list[str]
    decided_at: Instant


class ReceiptView(View, frozen=True):
    """What became of one uploaded record; `outcome` is null while it is still to be judged."""

    validator_id: UUID | None
    sequence: int | None
    record_id: UUID | None
    result: Literal["accepted", "duplicate", "rejected"]
    reason: str | None
    outcome: OutcomeView | None


class SequenceRangeView(View, frozen=True):
    """Sequence numbers from one to another, both included."""

    from_sequence: int
    to_sequence: int


class ReaderSequenceView(View, frozen=True):
    """How far a reader's records have come, and which of them are missing."""

    validator_id: UUID
    last_sequence: int
    missing_sequences: list[SequenceRangeView]


class UploadView(View, frozen=True):
    """A receipt for each record, in the order of the upload."""

    items: list[ReceiptView]
    validators: list[ReaderSequenceView]


class DisputeRequest(Request, frozen=True):
    """Why the operator thinks that somebody else should bear the record."""

    statement: LongText


class RulingRequest(Request, frozen=True):
    """Who bears the record after all, and why; the same bearer as before upholds the outcome."""

    bearer: Literal["plan", "scheme_risk", "operator"]
    note: LongText


class DisputeView(View, frozen=True):
    """A dispute, and how it ended once somebody has ruled on it."""

    dispute_id: UUID
    record_id: UUID
    statement: str
    opened_at: Instant
    bearer: Bearer | None
    note: str | None
    ruled_at: Instant | None


class OfflineRecordView(View, frozen=True):
    """A record as its operator sees it: nothing of the rider."""

    record_id: UUID
    validator_id: UUID
    sequence: int
    action: str
    mode: str
    opened: bool
    service_date: date
    decided_at: Instant
    received_at: Instant
    authorization_id: UUID | None
    outcome: OutcomeView | None
    history: list[OutcomeView]
    disputes: list[DisputeView]


class OfflineRecordListView(View, frozen=True):
    """A page of records; `next_cursor` is null on the last."""

    items: list[OfflineRecordView]
    next_cursor: str | None


class DisputedRecordView(View, frozen=True):
    """A dispute with the record that it is about, for who rules on it."""

    dispute: DisputeView
    operator_id: str
    record: OfflineRecordView


class DisputeListView(View, frozen=True):
    """Disputes, the oldest first."""

    items: list[DisputedRecordView]
