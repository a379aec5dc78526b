"""How records, outcomes and disputes are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from api.offline.intake import Receipt
from api.offline.queries import ReaderSequence, RecordFile
from api.offline.shapes import (
    DisputeView,
    OfflineRecordView,
    OutcomeView,
    ReaderSequenceView,
    ReceiptView,
    SequenceRangeView,
)
from api.offline.tables import OfflineDispute, OfflineOutcome
from api.wire import MoneyView
from fares.offline.entries import Bearer


def outcome_view(entry: OfflineOutcome) -> OutcomeView:
    """An entry about a record."""
    amount = entry.amount_minor
    return OutcomeView(
        bearer=Bearer(entry.bearer),
        rule=entry.rule,
        final=entry.final,
        amount=None if amount is None else MoneyView(amount_minor=amount, currency=entry.currency),
        rider_pays=MoneyView(amount_minor=entry.rider_pays_minor, currency=entry.currency),
        flags=entry.flags,
        decided_at=entry.decided_at,
    )


def receipt_view(receipt: Receipt, latest: Mapping[UUID, OfflineOutcome]) -> ReceiptView:
    """What became of one uploaded record."""
    entry = latest.get(receipt.record_id) if receipt.record_id else None
    validator_id, sequence = receipt.name or (None, None)
    return ReceiptView(
        validator_id=validator_id,
        sequence=sequence,
        record_id=receipt.record_id,
        result=receipt.result,
        reason=receipt.reason,
        outcome=outcome_view(entry) if entry else None,
    )


def sequence_views(readers: Iterable[ReaderSequence]) -> list[ReaderSequenceView]:
    """How far each reader's records have come."""
    return [
        ReaderSequenceView(
            validator_id=reader.validator_id,
            last_sequence=reader.last_sequence,
            missing_sequences=[
                SequenceRangeView(from_sequence=first, to_sequence=last)
                for first, last in reader.missing
            ],
        )
        for reader in readers
    ]


def dispute_view(dispute: OfflineDispute) -> DisputeView:
    """A dispute, and how it ended."""
    return DisputeView(
        dispute_id=dispute.dispute_id,
        record_id=dispute.record_id,
        statement=dispute.statement,
        opened_at=dispute.opened_at,
        bearer=Bearer(dispute.bearer) if dispute.bearer else None,
        note=dispute.note,
        ruled_at=dispute.ruled_at,
    )


def record_view(file: RecordFile) -> OfflineRecordView:
    """A record with everything that was decided about it."""
    row, history = file.row, [outcome_view(entry) for entry in file.entries]
    return OfflineRecordView(
        record_id=row.record_id,
        validator_id=row.validator_id,
        sequence=row.sequence,
        action=row.action,
        mode=row.mode,
        opened=row.opened,
        service_date=row.service_date,
        decided_at=row.decided_at,
        received_at=row.received_at,
        authorization_id=row.authorization_id,
        outcome=history[-1] if history else None,
        history=history,
        disputes=[dispute_view(dispute) for dispute in file.disputes],
    )
