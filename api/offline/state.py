"""What a batch of the desk knows of passes shown without network, and will write about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from api.rides.state import Holder, Ride
from fares.entitlements import Entitlement, Status
from fares.offline.entries import Bearer, OnlineUse, RecordKey
from fares.offline.record import OfflineRecord
from fares.passes import VerifiedPass


class Entry(NamedTuple):
    """An outcome as it is stored: what of it counts, to see whether a new one says more."""

    bearer: str
    rule: str
    final: bool
    amount_minor: int | None
    rider_pays_minor: int

    @property
    def costs(self) -> tuple[str, str, int | None, int]:
        """All but whether it is final."""
        return self.bearer, self.rule, self.amount_minor, self.rider_pays_minor


@dataclass(slots=True)
class RecordInHand:
    """A stored record whose code was verified, with its latest entry and the ride it became.

    `ruling` is what a dispute about the latest entry ended with; `merged_with`, the ride that
    the server had granted under the same key. Without that ride, but with its key, the record
    `comes_back`: it may be what is left of it.
    """

    record_id: str
    operator_id: str
    record: OfflineRecord
    shown: VerifiedPass
    received_at: datetime
    ride: Ride | None
    number: int
    entry: Entry | None
    ruling: Bearer | None
    merged_with: str | None
    comes_back: bool = False

    @property
    def key(self) -> RecordKey:
        """What the record is known by."""
        return self.operator_id, self.record.validator_id, self.record.sequence

    @property
    def settled(self) -> bool:
        """Whether its outcome may no longer change."""
        return self.entry is not None and self.entry.final and self.ruling is None


@dataclass(slots=True)
class PassFile:
    """Everything that is known of one pass, its subscription under lock."""

    pass_id: int
    holder: Holder
    ends_at: datetime
    revoked_at: datetime | None
    canceled_at: datetime | None
    records: list[RecordInHand] = field(default_factory=list)
    online: list[OnlineUse] = field(default_factory=list)

    @property
    def place(self) -> tuple[datetime, int]:
        """Its place among the passes of a subscription: earlier ones use allowances up first."""
        return self.ends_at, self.pass_id

    def entitlement_on(self, day: date) -> Entitlement:
        """What the subscription allowed then: a pass is issued to who has paid, and a
        cancellation since then takes nothing back."""
        held = self.holder.entitlement_on(day)
        return Entitlement(
            held.plan,
            Status.ACTIVE,
            held.period_start_date,
            held.period_end_date,
            held.rider_category,
            held.barred_modes,
            self.canceled_at,
        )


class PostedRide(NamedTuple):
    """A ride that a record became, and its pass's place."""

    place: tuple[datetime, int]
    ride: Ride


@dataclass(slots=True)
class OfflineState:
    """The passes that a batch reconciles, and what it writes besides rides and usage."""

    files: dict[int, PassFile] = field(default_factory=dict)
    posted: dict[str, dict[str, PostedRide]] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    stopped: list[dict[str, Any]] = field(default_factory=list)
