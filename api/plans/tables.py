"""What is sold: every version of every plan, unchangeable once stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import not_found
from fares.plans import Plan, plan_from_document


class PlanRow(SQLModel, table=True):
    """One version of a plan; `on_sale` is true for at most the newest."""

    __tablename__ = "plan"

    plan_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSONB)
    on_sale: bool = True
    published_at: datetime

    def plan(self) -> Plan:
        """The plan as a value that `fares` can decide with."""
        return plan_from_document(self.document)


async def list_plans(session: AsyncSession) -> list[PlanRow]:
    """Everything on sale, by name."""
    found = await session.exec(
        select(PlanRow).where(col(PlanRow.on_sale)).order_by(col(PlanRow.plan_id))
    )
    return list(found)


async def get_plan_on_sale(session: AsyncSession, plan_id: str) -> PlanRow:
    """The version of a plan that is sold now; raises 404 `no_plan`."""
    found = await session.exec(
        select(PlanRow).where(col(PlanRow.plan_id) == plan_id, col(PlanRow.on_sale))
    )
    row = found.first()
    if row is None:
        raise not_found("no_plan", "このプランはありません。", f"No plan {plan_id!r} is on sale.")
    return row


async def get_plan(session: AsyncSession, plan_id: str, version: int) -> PlanRow:
    """A version of a plan, on sale or not; raises 404 `no_plan`."""
    row = await session.get(PlanRow, (plan_id, version))
    if row is None:
        raise not_found(
            "no_plan",
            "このプランはありません。",
            f"There is no plan {plan_id!r} version {version}.",
        )
    return row
