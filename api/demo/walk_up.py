"""A bus or train ride that a simulated resident takes, on a run that the feed really has."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from api.demo.chance import HOUR, MINUTE, wanted_time
from api.demo.people import Person
from api.demo.rides import TICK_SECONDS, Act, Moment, PlannedRide, on_tick
from api.demo.timetable import Call, Line, Run, Timetable
from fares.modes import Mode

# How often people try a stop that their plan does not cover, and readers are shown no fresh code.
STRAYING = 0.07
SHOWN_AGAIN = 0.02
HANDED_BACK = 0.01
SCREENSHOT = 0.02
# How often a tap-off is forgotten, by what the operator asks for.
FORGOTTEN = {"optional": 0.25, "required": 0.04}
ATTEMPTS = 12
# Boarding is spread over this part of a run, so that something is left of it.
BOARDING_PART = 0.7


@dataclass(frozen=True, slots=True)
class WalkUpOperator:
    """An operator with a timetable; `tap_off` as the catalogue has it."""

    timetable: Timetable
    tap_off: str


@dataclass(frozen=True, slots=True)
class _Leg:
    """Where somebody gets on and off."""

    run: Run
    on: Call
    off: Call


def ride_there(
    throw: Random, person: Person, operator: WalkUpOperator, after: int
) -> PlannedRide | None:
    """A ride at a time of day when people travel; None when nothing runs any more."""
    first, last = operator.timetable.span
    if after > last:
        return None
    at = wanted_time(throw, max(first, after), last)
    covered = throw.random() >= STRAYING
    leg = None
    for _ in range(ATTEMPTS):
        line = operator.timetable.usual_line(throw)
        leg = _leg(throw, line, throw.choice(sorted(line.runs)), at, after) or leg
        if leg and (not covered or _covers(person, operator, leg.on)):
            break
    return _ride(throw, person, operator, leg) if leg else None


def ride_back(
    throw: Random, person: Person, operator: WalkUpOperator, there: PlannedRide
) -> PlannedRide | None:
    """The way back on the same line after some hours; None when nothing runs any more."""
    line = next(line for line in operator.timetable.lines if line.route_id == there.route_id)
    directions = [d for d in sorted(line.runs) if d != there.direction_id] or sorted(line.runs)
    after, last = there.ends + 20 * MINUTE, line.runs[directions[0]][-1].starts
    if after > last:
        return None
    at = int(throw.uniform(after, min(after + 8 * HOUR, last)))
    leg = None
    for _ in range(ATTEMPTS):
        leg = _leg(throw, line, directions[0], at, after) or leg
        if leg and _covers(person, operator, leg.on):
            break
    return _ride(throw, person, operator, leg) if leg else None


def _leg(throw: Random, line: Line, direction_id: int, at: int, after: int) -> _Leg | None:
    run = line.nearest_run(direction_id, at, after)
    if run is None:
        return None
    boarding = [place for place, call in enumerate(run.calls[:-1]) if call.boards]
    if not boarding:
        return None
    on = throw.choice(boarding[: max(1, int(len(boarding) * BOARDING_PART))])
    alighting = [call for call in run.calls[on + 1 :] if call.alights]
    return _Leg(run, run.calls[on], throw.choice(alighting)) if alighting else None


def _covers(person: Person, operator: WalkUpOperator, on: Call) -> bool:
    areas = operator.timetable.areas.get(on.stop_id, frozenset())
    return person.plan is not None and areas <= person.plan.areas


def _ride(throw: Random, person: Person, operator: WalkUpOperator, leg: _Leg) -> PlannedRide:
    gates = leg.run.mode is Mode.RAIL
    return PlannedRide(
        person=person.number,
        operator_id=operator.timetable.operator_id,
        mode=leg.run.mode,
        reader=leg.on.stop_id if gates else leg.run.trip_id,
        moments=tuple(_moments(throw, operator, leg, gates)),
        stop_id=leg.on.stop_id,
        to_stop_id=leg.off.stop_id,
        route_id=leg.run.route_id,
        direction_id=leg.run.direction_id if leg.run.direction_id >= 0 else None,
        trip_id=leg.run.trip_id,
    )


def _moments(throw: Random, operator: WalkUpOperator, leg: _Leg, gates: bool) -> list[Moment]:
    at = on_tick(leg.on.seconds)
    opening = Moment(at, Act.GATE_IN if gates else Act.TAP_ON)
    kind = throw.random()
    if kind < SCREENSHOT:
        moments = [Moment(at, Act.SCREENSHOT), opening]
    elif kind < SCREENSHOT + SHOWN_AGAIN:
        moments = [opening, Moment(at, Act.SHOWN_AGAIN)]
    elif kind < SCREENSHOT + SHOWN_AGAIN + HANDED_BACK:
        moments = [opening, Moment(at, Act.HANDED_BACK)]
    else:
        moments = [opening]
    if operator.tap_off != "none" and throw.random() >= FORGOTTEN[operator.tap_off]:
        left = max(on_tick(leg.off.seconds), at + TICK_SECONDS)
        moments.append(Moment(left, Act.GATE_OUT if gates else Act.TAP_OFF))
    return moments
