"""What analysis left for the planner to read, and the monthly keys of trip facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import not_found


class CoverageRun(SQLModel, table=True):
    """One measurement of coverage: a date and a window over the feeds then active.

    `summary` describes its standards as they were measured, and shares by class.
    """

    __tablename__ = "coverage_run"

    run_id: UUID = Field(primary_key=True)
    service_date: date
    window_from_seconds: int | None = None
    window_to_seconds: int | None = None
    label_ja: str
    label_en: str
    summary: dict[str, Any] = Field(sa_type=JSONB)
    computed_at: datetime


class CoverageCell(SQLModel, table=True):
    """One cell of a run; `properties` holds its measures and its class per preset."""

    __tablename__ = "coverage_cell"

    run_id: UUID = Field(primary_key=True, foreign_key="coverage_run.run_id", ondelete="CASCADE")
    cell_id: str = Field(primary_key=True)
    geometry: dict[str, Any] = Field(sa_type=JSONB)
    properties: dict[str, Any] = Field(sa_type=JSONB)


class CoverageGap(SQLModel, table=True):
    """One area of a run that fails a standard, ranked by priority."""

    __tablename__ = "coverage_gap"

    run_id: UUID = Field(primary_key=True, foreign_key="coverage_run.run_id", ondelete="CASCADE")
    preset_id: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSONB)


class TownFile(SQLModel, table=True):
    """Where the lake keeps a file of the town's: `streets` or `population`."""

    __tablename__ = "town_file"

    kind: str = Field(primary_key=True)
    url: str
    sha256: str
    stored_at: datetime


class BackdropLayer(SQLModel, table=True):
    """A map layer of our own (streets), prepared once so that pages need no tile server."""

    __tablename__ = "backdrop_layer"

    layer_id: str = Field(primary_key=True)
    source_sha256: str
    geojson: bytes = Field(sa_type=LargeBinary)
    computed_at: datetime


class BoardingsByHour(SQLModel, table=True):
    """Pass-holders boarding and on board, by route and hour; None where suppressed."""

    __tablename__ = "boardings_by_hour"

    service_date: date = Field(primary_key=True)
    operator_id: str = Field(primary_key=True)
    route_id: str = Field(primary_key=True)
    direction_id: int = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    boardings: int | None = None
    on_board: int | None = None


class TripFactKey(SQLModel, table=True):
    """`K_month`: the secret that makes a month's pseudonyms; deleted 56 days after it."""

    __tablename__ = "trip_fact_key"

    month: str = Field(primary_key=True)
    secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime
    deleted_at: datetime | None = None


async def get_run(session: AsyncSession, run_id: UUID) -> CoverageRun:
    """The run; raises 404 `no_run`."""
    run = await session.get(CoverageRun, run_id)
    if run is None:
        raise not_found("no_run", "この集計はありません。", f"There is no coverage run {run_id}.")
    return run


async def list_runs(session: AsyncSession) -> list[CoverageRun]:
    """Every run, by date and window; whole days first."""
    found = await session.exec(
        select(CoverageRun).order_by(
            col(CoverageRun.service_date),
            col(CoverageRun.window_from_seconds).asc().nulls_first(),
        )
    )
    return list(found)
