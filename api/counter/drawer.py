"""The drawer of a member of staff: what they took and gave back since they last counted it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import lock_name
from api.clock import service_instant
from api.errors import conflict
from api.subscriptions.tables import CashClosing, Payment
from api.town.document import TownDocument

_CLOSINGS = UUID("6d0d3c52-0f0e-4b63-9d53-8c1d4bb5a2c7")


async def in_drawer(session: AsyncSession, staff_id: UUID, lock: bool = False) -> list[Payment]:
    """What was taken and given back and is not counted yet, oldest first."""
    query = (
        select(Payment)
        .where(col(Payment.staff_id) == staff_id, col(Payment.closing_id).is_(None))
        .order_by(col(Payment.receipt_number))
    )
    return list(await session.exec(query.with_for_update() if lock else query))


def amount_of(entries: Sequence[Payment]) -> int:
    """What must be in the drawer, in minor units: less than nothing where more was given back."""
    return sum(entry.amount_minor for entry in entries)


async def close_drawer(
    session: AsyncSession,
    now: datetime,
    town: TownDocument,
    *,
    staff_id: UUID,
    counted_minor: int,
    note: str | None,
    idempotency_key: str,
) -> CashClosing:
    """Write down what was counted; what is taken from now on belongs to the next count.

    Repeating a key returns the first closing. Raises 409 `idempotency_key_reused` for the same key
    with another count, 409 `nothing_to_close`, and 409 `difference_unexplained` where the count
    differs and no note says why.
    """
    await lock_name(session, f"drawer/{staff_id}")
    closing_id = uuid5(_CLOSINGS, f"{staff_id}/{idempotency_key}")
    earlier = await session.get(CashClosing, closing_id)
    if earlier is not None:
        if (earlier.counted_minor, earlier.note) != (counted_minor, note):
            raise conflict(
                "idempotency_key_reused",
                "同じ受付番号で、内容の違う締めがあります。",
                "This idempotency key was used for another count.",
            )
        return earlier
    entries = await in_drawer(session, staff_id, lock=True)
    if not entries:
        raise conflict(
            "nothing_to_close",
            "前回の締めから、現金の出入りがありません。",
            "No cash was taken or given back since the last count.",
        )
    expected = amount_of(entries)
    if counted_minor != expected and note is None:
        raise conflict(
            "difference_unexplained",
            "数えた金額が記録と違います。理由を書いてください。",
            "The count differs from the record. Write down why.",
        )
    closing = CashClosing(
        closing_id=closing_id,
        staff_id=staff_id,
        closed_at=now,
        service_date=service_instant(now, town.zone())[0],
        currency=town.currency,
        entries=len(entries),
        expected_minor=expected,
        counted_minor=counted_minor,
        note=note,
    )
    session.add(closing)
    await session.flush()
    for entry in entries:
        entry.closing_id = closing_id
    return closing
