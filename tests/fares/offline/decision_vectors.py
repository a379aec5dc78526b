"""What a reader decides without network, for `mobile-contract/vectors/offline-records.json`."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fares.modes import Mode
from fares.offline.validator import Knowledge, LetIn, Opened, Wanted, decide_offline
from fares.passes import VerifiedPass, areas_of
from fares.reasons import Refused
from fares.taps import TapAction
from tests.fares.offline.record_vectors import seconds
from tests.fares.passes.vectors.making import NOW, NOW_SECONDS, PAPER, PHONE, after

_USUAL = Knowledge(False, after(hours=-1), timedelta(hours=1))


@dataclass(frozen=True)
class Decision:
    """One offline decision at `NOW`; the certificate is the phone's of the other vectors."""

    wanted: Wanted
    past: tuple[LetIn, ...] = ()
    known: Knowledge = _USUAL
    counter: int | None = 9

    @property
    def shown(self) -> VerifiedPass:
        claims = PAPER if self.counter is None else PHONE
        seconds = None if self.counter is None else NOW_SECONDS
        return VerifiedPass(claims, b"", b"", seconds, self.counter, None)


def let_in(counter: int | None, minutes_ago: float, mode: Mode = Mode.BUS) -> LetIn:
    action = TapAction.HOLD if mode is Mode.TAXI else TapAction.TAP_ON
    return LetIn(counter, action, mode, after(minutes=-minutes_ago))


_BUS = Wanted(TapAction.TAP_ON, Mode.BUS)
_LEAVE = Wanted(TapAction.GATE_OUT, Mode.RAIL)
_TAXI = Wanted(TapAction.HOLD, Mode.TAXI, frozenset({0}), 3000)
_OLD_LIST = Knowledge(False, after(days=-1, seconds=-1), timedelta())
_OLD_CLOCK = Knowledge(False, NOW, timedelta(days=1, seconds=1))
_A_DAY_OLD = Knowledge(False, after(days=-1), timedelta(days=1))
_NOTHING = Knowledge(False, None, None)
_REVOKED = Knowledge(True, after(hours=-1), timedelta())
_THREE_RIDES = tuple(let_in(n, 60 - n) for n in (1, 2, 3))

DECISIONS: dict[str, Decision] = {
    "first ride at this reader": Decision(_BUS),
    "a stop in a covered area": Decision(replace(_BUS, areas=frozenset({3, 11}))),
    "one of two areas not covered": Decision(replace(_BUS, areas=frozenset({0, 1}))),
    "mode not covered": Decision(replace(_BUS, mode=Mode.ON_DEMAND)),
    "stopped by the list": Decision(_BUS, known=_REVOKED),
    "stopped, and wants to leave": Decision(_LEAVE, known=_REVOKED),
    "same counter again": Decision(_BUS, (let_in(9, 30),)),
    "same counter again, to leave": Decision(_LEAVE, (let_in(9, 30),)),
    "a lower counter is left to the server": Decision(_BUS, (let_in(10, 30),)),
    "pass-back after 179 seconds": Decision(_BUS, (let_in(1, 179 / 60),)),
    "after 180 seconds": Decision(_BUS, (let_in(1, 3),)),
    "179 seconds after, by a clock set back since": Decision(_BUS, (let_in(1, -179 / 60),)),
    "leaving soon after coming in": Decision(_LEAVE, (let_in(1, 1),)),
    "fourth ride of four": Decision(_BUS, _THREE_RIDES),
    "fifth ride of four": Decision(_BUS, (*_THREE_RIDES, let_in(4, 10))),
    "what the server granted is not counted": Decision(
        _BUS, (*_THREE_RIDES, replace(let_in(4, 10), online=True))
    ),
    "pass-back after a ride that the server granted": Decision(
        _BUS, (replace(let_in(4, 1), online=True),)
    ),
    "leaving is no ride": Decision(
        _BUS, (*_THREE_RIDES, LetIn(4, TapAction.TAP_OFF, Mode.BUS, after(minutes=-10)))
    ),
    "leaving is possible at the cap": Decision(_LEAVE, (*_THREE_RIDES, let_in(4, 10))),
    "bus, list and clock a day old": Decision(_BUS, known=_A_DAY_OLD),
    "bus, list older than a day": Decision(_BUS, known=_OLD_LIST),
    "bus, clock set more than a day ago": Decision(_BUS, known=_OLD_CLOCK),
    "bus, no list and no clock": Decision(_BUS, known=_NOTHING),
    "taxi up to the cap": Decision(_TAXI),
    "taxi, list and clock a day old": Decision(_TAXI, known=_A_DAY_OLD),
    "taxi over the cap": Decision(replace(_TAXI, amount_minor=3001)),
    "taxi without an amount": Decision(replace(_TAXI, amount_minor=None)),
    "taxi without an area": Decision(replace(_TAXI, areas=frozenset())),
    "second taxi": Decision(_TAXI, (let_in(1, 60, Mode.TAXI),)),
    "taxi after a bus": Decision(_TAXI, (let_in(1, 60),)),
    "bus after a taxi": Decision(_BUS, (let_in(1, 60, Mode.TAXI),)),
    "taxi, list older than a day": Decision(_TAXI, known=_OLD_LIST),
    "taxi, no list": Decision(_TAXI, known=_NOTHING),
    "taxi, clock set more than a day ago": Decision(_TAXI, known=_OLD_CLOCK),
    "paper pass, second ride of two": Decision(_BUS, (let_in(None, 60),), counter=None),
    "paper pass, third ride of two": Decision(
        _BUS, (let_in(None, 90), let_in(None, 60)), counter=None
    ),
}


def described_decision(name: str, case: Decision) -> dict[str, Any]:
    answer = decide_offline(case.shown, case.wanted, case.known, case.past, NOW)
    claims = case.shown.claims
    wanted, known = case.wanted, case.known
    return {
        "name": name,
        "now": int(NOW.timestamp()),
        "certificate": {
            "modes": claims.modes,
            "areas": sorted(areas_of(claims.areas)),
            "offline_caps": list(claims.offline_caps),
        },
        "counter": case.counter,
        "wanted": {
            "action": str(wanted.action),
            "mode": str(wanted.mode),
            "areas": sorted(wanted.areas),
            "amount_minor": wanted.amount_minor,
        },
        "known": {
            "revoked": known.revoked,
            "list_issued_at": seconds(known.list_issued_at),
            "clock_age": None if known.clock_age is None else int(known.clock_age.total_seconds()),
        },
        "past": [
            {
                "counter": ride.counter,
                "action": str(ride.action),
                "mode": str(ride.mode),
                "at": int(ride.at.timestamp()),
                "online": ride.online,
            }
            for ride in case.past
        ],
        **described_answer(answer),
    }


def described_answer(answer: Opened | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        return {"refused": {"reason": str(answer.reason), "rule": answer.rule}}
    return {"opened": {"why": answer.why, "flags": [str(flag) for flag in answer.flags]}}
