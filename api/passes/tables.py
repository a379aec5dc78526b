"""Which certificates were issued to whom, and the issuer's keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class IssuerKeyRow(SQLModel, table=True):
    """An Ed25519 key that signs certificates; its private half is stored encrypted."""

    __tablename__ = "issuer_key"

    kid: bytes = Field(primary_key=True, sa_type=LargeBinary)
    public_key: bytes = Field(sa_type=LargeBinary)
    private_key_sealed: bytes = Field(sa_type=LargeBinary)
    signs_from_at: datetime
    retired_at: datetime | None = None
    created_at: datetime


class PassCertificate(SQLModel, table=True):
    """One issued certificate: the only link from a pass id to an account."""

    __tablename__ = "pass_certificate"

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    pass_id: int = Field(primary_key=True, sa_type=BigInteger, unique=True)
    subscription_id: UUID
    medium: int
    valid_from_at: datetime
    valid_until_at: datetime
    issued_at: datetime
    revoked_at: datetime | None = None


async def list_issuer_keys(session: AsyncSession) -> list[IssuerKeyRow]:
    """Every key that is still trusted, oldest first."""
    found = await session.exec(
        select(IssuerKeyRow)
        .where(col(IssuerKeyRow.retired_at).is_(None))
        .order_by(col(IssuerKeyRow.signs_from_at))
    )
    return list(found)
