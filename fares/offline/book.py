"""The running account of one certificate, as its records are judged one after another in order."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fares.entitlements import Entitlement
from fares.offline.charging import charge_plan, charge_scheme
from fares.offline.counters import Shown, contradicting_records, runs_backwards
from fares.offline.entries import (
    Bearer,
    CertificateFacts,
    Mark,
    OnlineUse,
    Outcome,
    Uploaded,
)
from fares.offline.limits import MAX_LIST_AHEAD, UPLOAD_WINDOW
from fares.offline.validator import Knowledge, LetIn, Wanted, decide_offline
from fares.passes import VerifiedPass
from fares.reasons import Reason, Refused

# What a reader should have refused, where the table has a line of its own for it.
_OWN_LINES = frozenset({Reason.LIST_TOO_OLD, Reason.OVER_OFFLINE_CAP})


class Book:
    """What the records judged so far have taken: counters, readers' caps, allowances.

    `stopped` says that the counter runs backwards somewhere among all of them.
    """

    def __init__(
        self, records: Sequence[Uploaded], facts: CertificateFacts, online: Sequence[OnlineUse]
    ) -> None:
        codes = [*_shown_offline(records), *_shown_online(online)]
        self.stopped = runs_backwards(codes)
        self._contradicting = contradicting_records(codes)
        self._facts = facts
        self._online = online
        self._usage = dict(facts.usage)
        self._taken: set[int] = set()
        self._let_in: dict[tuple[str, UUID], list[LetIn]] = {}

    def judge(self, upload: Uploaded) -> Outcome:
        """The outcome of the next record: the first line of the table that fits."""
        ruling = self._facts.rulings.get(upload.key)
        if ruling is not None:
            return self._rule(upload, ruling)
        if not upload.record.opened:
            return Outcome(upload.key, Bearer.NOBODY, "closed")
        outcome = self._not_charged(upload)
        shown = upload.evidence
        if isinstance(shown, Refused):
            return outcome or Outcome(upload.key, Bearer.OPERATOR, f"evidence:{shown.reason}")
        if _is_late(upload):
            return outcome or Outcome(upload.key, Bearer.OPERATOR, "late")
        outcome = outcome or self._judge_ride(upload, shown)
        self._note(upload, shown, outcome)
        return outcome

    def _not_charged(self, upload: Uploaded) -> Outcome | None:
        """Records of what is charged elsewhere: a way out, and a ride granted online."""
        record = upload.record
        if not record.action.opens:
            return Outcome(upload.key, Bearer.NOBODY, "leaving")
        name = upload.operator_id, record.validator_id, record.online_key
        if record.online_key is not None and any(
            name == (use.operator_id, use.validator_id, use.key) for use in self._online
        ):
            return Outcome(upload.key, Bearer.PLAN, "merged")
        return None

    def _judge_ride(self, upload: Uploaded, shown: VerifiedPass) -> Outcome:
        broken = self._refuse_as_reader(upload, shown)
        if isinstance(broken, str):
            return Outcome(upload.key, Bearer.OPERATOR, broken)
        outcome = self._judge_counter(upload, shown) or self._judge_plan(upload)
        marks = (Mark.DUPLICATE,) if self._used_online(shown) else ()
        return replace(outcome, flags=broken, marks=outcome.marks or marks)

    def _refuse_as_reader(self, upload: Uploaded, shown: VerifiedPass) -> str | tuple[Reason, ...]:
        """Which rule its reader broke; if none, what was stale there."""
        record, revoked_at = upload.record, self._facts.revoked_at
        issued_at = record.list_issued_at
        if issued_at is not None and issued_at - record.decided_at > MAX_LIST_AHEAD:
            return "list_from_future"
        knew = revoked_at is not None and issued_at is not None and issued_at >= revoked_at
        decision = decide_offline(
            shown,
            Wanted(record.action, record.mode, record.areas, record.amount_minor),
            Knowledge(knew, issued_at, record.clock_age),
            self._past_of(upload),
            record.decided_at,
        )
        if isinstance(decision, Refused):
            own_line = decision.reason in _OWN_LINES
            return str(decision.reason) if own_line else f"not_followed:{decision.reason}"
        if Reason.LIST_TOO_OLD in decision.flags:
            return str(Reason.LIST_TOO_OLD)
        return decision.flags

    def _judge_counter(self, upload: Uploaded, shown: VerifiedPass) -> Outcome | None:
        use = self._used_online(shown)
        if use is not None and use.used_at <= upload.record.decided_at:
            return Outcome(upload.key, Bearer.OPERATOR, "duplicate:online", marks=(Mark.DUPLICATE,))
        if shown.counter in self._taken:
            return self._charge_scheme(upload, "duplicate:offline", Mark.DUPLICATE)
        if upload.key in self._contradicting:
            self._contradicting = set()  # once for each certificate
            return self._charge_scheme(upload, "counter_backwards", Mark.COUNTER_BACKWARDS)
        return None

    def _judge_plan(self, upload: Uploaded) -> Outcome:
        revoked_at = self._facts.revoked_at
        if revoked_at is not None and upload.record.decided_at >= revoked_at:
            return self._charge_scheme(upload, "revoked")
        return self._charge_plan(upload)

    def _charge_plan(self, upload: Uploaded) -> Outcome:
        charge, allowed = charge_plan(
            upload.ride, self._entitlement(upload), self._usage, upload.record.decided_at
        )
        for item in charge.consumes:
            self._usage[item.key] = self._usage.get(item.key, 0) + item.quantity
        bearer = Bearer.PLAN if allowed else Bearer.SCHEME_RISK
        return Outcome(upload.key, bearer, f"plan:{charge.rule}", charge)

    def _charge_scheme(self, upload: Uploaded, rule: str, *marks: Mark) -> Outcome:
        charge = charge_scheme(upload.ride, self._entitlement(upload), rule)
        return Outcome(upload.key, Bearer.SCHEME_RISK, rule, charge, marks)

    def _rule(self, upload: Uploaded, bearer: Bearer) -> Outcome:
        if bearer is Bearer.PLAN:
            return replace(self._charge_plan(upload), bearer=bearer, rule="ruling")
        if bearer is Bearer.SCHEME_RISK:
            return self._charge_scheme(upload, "ruling")
        return Outcome(upload.key, bearer, "ruling")

    def _entitlement(self, upload: Uploaded) -> Entitlement:
        return self._facts.entitlements[upload.ride.service_date]

    def _used_online(self, shown: VerifiedPass) -> OnlineUse | None:
        if shown.counter is None:
            return None
        return next((use for use in self._online if use.counter == shown.counter), None)

    def _past_of(self, upload: Uploaded) -> list[LetIn]:
        record = upload.record
        granted = [
            LetIn(use.counter, use.action, record.mode, use.used_at, online=True)
            for use in self._online
            if (use.operator_id, use.validator_id) == (upload.operator_id, record.validator_id)
            and use.used_at <= record.decided_at
        ]
        return granted + self._let_in.get((upload.operator_id, record.validator_id), [])

    def _note(self, upload: Uploaded, shown: VerifiedPass, outcome: Outcome) -> None:
        record = upload.record
        merged = outcome.rule == "merged"
        let_in = LetIn(shown.counter, record.action, record.mode, record.decided_at, merged)
        self._let_in.setdefault((upload.operator_id, record.validator_id), []).append(let_in)
        if outcome.bearer is not Bearer.OPERATOR and shown.counter is not None:
            self._taken.add(shown.counter)


def _is_late(upload: Uploaded) -> bool:
    return upload.received_at - upload.record.decided_at > UPLOAD_WINDOW


def _shown_offline(records: Sequence[Uploaded]) -> list[Shown]:
    return [
        Shown(shown.counter, shown.unix_seconds, upload.key)
        for upload in records
        if isinstance(shown := upload.evidence, VerifiedPass)
        and shown.counter is not None
        and shown.unix_seconds is not None
        and not _is_late(upload)
    ]


def _shown_online(online: Sequence[OnlineUse]) -> list[Shown]:
    return [
        Shown(use.counter, use.unix_seconds, None)
        for use in online
        if use.counter is not None and use.unix_seconds is not None
    ]
