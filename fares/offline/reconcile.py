"""Who bears each ride that was opened without network? One bearer each, whatever the order.

The table is in `docs/offline-records.md`. Nothing here depends on when a record came, except
whether it came in time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from fares.offline.book import Book
from fares.offline.entries import (
    CertificateFacts,
    OnlineUse,
    Reconciliation,
    RecordKey,
    Uploaded,
)
from fares.offline.limits import UPLOAD_WINDOW
from fares.offline.record import write_record
from fares.passes import VerifiedPass


def reconcile(
    uploads: Iterable[Uploaded],
    facts: CertificateFacts,
    online: Sequence[OnlineUse],
    now: datetime,
) -> Reconciliation:
    """Judge all known records of one certificate; a record uploaded twice counts once.

    Provisional until `UPLOAD_WINDOW` after the certificate ends, then final: by then no record
    that is still to come can be on time.
    """
    records = sorted(_once_each(uploads), key=_order)
    book = Book(records, facts, online)
    outcomes = tuple(book.judge(upload) for upload in records)
    return Reconciliation(outcomes, now >= facts.ends_at + UPLOAD_WINDOW, book.stopped)


def _once_each(uploads: Iterable[Uploaded]) -> list[Uploaded]:
    """The first upload of each record; equally early ones differ only if the reader lied."""
    first: dict[RecordKey, Uploaded] = {}
    for upload in uploads:
        known = first.get(upload.key)
        if known is None or _earlier(upload, known):
            first[upload.key] = upload
    return list(first.values())


def _earlier(upload: Uploaded, known: Uploaded) -> bool:
    if upload.received_at != known.received_at:
        return upload.received_at < known.received_at
    return write_record(upload.record) < write_record(known.record)


def _order(upload: Uploaded) -> tuple[int, datetime, str, int, UUID]:
    """By counter, reader's time, operator, sequence; the reader only where all of these tie."""
    shown, record = upload.evidence, upload.record
    counter = shown.counter if isinstance(shown, VerifiedPass) else None
    ids = upload.operator_id, record.sequence, record.validator_id
    return counter or 0, record.decided_at, *ids
