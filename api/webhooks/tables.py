"""Where operators want to be told of their rides, and what is still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Webhook(SQLModel, table=True):
    """An operator's address; its secret is kept encrypted, because it must be signed with."""

    __tablename__ = "webhook"

    operator_id: str = Field(primary_key=True, foreign_key="operator.operator_id")
    url: str
    secret_sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime


class Outbox(SQLModel, table=True):
    """One thing to tell an operator, written in the transaction that made it true.

    `due_at` is when to try (again); without one it was delivered, or given up. Keyed by operator,
    the stated exception to the rule that a rider's account leads each key: nothing of the rider is
    in here.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("outbox_latest", "operator_id", "created_at"),
    )

    operator_id: str = Field(primary_key=True, foreign_key="operator.operator_id")
    event_id: UUID = Field(primary_key=True)
    authorization_id: UUID
    payload: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime
    due_at: datetime | None = None
    attempts: int = 0
    delivered_at: datetime | None = None
    last_error: str | None = None
