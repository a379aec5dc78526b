"""Which step may follow which in the life of a ride?

`STEPS` is the contract between riders, operators and us; TOMP-API 2.0 gives the words of the
legs but no transitions.
"""

from enum import StrEnum


class Kind(StrEnum):
    """How a ride begins: by boarding (bus, rail), or by a hold on an amount (all else)."""

    WALK_UP = "walk_up"
    BOOKED = "booked"


class RideStatus(StrEnum):
    """What became of the authorization; all but `authorized` are final."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    EXPIRED = "expired"


class LegState(StrEnum):
    """Where the ride stands, in TOMP-API 2.0's words."""

    NOT_STARTED = "NOT_STARTED"
    PREPARING = "PREPARING"
    READY_TO_USE = "READY_TO_USE"
    IN_USE = "IN_USE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"
    ISSUE_REPORTED = "ISSUE_REPORTED"
    CANCELLED = "CANCELLED"
    ABENDED = "ABENDED"


class Action(StrEnum):
    """What somebody does to a ride; `close` is the rule's own answer to a missed tap-off.

    `adjust` is no step: it leaves a ride where it stands (`fares/corrections.py`).
    """

    TAP_OFF = "tap_off"
    GATE_OUT = "gate_out"
    ADJUST = "adjust"
    CLOSE = "close"
    CONFIRM = "confirm"
    ARRIVE = "arrive"
    START = "start"
    END = "end"
    CAPTURE = "capture"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    NO_VEHICLE = "no_vehicle"
    VOID = "void"
    EXPIRE = "expire"


_WALK_UP, _BOOKED = Kind.WALK_UP, Kind.BOOKED
_OPEN, _CAPTURED = RideStatus.AUTHORIZED, RideStatus.CAPTURED
_VOIDED, _EXPIRED = RideStatus.VOIDED, RideStatus.EXPIRED
_NEW, _COMING, _HERE = LegState.NOT_STARTED, LegState.PREPARING, LegState.READY_TO_USE
_RIDING, _DONE = LegState.IN_USE, LegState.ENDED
_OFF, _BROKEN_OFF = LegState.CANCELLED, LegState.ABENDED
_WAITING = (_NEW, _COMING, _HERE)

# Kind, action, from these legs -> status, leg. Every step starts from `authorized`, so a ride
# resolves at most once; what calls a ride off captures instead of voiding where a fee is due.
_TABLE: tuple[tuple[Kind, Action, tuple[LegState, ...], RideStatus, LegState], ...] = (
    (_WALK_UP, Action.TAP_OFF, (_RIDING,), _CAPTURED, _DONE),
    (_WALK_UP, Action.GATE_OUT, (_RIDING,), _CAPTURED, _DONE),
    (_WALK_UP, Action.CLOSE, (_RIDING,), _CAPTURED, _DONE),
    (_WALK_UP, Action.VOID, (_RIDING,), _VOIDED, _OFF),
    (_BOOKED, Action.CONFIRM, (_NEW,), _OPEN, _COMING),
    (_BOOKED, Action.ARRIVE, (_NEW, _COMING), _OPEN, _HERE),
    (_BOOKED, Action.START, _WAITING, _OPEN, _RIDING),
    (_BOOKED, Action.END, (_RIDING,), _OPEN, _DONE),
    (_BOOKED, Action.CAPTURE, (_DONE,), _CAPTURED, _DONE),
    (_BOOKED, Action.CANCEL, _WAITING, _VOIDED, _OFF),
    (_BOOKED, Action.NO_SHOW, _WAITING, _VOIDED, _OFF),
    (_BOOKED, Action.NO_VEHICLE, (_NEW, _COMING), _VOIDED, _OFF),
    (_BOOKED, Action.VOID, _WAITING, _VOIDED, _OFF),
    (_BOOKED, Action.VOID, (_RIDING,), _VOIDED, _BROKEN_OFF),
    (_BOOKED, Action.VOID, (_DONE,), _VOIDED, _DONE),
    (_BOOKED, Action.EXPIRE, _WAITING, _EXPIRED, _OFF),
    (_BOOKED, Action.EXPIRE, (_RIDING,), _EXPIRED, _BROKEN_OFF),
    (_BOOKED, Action.EXPIRE, (_DONE,), _EXPIRED, _DONE),
)
STEPS = {
    (kind, leg, action): (status, to_leg)
    for kind, action, legs, status, to_leg in _TABLE
    for leg in legs
}
