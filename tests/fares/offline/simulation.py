"""Readers without network that keep to the rules, and whoever shows them codes of one phone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from fares.modes import METERED, Mode
from fares.offline.entries import Bearer, Reconciliation, Uploaded
from fares.offline.limits import UPLOAD_WINDOW
from fares.offline.reconcile import reconcile
from fares.offline.record import OfflineRecord
from fares.offline.validator import Knowledge, LetIn, Opened, Wanted, decide_offline
from fares.passes import PassClaims
from fares.taps import TapAction
from tests.support.fares import make_ride, yen
from tests.support.offline import CLAIMS, START, facts, reader, shown

DAY = timedelta(days=1)
METERED_MINOR = 900


class Showing(NamedTuple):
    """A code of the phone's certificate of a day, shown to a reader."""

    at: datetime
    reader: int
    counter: int
    mode: Mode


@dataclass
class Reader:
    """One reader: when it fetched status lists, what it opened for, and its records."""

    number: int
    lists: Sequence[datetime]
    let_in: dict[int, list[LetIn]] = field(default_factory=dict)
    records: list[Uploaded] = field(default_factory=list)

    def list_at(self, at: datetime) -> datetime | None:
        return max((issued for issued in self.lists if issued <= at), default=None)

    def meet(self, showing: Showing, claims: PassClaims, revoked_at: datetime | None) -> None:
        """Steps 6 to 10: decide, write down, open."""
        issued = self.list_at(showing.at)
        knows = revoked_at is not None and issued is not None and issued >= revoked_at
        metered = showing.mode in METERED
        wanted = Wanted(
            TapAction.HOLD if metered else TapAction.TAP_ON,
            showing.mode,
            frozenset({1}) if metered else frozenset(),
            METERED_MINOR if metered else None,
        )
        past = self.let_in.setdefault(claims.pass_id, [])
        code = shown(showing.at, showing.counter, claims)
        clock_age = timedelta()
        answer = decide_offline(code, wanted, Knowledge(knows, issued, clock_age), past, showing.at)
        if not isinstance(answer, Opened):
            return
        record = OfflineRecord(
            validator_id=reader(self.number),
            sequence=len(self.records) + 1,
            code="TK1:",
            action=wanted.action,
            mode=wanted.mode,
            decided_at=showing.at,
            list_issued_at=issued,
            clock_age=clock_age,
            opened=True,
            why=answer.why,
            areas=wanted.areas,
            amount_minor=wanted.amount_minor,
        )
        past.append(LetIn(showing.counter, wanted.action, wanted.mode, showing.at))
        operator_id = f"operator-{self.number % 2}"
        ride = make_ride(showing.mode, operator_id=operator_id, amount=yen(METERED_MINOR))
        self.records.append(Uploaded(operator_id, record, code, ride, showing.at + DAY))


@dataclass
class Phone:
    """A phone with a certificate for each of some days, and perhaps a thief who has its keys."""

    certificates: tuple[PassClaims, ...]
    revoked_at: datetime | None

    @classmethod
    def with_days(cls, days: int, caps: tuple[int, int], revoked_at: datetime | None) -> "Phone":
        return cls(
            tuple(
                replace(
                    CLAIMS,
                    pass_id=day,
                    valid_from_at=START + day * DAY,
                    validity_minutes=1440,
                    offline_caps=caps,
                )
                for day in range(days)
            ),
            revoked_at,
        )

    def certificate_at(self, at: datetime) -> PassClaims:
        return self.certificates[(at - START) // DAY]


def ride_about(phone: Phone, readers: Sequence[Reader], showings: Sequence[Showing]) -> None:
    for showing in sorted(showings):
        claims = phone.certificate_at(showing.at)
        readers[showing.reader].meet(showing, claims, phone.revoked_at)


def settle_certificate(
    phone: Phone, claims: PassClaims, uploads: Sequence[Uploaded]
) -> Reconciliation:
    """The final outcomes of one certificate."""
    mine = [each for each in uploads if shown_pass(each) == claims.pass_id]
    known = facts(ends_at=claims.valid_until_at, revoked_at=phone.revoked_at)
    return reconcile(mine, known, [], claims.valid_until_at + UPLOAD_WINDOW)


def shown_pass(upload: Uploaded) -> int:
    assert not hasattr(upload.evidence, "reason")
    return upload.evidence.claims.pass_id  # type: ignore[union-attr]  # just looked


def borne_by_scheme(
    uploads: Sequence[Uploaded], found: Reconciliation, since: datetime = START
) -> list[Uploaded]:
    """The rides since then that the plan's pool or the risk account pays."""
    by_key = {each.key: each for each in uploads}
    return [
        by_key[outcome.key]
        for outcome in found.outcomes
        if outcome.bearer in {Bearer.PLAN, Bearer.SCHEME_RISK}
        and by_key[outcome.key].record.decided_at >= since
    ]
