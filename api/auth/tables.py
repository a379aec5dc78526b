"""Who is signed in: staff, single-use links and sessions. Only hashes of tokens are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Staff(SQLModel, table=True):
    """A person who works with Teiki: desk, operator staff, planner or admin."""

    __tablename__ = "staff"

    staff_id: UUID = Field(primary_key=True)
    email: str = Field(unique=True)
    display_name: str
    role: str
    operator_id: str | None = Field(default=None, foreign_key="operator.operator_id")
    created_at: datetime


class SignInLink(SQLModel, table=True):
    """A link that signs one person in once; exactly one of the two subjects is set."""

    __tablename__ = "sign_in_link"

    token_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    account_id: UUID | None = Field(default=None, foreign_key="resident.account_id")
    staff_id: UUID | None = Field(default=None, foreign_key="staff.staff_id")
    expires_at: datetime
    used_at: datetime | None = None


class SignInSession(SQLModel, table=True):
    """A browser that is signed in; exactly one of the two subjects is set.

    `browser` is for its owner to recognise it by: a family of browsers and of systems, no version.
    """

    __tablename__ = "sign_in_session"

    token_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    session_id: UUID = Field(unique=True)
    account_id: UUID | None = Field(default=None, foreign_key="resident.account_id", index=True)
    staff_id: UUID | None = Field(default=None, foreign_key="staff.staff_id")
    browser: str | None = None
    created_at: datetime
    expires_at: datetime


async def find_staff_by_email(session: AsyncSession, email: str) -> Staff | None:
    """The member of staff with this address, in any case of letters."""
    found = await session.exec(select(Staff).where(col(Staff.email) == email.lower()))
    return found.first()


async def find_live_session(
    session: AsyncSession, token_hash: bytes, now: datetime
) -> SignInSession | None:
    """The session of this token unless it has expired."""
    found = await session.exec(
        select(SignInSession).where(
            col(SignInSession.token_hash) == token_hash, col(SignInSession.expires_at) > now
        )
    )
    return found.first()


async def claim_link(session: AsyncSession, token_hash: bytes, now: datetime) -> SignInLink | None:
    """Use a link up, once: of two racing browsers one gets it, the other None."""
    found = await session.exec(
        select(SignInLink)
        .where(
            col(SignInLink.token_hash) == token_hash,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
        )
        .with_for_update()
    )
    link = found.first()
    if link is not None:
        link.used_at = now
    return link
