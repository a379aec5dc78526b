"""The journey that a walk-up ride belongs to, among the rides that the desk has in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from api.rides.state import Holder, Ride
from fares.entitlements import people_on
from fares.journeys import Part, continues, counted_by, recount
from fares.modes import Mode
from fares.usage import Usage


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey and whom it has counted; its id is None where the plan knows no journeys."""

    journey_id: str | None
    counted: Usage


def journey_at(holder: Holder, day: date, now: datetime) -> Journey:
    """The journey of a walk-up ride that begins now: the last ride's, or a new one.

    Its id is random and ends with the service day, so it links nobody's days.
    """
    minutes = holder.plan.transfer_minutes
    if not minutes:
        return Journey(None, {})
    rides = [r for r in holder.rides if r.live and r.journey_id and r.row["service_date"] == day]
    last = max(rides, key=_latest, default=None)
    if last is None or not continues(minutes, last.last_seen_at, now):
        return Journey(str(uuid4()), {})
    return Journey(last.journey_id, counted_by(list(map(_part, _live_rides(last)))))


def _latest(ride: Ride) -> tuple[datetime, datetime]:
    """Of two that were left at the same moment, the one that began later."""
    return ride.last_seen_at, ride.row["granted_at"]


def recount_journey(ride: Ride) -> None:
    """Count a journey's allowances anew after one of its rides was voided or has fewer people."""
    rides = _live_rides(ride)
    for part, consumes in zip(rides, recount(list(map(_part, rides))), strict=True):
        if consumes != part.consumed:
            part.consume(consumes)


def _live_rides(ride: Ride) -> list[Ride]:
    """The rides of a ride's journey that take anything, in order; it may be the only one."""
    if ride.journey_id is None:
        return [ride] if ride.live else []
    alike = [r for r in ride.holder.rides if r.live and r.journey_id == ride.journey_id]
    return sorted(alike, key=lambda r: r.row["granted_at"])


def _part(ride: Ride) -> Part:
    return Part(people_on(Mode(ride.row["mode"]), ride.row["companions"]), ride.consumed)
