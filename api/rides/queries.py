"""Reading rides: an operator's own, and a resident's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import DomainError
from api.rides.tables import Authorization, RideCorrection
from fares.reasons import Text

PAGE = 200
_CURSOR_TIME = "%Y%m%dT%H%M%S.%f"


async def find_operator_ride(
    session: AsyncSession, operator_id: str, authorization_id: UUID
) -> Authorization | None:
    """A ride if it is this operator's."""
    found = await session.exec(
        select(Authorization).where(
            col(Authorization.authorization_id) == authorization_id,
            col(Authorization.operator_id) == operator_id,
        )
    )
    return found.first()


async def list_operator_rides(
    session: AsyncSession, operator_id: str, service_date: date, cursor: str | None
) -> tuple[list[Authorization], str | None]:
    """A page of an operator's rides of a day in order of time, and where the next begins."""
    query = (
        select(Authorization)
        .where(
            col(Authorization.operator_id) == operator_id,
            col(Authorization.service_date) == service_date,
        )
        .order_by(col(Authorization.granted_at), col(Authorization.authorization_id))
        .limit(PAGE + 1)
    )
    if cursor is not None:
        after = tuple_(col(Authorization.granted_at), col(Authorization.authorization_id))
        query = query.where(after > _read_cursor(cursor))
    rows = list(await session.exec(query))
    page = rows[:PAGE]
    more = len(rows) > PAGE
    return page, _cursor(page[-1]) if more else None


async def list_corrections(session: AsyncSession, ride: Authorization) -> list[RideCorrection]:
    """What its operator put right about a ride, oldest first."""
    found = await session.exec(
        select(RideCorrection)
        .where(
            col(RideCorrection.account_id) == ride.account_id,
            col(RideCorrection.authorization_id) == ride.authorization_id,
        )
        .order_by(col(RideCorrection.corrected_at), col(RideCorrection.correction_id))
    )
    return list(found)


async def list_my_rides(session: AsyncSession, account_id: UUID) -> list[Authorization]:
    """A resident's latest rides, newest first."""
    found = await session.exec(
        select(Authorization)
        .where(col(Authorization.account_id) == account_id)
        .order_by(col(Authorization.granted_at).desc())
        .limit(PAGE)
    )
    return list(found)


async def list_rides_of_month(
    session: AsyncSession, account_id: UUID, first: date, end: date
) -> list[Authorization]:
    """All of a resident's rides from service day `first` until before `end`, oldest first."""
    found = await session.exec(
        select(Authorization)
        .where(
            col(Authorization.account_id) == account_id,
            col(Authorization.service_date) >= first,
            col(Authorization.service_date) < end,
        )
        .order_by(col(Authorization.granted_at))
    )
    return list(found)


def _cursor(row: Authorization) -> str:
    # Letters that a URL carries as they are: an offset's plus sign would arrive as a space.
    return f"{row.granted_at.astimezone(UTC):{_CURSOR_TIME}}~{row.authorization_id}"


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    at, _, identifier = cursor.partition("~")
    try:
        return datetime.strptime(at, _CURSOR_TIME).replace(tzinfo=UTC), UUID(identifier)
    except ValueError:
        raise DomainError(
            "bad_cursor",
            Text("続きの位置が正しくありません。", "`cursor` must come from `next_cursor`."),
        ) from None
