"""The businesses that carry, their keys and their validators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import not_found


class Operator(SQLModel, table=True):
    """A business that carries; `fares` is its tariff as the catalogue states it.

    `tap_off` says whether riders tap when they leave: `none`, `optional` or `required`.
    """

    __tablename__ = "operator"

    operator_id: str = Field(primary_key=True)
    name_ja: str
    name_en: str
    modes: list[str] = Field(sa_type=ARRAY(TEXT))
    tap_off: str = "none"
    tariff: dict[str, Any] = Field(sa_type=JSONB, default_factory=dict)
    simulated: bool = False
    created_at: datetime


class OperatorKey(SQLModel, table=True):
    """An API key of an operator, or of one of its validators; only its hash is kept.

    `public_key` is what a validator signs its offline records with: a compressed P-256 point.
    """

    __tablename__ = "operator_key"

    key_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    key_id: UUID = Field(unique=True)
    operator_id: str = Field(foreign_key="operator.operator_id", index=True)
    kind: str
    name: str
    public_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime
    revoked_at: datetime | None = None


async def get_operator(session: AsyncSession, operator_id: str) -> Operator:
    """The operator; raises 404 `no_operator`."""
    operator = await session.get(Operator, operator_id)
    if operator is None:
        raise not_found(
            "no_operator", "事業者が見つかりません。", f"There is no operator {operator_id!r}."
        )
    return operator


async def list_operators(session: AsyncSession) -> list[Operator]:
    """Every operator, by id."""
    found = await session.exec(select(Operator).order_by(col(Operator.operator_id)))
    return list(found)


async def list_readers(
    session: AsyncSession, operator_id: str, key_ids: Iterable[UUID]
) -> list[OperatorKey]:
    """Those of an operator's validators, also such as were taken away."""
    found = await session.exec(
        select(OperatorKey).where(
            col(OperatorKey.operator_id) == operator_id,
            col(OperatorKey.kind) == "validator",
            col(OperatorKey.key_id).in_(key_ids),
        )
    )
    return list(found)


async def find_key(session: AsyncSession, key_hash: bytes) -> OperatorKey | None:
    """The key of this hash unless it was revoked."""
    found = await session.exec(
        select(OperatorKey).where(
            col(OperatorKey.key_hash) == key_hash, col(OperatorKey.revoked_at).is_(None)
        )
    )
    return found.first()
