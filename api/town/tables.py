"""The town this installation serves: one row, read from its catalogue file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import conflict


class TownRow(SQLModel, table=True):
    """The town's catalogue as it was imported; `town_id` is always 1.

    `network_revision` grows whenever stops, routes or operators change, so that a worker
    knows that what it holds in memory is old.
    """

    __tablename__ = "town"

    town_id: int = Field(primary_key=True, default=1)
    document: dict[str, Any] = Field(sa_type=JSONB)
    network_revision: int = 1
    imported_at: datetime


async def get_town_row(session: AsyncSession, for_update: bool = False) -> TownRow:
    """The town; raises 409 `no_town` before one has been imported."""
    row = await session.get(TownRow, 1, with_for_update=for_update or None)
    if row is None:
        raise conflict(
            "no_town",
            "町の設定がまだありません。",
            "No town has been set up yet. Run `teiki town import FILE`.",
        )
    return row
