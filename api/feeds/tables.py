"""Imported feeds: every version kept, one active per operator."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, JSONB, TEXT
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import not_found


class FeedVersion(SQLModel, table=True):
    """One import of one operator's feed; status `imported`, `active` or `retired`.

    `override_reason` says why it was activated although it has ERROR notices.
    """

    __tablename__ = "feed_version"
    __table_args__ = (
        Index(
            "one_active_feed",
            "operator_id",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
    )

    feed_version_id: UUID = Field(primary_key=True)
    operator_id: str = Field(foreign_key="operator.operator_id")
    sha256: str
    source_name: str
    status: str
    summary: dict[str, Any] = Field(sa_type=JSONB)
    notices: list[dict[str, Any]] = Field(sa_type=JSONB)
    parquet_url: str
    source_url: str
    valid_from_date: date
    valid_until_date: date
    imported_at: datetime
    activated_at: datetime | None = None
    retired_at: datetime | None = None
    override_reason: str | None = None


class FeedStop(SQLModel, table=True):
    """A stop of a feed version: the town's areas that it lies in, the modes that call there."""

    __tablename__ = "feed_stop"

    feed_version_id: UUID = Field(primary_key=True, foreign_key="feed_version.feed_version_id")
    stop_id: str = Field(primary_key=True)
    name: str
    name_kana: str | None = None
    lat: float | None = None
    lon: float | None = None
    zone_id: str | None = None
    location_type: int = 0
    parent_station: str | None = None
    area_numbers: list[int] = Field(sa_type=ARRAY(INTEGER))
    modes: list[str] = Field(sa_type=ARRAY(TEXT))


class FeedRoute(SQLModel, table=True):
    """A route of a feed version."""

    __tablename__ = "feed_route"

    feed_version_id: UUID = Field(primary_key=True, foreign_key="feed_version.feed_version_id")
    route_id: str = Field(primary_key=True)
    short_name: str | None = None
    long_name: str | None = None
    mode: str
    agency_id: str | None = None
    color: str | None = None


class FeedTrip(SQLModel, table=True):
    """A trip of a feed version; departure in service seconds (may pass 24:00)."""

    __tablename__ = "feed_trip"

    feed_version_id: UUID = Field(primary_key=True, foreign_key="feed_version.feed_version_id")
    trip_id: str = Field(primary_key=True)
    route_id: str
    direction_id: int | None = None
    service_id: str
    departure_seconds: int | None = None


class FeedServiceDate(SQLModel, table=True):
    """One date on which a service runs (calendar and calendar_dates resolved)."""

    __tablename__ = "feed_service_date"

    feed_version_id: UUID = Field(primary_key=True, foreign_key="feed_version.feed_version_id")
    service_date: date = Field(primary_key=True)
    service_id: str = Field(primary_key=True)


class FeedFareTable(SQLModel, table=True):
    """The fare tables of a feed version, as `fares` reads them."""

    __tablename__ = "feed_fare_table"

    feed_version_id: UUID = Field(primary_key=True, foreign_key="feed_version.feed_version_id")
    document: dict[str, Any] = Field(sa_type=JSONB)


async def get_feed_version(session: AsyncSession, feed_version_id: UUID) -> FeedVersion:
    """The version; raises 404 `no_feed_version`."""
    row = await session.get(FeedVersion, feed_version_id)
    if row is None:
        raise not_found(
            "no_feed_version",
            "このフィードはありません。",
            f"There is no feed version {feed_version_id}. `teiki feeds list` shows them.",
        )
    return row


async def list_feed_versions(session: AsyncSession) -> list[FeedVersion]:
    """Every version, newest first."""
    found = await session.exec(select(FeedVersion).order_by(col(FeedVersion.imported_at).desc()))
    return list(found)


async def list_active_feeds(session: AsyncSession) -> list[FeedVersion]:
    """The active version of each operator."""
    found = await session.exec(
        select(FeedVersion)
        .where(col(FeedVersion.status) == "active")
        .order_by(col(FeedVersion.operator_id))
    )
    return list(found)


async def list_operator_stops(session: AsyncSession, operator_id: str) -> list[FeedStop]:
    """The stops of an operator's active feed, by name."""
    found = await session.exec(
        select(FeedStop)
        .join(FeedVersion, col(FeedVersion.feed_version_id) == col(FeedStop.feed_version_id))
        .where(col(FeedVersion.operator_id) == operator_id, col(FeedVersion.status) == "active")
        .order_by(col(FeedStop.name), col(FeedStop.stop_id))
    )
    return list(found)
