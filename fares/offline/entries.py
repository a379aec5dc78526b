"""What the reconciliation of one certificate is made of: uploads and facts in, outcomes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from fares.entitlements import Entitlement, Granted, RideRequest, Usage
from fares.offline.record import OfflineRecord
from fares.passes import VerifiedPass
from fares.reasons import Reason, Refused
from fares.taps import TapAction

RecordKey = tuple[str, UUID, int]
"""What a record is known by: operator, validator, sequence."""


class Bearer(StrEnum):
    """Who bears a record: the plan's pool, the scheme's risk account, the operator, or nobody
    (where nobody rode, or the ride is another record's)."""

    PLAN = "plan"
    SCHEME_RISK = "scheme_risk"
    OPERATOR = "operator"
    NOBODY = "nobody"


class Mark(StrEnum):
    """Why somebody should look into a pass: a code was used twice, or two phones sign with its
    key."""

    DUPLICATE = "duplicate"
    COUNTER_BACKWARDS = "counter_backwards"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A record that its reader signed, with what checking its code again said.

    `ride` is what the record asks of the plan, in the words that any ride is decided by.
    """

    operator_id: str
    record: OfflineRecord
    evidence: VerifiedPass | Refused
    ride: RideRequest
    received_at: datetime

    @property
    def key(self) -> RecordKey:
        """What the record is known by."""
        return self.operator_id, self.record.validator_id, self.record.sequence


@dataclass(frozen=True, slots=True)
class OnlineUse:
    """A code of this certificate that the server granted; `key` is its idempotency key, where
    a record names it. `unix_seconds` is None on paper, and where it is no longer known."""

    operator_id: str
    validator_id: UUID
    action: TapAction
    counter: int | None
    unix_seconds: int | None
    used_at: datetime
    key: str | None = None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the server knows of a certificate and its subscription.

    `revoked_at` is None for a pass that was never stopped. `entitlements` has the service day of
    every record. `usage` is what is used without these records. `rulings` are what disputes
    ended with.
    """

    ends_at: datetime
    revoked_at: datetime | None
    entitlements: Mapping[date, Entitlement]
    usage: Usage
    rulings: Mapping[RecordKey, Bearer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who bears one record, and the rule that says so.

    `charge` is what it takes and costs where the plan's pool or the scheme bears it: there,
    `plan_pays` is the bearer's part. None for a merged record: its ride was charged online.
    `marks` say why the pass should be looked into; `flags`, what was stale at the reader.
    """

    key: RecordKey
    bearer: Bearer
    rule: str
    charge: Granted | None = None
    marks: tuple[Mark, ...] = ()
    flags: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The outcomes of all records of a certificate, in order; `final` ones never change.

    `stopped` says that the device key must have been copied: the pass is to be suspended.
    """

    outcomes: tuple[Outcome, ...]
    final: bool
    stopped: bool
