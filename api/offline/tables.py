"""Records of readers without network, who bears them, and disputes about that.

Outcomes are entries: a later one corrects an earlier one and never changes it. Records are keyed
by operator and reader, the stated exception to the rule that a rider's account leads each key;
what links a record to a rider (`body`, `pass_id`, `online_key`, `authorization_id`) is cleared
with the stops of rides.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field, SQLModel


class OfflineRecordRow(SQLModel, table=True):
    """A record as its reader signed it.

    `evidence` is why its code proves no ride, None where it proves one; only then `pass_id` is
    known. `authorization_id` is the ride that it became or, when `merged`, joined. `decided_at` is
    the reader's own time.
    """

    __tablename__ = "offline_record"
    __table_args__ = (
        Index("offline_record_by_id", "record_id", unique=True),
        Index("offline_record_of_pass", "pass_id"),
        Index("offline_record_by_day", "operator_id", "service_date", "decided_at"),
        Index(
            "offline_record_not_final",
            "received_at",
            postgresql_where=text("finalised_at IS NULL"),
        ),
    )

    operator_id: str = Field(primary_key=True, foreign_key="operator.operator_id")
    validator_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    record_id: UUID
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    signature: bytes | None = Field(default=None, sa_type=LargeBinary)
    evidence: str | None = None
    pass_id: int | None = Field(default=None, sa_type=BigInteger)
    online_key: str | None = None
    authorization_id: UUID | None = None
    merged: bool = False
    action: str
    mode: str
    opened: bool
    service_date: date
    decided_at: datetime
    received_at: datetime
    finalised_at: datetime | None = None


class OfflineOutcome(SQLModel, table=True):
    """One entry about a record: who bears it and by which rule; the highest `number` counts.

    `amount_minor` is the bearer's part of the price, None where there is none or nobody knows it.
    """

    __tablename__ = "offline_outcome"

    record_id: UUID = Field(primary_key=True, foreign_key="offline_record.record_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    bearer: str
    rule: str
    final: bool
    currency: str
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    rider_pays_minor: int = Field(default=0, sa_type=BigInteger)
    flags: list[str] = Field(sa_type=ARRAY(TEXT))
    decided_at: datetime


class OfflineDispute(SQLModel, table=True):
    """An operator's objection to a final outcome, and how it ended: `bearer` as ruled."""

    __tablename__ = "offline_dispute"
    __table_args__ = (
        Index(
            "one_open_dispute",
            "record_id",
            unique=True,
            postgresql_where=text("ruled_at IS NULL"),
        ),
        Index("offline_dispute_of_record", "record_id"),
    )

    dispute_id: UUID = Field(primary_key=True)
    record_id: UUID = Field(foreign_key="offline_record.record_id")
    operator_id: str = Field(foreign_key="operator.operator_id")
    outcome_number: int
    statement: str
    opened_at: datetime
    bearer: str | None = None
    note: str | None = None
    ruled_by: UUID | None = Field(default=None, foreign_key="staff.staff_id")
    ruled_at: datetime | None = None


class PassMark(SQLModel, table=True):
    """Why somebody should look into a pass: `duplicate` or `counter_backwards`."""

    __tablename__ = "pass_mark"

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    pass_id: int = Field(primary_key=True, sa_type=BigInteger)
    mark: str = Field(primary_key=True)
    noted_at: datetime
