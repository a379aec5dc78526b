"""What was issued to whom: phones, certificates and cards; the issuer's keys; the status list."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class IssuerKeyRow(SQLModel, table=True):
    """An Ed25519 key that signs certificates; its private half is stored encrypted.

    `retired_at` ends all trust in it: after its last certificate has expired, or at once
    with a `drop_reason`.
    """

    __tablename__ = "issuer_key"

    kid: bytes = Field(primary_key=True, sa_type=LargeBinary)
    public_key: bytes = Field(sa_type=LargeBinary)
    private_key_sealed: bytes = Field(sa_type=LargeBinary)
    signs_from_at: datetime
    retired_at: datetime | None = None
    drop_reason: str | None = None
    created_at: datetime


class Device(SQLModel, table=True):
    """A resident's phone, known by a key that it made and can't give away; one at a time."""

    __tablename__ = "device"
    __table_args__ = (
        Index(
            "one_active_device",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    device_id: UUID = Field(primary_key=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    name: str | None = None
    enrolled_at: datetime
    enrolled_date: date
    counts_as_switch: bool
    ended_at: datetime | None = None
    ended_by: str | None = None


class PassCertificate(SQLModel, table=True):
    """One issued certificate: the only link from a pass id to an account.

    Its hash is kept so that nothing but what was issued is accepted online, even from somebody
    who has stolen a signing key. A paper pass has no service date and no device.
    """

    __tablename__ = "pass_certificate"
    __table_args__ = (
        Index("pass_certificate_by_end", "valid_until_at"),
        Index(
            "pass_certificate_revoked",
            "valid_until_at",
            postgresql_where=text("revoked_at IS NOT NULL"),
        ),
    )

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    pass_id: int = Field(primary_key=True, sa_type=BigInteger, unique=True)
    subscription_id: UUID
    medium: int
    kid: bytes = Field(sa_type=LargeBinary, foreign_key="issuer_key.kid")
    certificate_hash: bytes = Field(sa_type=LargeBinary)
    service_date: date | None = None
    device_id: UUID | None = None
    valid_from_at: datetime
    valid_until_at: datetime
    issued_at: datetime
    revoked_at: datetime | None = None
    revoked_for: str | None = None


class Card(SQLModel, table=True):
    """An IC card that a resident rides with, known by a hash of its keyed number alone.

    `certificate` is its pass of the day in readers' lists, once it was in one.
    """

    __tablename__ = "card"
    __table_args__ = (
        Index(
            "one_holder_per_card",
            "reference_hash",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "one_active_card",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    card_id: UUID = Field(primary_key=True)
    reference_hash: bytes = Field(sa_type=LargeBinary)
    bound_at: datetime
    certificate: bytes | None = Field(default=None, sa_type=LargeBinary)
    ended_at: datetime | None = None
    ended_for: str | None = None


class CardListRow(SQLModel, table=True):
    """The card list as it was signed last; its lock puts the builders in a row.

    Without `issued_at` it is out of date: a card was bound or stopped since.
    """

    __tablename__ = "card_list"

    card_list_id: int = Field(default=1, primary_key=True)
    list_number: int = Field(default=0, sa_type=BigInteger)
    issued_at: datetime | None = None
    document: bytes = Field(default=b"", sa_type=LargeBinary)


class StatusListRow(SQLModel, table=True):
    """The status list as it was signed last; its lock puts the builders in a row.

    `capacity` is how many pass ids there are; it only grows.
    """

    __tablename__ = "status_list"

    status_list_id: int = Field(default=1, primary_key=True)
    list_number: int = Field(default=0, sa_type=BigInteger)
    capacity: int
    issued_at: datetime | None = None
    document: bytes = Field(default=b"", sa_type=LargeBinary)


async def list_issuer_keys(
    session: AsyncSession, *, also_retired: bool = False
) -> list[IssuerKeyRow]:
    """Every key that is still trusted, or that ever was, in the order in which they sign."""
    keys = select(IssuerKeyRow).order_by(
        col(IssuerKeyRow.signs_from_at), col(IssuerKeyRow.created_at)
    )
    if not also_retired:
        keys = keys.where(col(IssuerKeyRow.retired_at).is_(None))
    return list(await session.exec(keys))


async def find_active_device(session: AsyncSession, account_id: UUID) -> Device | None:
    """The phone that a resident rides with at present."""
    found = await session.exec(
        select(Device).where(col(Device.account_id) == account_id, col(Device.ended_at).is_(None))
    )
    return found.first()


async def find_active_card(session: AsyncSession, account_id: UUID) -> Card | None:
    """The card that a resident rides with at present."""
    found = await session.exec(
        select(Card).where(col(Card.account_id) == account_id, col(Card.ended_at).is_(None))
    )
    return found.first()
