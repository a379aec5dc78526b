"""May this reader open without asking? The pure part of what a validator does (steps 6 to 9).

The code itself is checked first, by `verify_code`; afterwards the caller appends a signed record
and only then opens. Readers in other languages do the same: the vectors hold them to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fares.modes import METERED, Mode
from fares.offline.limits import MAX_CLOCK_AGE, MAX_LIST_AGE
from fares.passes import PassClaims, VerifiedPass, refuse_uncovered
from fares.reasons import Reason, Refused
from fares.taps import PASS_BACK, TapAction


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the rider wants at this reader. A metered ride says where it goes and its price."""

    action: TapAction
    mode: Mode
    areas: frozenset[int] = frozenset()
    amount_minor: int | None = None

    @property
    def metered(self) -> bool:
        """Whether a meter makes its price, which the rider must have signed."""
        return self.mode in METERED


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the reader holds: whether its status list stops this pass, and how old things are.

    `list_issued_at` is None without a list, `clock_age` None if the clock was never set.
    """

    revoked: bool
    list_issued_at: datetime | None
    clock_age: timedelta | None


@dataclass(frozen=True, slots=True)
class LetIn:
    """A code of this certificate that this reader has opened for, `online` on the server's word."""

    counter: int | None
    action: TapAction
    mode: Mode
    at: datetime
    online: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The reader opens. `flags` are what staff should look into: the list's or clock's age."""

    why: str
    flags: tuple[Reason, ...] = ()


def decide_offline(
    shown: VerifiedPass, wanted: Wanted, known: Knowledge, past: Sequence[LetIn], now: datetime
) -> Opened | Refused:
    """Decide on a genuine, fresh code without network; `past` is of this certificate alone.

    Who wants to leave is let out: only a stopped, foreign or used code is refused then.
    """
    refused = _refuse_code(shown, wanted, known, past)
    if refused is not None:
        return refused
    if not wanted.action.opens:
        return Opened("leaving")
    stale = _stale(known, now)
    refused = (
        _refuse_pass_back(past, now)
        or (_refuse_stale(stale) if wanted.metered else None)
        or refuse_over_cap(shown.claims, wanted, past)
    )
    return refused or Opened("within_cap", stale)


def refuse_over_cap(claims: PassClaims, wanted: Wanted, past: Sequence[LetIn]) -> Refused | None:
    """Key 7 of the certificate: rides at one reader, and one metered ride up to an amount."""
    max_rides, max_metered_minor = claims.offline_caps
    rides = [ride for ride in past if ride.action.opens and not ride.online]
    if len(rides) >= max_rides:
        return Refused(Reason.OVER_OFFLINE_CAP, "offline_caps:rides")
    if not wanted.metered:
        return None
    if wanted.amount_minor is None:
        return Refused(Reason.AMOUNT_MISSING, "offline_caps:metered")
    if wanted.amount_minor > max_metered_minor or any(ride.mode in METERED for ride in rides):
        return Refused(Reason.OVER_OFFLINE_CAP, "offline_caps:metered")
    return None


def _refuse_code(
    shown: VerifiedPass, wanted: Wanted, known: Knowledge, past: Sequence[LetIn]
) -> Refused | None:
    uncovered = refuse_uncovered(shown.claims, wanted.mode, wanted.areas)
    if uncovered is not None:
        return uncovered
    if wanted.metered and not wanted.areas:
        return Refused(Reason.AREA_UNKNOWN, "certificate.areas")
    if known.revoked:
        return Refused(Reason.PASS_REVOKED, "status_list")
    if shown.counter is not None and any(ride.counter == shown.counter for ride in past):
        return Refused(Reason.CODE_ALREADY_USED, "pass:counter")
    return None


def _refuse_pass_back(past: Sequence[LetIn], now: datetime) -> Refused | None:
    # Either way round: a clock may have been set back in between.
    if any(ride.action.opens and abs(now - ride.at) < PASS_BACK for ride in past):
        return Refused(Reason.PASS_BACK, "pass:pass_back")
    return None


def _stale(known: Knowledge, now: datetime) -> tuple[Reason, ...]:
    flags = []
    if known.list_issued_at is None or now - known.list_issued_at > MAX_LIST_AGE:
        flags.append(Reason.LIST_TOO_OLD)
    if known.clock_age is None or known.clock_age > MAX_CLOCK_AGE:
        flags.append(Reason.CLOCK_NOT_SET)
    return tuple(flags)


def _refuse_stale(stale: tuple[Reason, ...]) -> Refused | None:
    return Refused(stale[0], "offline:metered") if stale else None
