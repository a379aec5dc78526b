"""One ride as it is planned for a simulated resident: where, when, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fares.modes import Mode

# Everybody acts on the minute, as timetables do: what happens in the same one is sent at once.
TICK_SECONDS = 60


class Act(StrEnum):
    """What happens at a reader or in an operator's system.

    The first four and `hold` show a fresh code. `shown_again` shows the code just used, `handed
    back` a fresh one at the same reader, `screenshot` one from two minutes ago. `overcharge` asks
    for more than the hold without the rider's signature, `signed_capture` with it.
    """

    TAP_ON = "tap_on"
    TAP_OFF = "tap_off"
    GATE_IN = "gate_in"
    GATE_OUT = "gate_out"
    HOLD = "hold"
    SHOWN_AGAIN = "shown_again"
    HANDED_BACK = "handed_back"
    SCREENSHOT = "screenshot"
    CONFIRM = "confirm"
    ARRIVE = "arrive"
    START = "start"
    END = "end"
    CAPTURE = "capture"
    OVERCHARGE = "overcharge"
    SIGNED_CAPTURE = "signed_capture"
    CANCEL = "cancel"
    NO_SHOW = "no-show"
    NO_VEHICLE = "no-vehicle"


OPENING = frozenset({Act.TAP_ON, Act.GATE_IN, Act.HOLD})
LEAVING = frozenset({Act.TAP_OFF, Act.GATE_OUT})
TRICKS = frozenset({Act.SHOWN_AGAIN, Act.HANDED_BACK, Act.SCREENSHOT})


@dataclass(frozen=True, slots=True)
class Moment:
    """An act at a time, in seconds of the service day; always on the tick.

    Acts of one ride on the same tick happen one after the other.
    """

    seconds: int
    act: Act


@dataclass(frozen=True, slots=True)
class PlannedRide:
    """A ride and its moments in order. `reader` names the vehicle, gate or driver.

    Walk-up rides know stops and trip; booked ones areas, a hold, a final price and a distance.
    """

    person: int
    operator_id: str
    mode: Mode
    reader: str
    moments: tuple[Moment, ...]
    stop_id: str | None = None
    to_stop_id: str | None = None
    route_id: str | None = None
    direction_id: int | None = None
    trip_id: str | None = None
    area_numbers: tuple[int, ...] = ()
    hold_minor: int | None = None
    price_minor: int | None = None
    distance_meters: int | None = None

    @property
    def opening(self) -> Act:
        """The act that asks whether the ride may go ahead."""
        return next(moment.act for moment in self.moments if moment.act in OPENING)

    @property
    def ends(self) -> int:
        """When the person is free again."""
        return self.moments[-1].seconds


def on_tick(seconds: int) -> int:
    """The tick at or before a time."""
    return seconds - seconds % TICK_SECONDS
