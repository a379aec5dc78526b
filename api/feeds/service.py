"""Which version of an operator's feed is in force: activation and the way back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import DomainError, conflict, not_found
from api.feeds.areas import locate_stops
from api.feeds.tables import FeedVersion, get_feed_version
from api.operators.tables import Operator
from api.town.service import touch_network


async def activate_feed(
    session: AsyncSession,
    now: datetime,
    feed_version_id: UUID,
    override_reason: str | None = None,
) -> FeedVersion:
    """Put a version in force, and the operator's one before it out of force, at once.

    Raises 404 `no_feed_version`; 409 `feed_has_errors` when it has ERROR notices and nobody
    says why it may run all the same.
    """
    version = await get_feed_version(session, feed_version_id)
    await lock_feeds(session, version.operator_id)
    await session.refresh(version)
    if version.status == "active":
        return version
    reason = (override_reason or "").strip() or version.override_reason
    if errors_in(version) and not reason:
        raise _has_errors(version)
    # The town may have drawn its areas anew since the import.
    await locate_stops(session, feed_version_id)
    await _retire_active(session, now, version.operator_id)
    version.status, version.activated_at, version.retired_at = "active", now, None
    version.override_reason = reason
    await touch_network(session)
    await session.flush()
    return version


async def rollback_feed(session: AsyncSession, now: datetime, operator_id: str) -> FeedVersion:
    """Put the version that was in force before this one back.

    A second rollback undoes the first. Raises 404 `no_operator`, 409 `no_earlier_feed`.
    """
    await lock_feeds(session, operator_id)
    found = await session.exec(
        select(FeedVersion)
        .where(col(FeedVersion.operator_id) == operator_id, col(FeedVersion.status) == "retired")
        .order_by(col(FeedVersion.retired_at).desc())
        .limit(1)
    )
    earlier = found.first()
    if earlier is None:
        raise conflict(
            "no_earlier_feed",
            "前に使っていたフィードはありません。",
            f"No other feed of {operator_id} was ever active. `teiki feeds list` shows them.",
        )
    return await activate_feed(session, now, earlier.feed_version_id)


def errors_in(version: FeedVersion) -> int:
    """How many ERROR notices a version has, counted over all rows."""
    return sum(version.summary["notices"].get("ERROR", {}).values())


async def lock_feeds(session: AsyncSession, operator_id: str) -> None:
    """Let one at a time change an operator's feeds; raises 404 `no_operator`.

    The lock leaves the key alone, so that rides of the operator go on being written.
    """
    found = await session.exec(
        select(Operator.operator_id)
        .where(col(Operator.operator_id) == operator_id)
        .with_for_update(key_share=True)
    )
    if found.first() is None:
        raise not_found(
            "no_operator", "事業者が見つかりません。", f"There is no operator {operator_id!r}."
        )


async def _retire_active(session: AsyncSession, now: datetime, operator_id: str) -> None:
    found = await session.exec(
        select(FeedVersion).where(
            col(FeedVersion.operator_id) == operator_id, col(FeedVersion.status) == "active"
        )
    )
    for row in found:
        row.status, row.retired_at = "retired", now
    # Two active versions would meet at the unique index: this one leaves first.
    await session.flush()


def _has_errors(version: FeedVersion) -> DomainError:
    worst = [notice for notice in version.notices if notice["severity"] == "ERROR"]
    count = errors_in(version)
    error = conflict(
        "feed_has_errors",
        f"このフィードには重大な誤りが {count} 件あります。理由を付けると有効にできます。",
        f"This feed has ERROR notices ({count}), the first: {worst[0]['message']} "
        "Give a reason to activate it all the same.",
    )
    error.errors = [
        {"path": f"{n['filename'] or ''}:{n['row'] or ''}", "message": n["message"]} for n in worst
    ]
    return error
