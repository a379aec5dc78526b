"""What the API must answer about one rider's rides, told a second time and much more simply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

PASS_BACK = timedelta(minutes=3)
TRANSFER = timedelta(minutes=30)
RIDES, TAXI_RIDES, TAXI_MONEY = "rides", "taxi-rides", "taxi-money"
LIMITS = {RIDES: 7, TAXI_RIDES: 3, TAXI_MONEY: 3000}
COMPANIONS = 2
FARES = {"mori-bus": 210, "mori-rail": 300}
TAXI = "mori-taxi"

WAITING = ("NOT_STARTED", "PREPARING", "READY_TO_USE")
# step: (from which legs, to which leg, to which status)
BOOKED_STEPS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "confirm": (WAITING[:1], "PREPARING", "authorized"),
    "arrive": (WAITING[:2], "READY_TO_USE", "authorized"),
    "start": (WAITING, "IN_USE", "authorized"),
    "end": (("IN_USE",), "ENDED", "authorized"),
    "capture": (("ENDED",), "ENDED", "captured"),
    "cancel": (WAITING, "CANCELLED", "voided"),
    "no-show": (WAITING, "CANCELLED", "voided"),
    "no-vehicle": (WAITING[:2], "CANCELLED", "voided"),
}
VOIDED_LEG = {**dict.fromkeys(WAITING, "CANCELLED"), "IN_USE": "ABENDED", "ENDED": "ENDED"}


def service_date(now: datetime) -> date:
    """The day in Tokyo, where it is yesterday until four."""
    return (now + timedelta(hours=9 - 4)).date()


@dataclass(slots=True)
class RideModel:
    """One ride; `agreed` is the most that it may cost."""

    authorization_id: str
    operator: str
    people: int
    agreed: int
    opened_at: datetime
    seen_at: datetime
    status: str = "authorized"
    leg: str = "IN_USE"
    captured: int | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None
    journey: int = 0

    @property
    def booked(self) -> bool:
        return self.operator == TAXI

    @property
    def live(self) -> bool:
        return self.status in {"authorized", "captured"}

    @property
    def deadline_at(self) -> datetime:
        if not self.booked:
            return self.opened_at + timedelta(hours=4)
        if self.started_at is None:
            return self.opened_at + timedelta(hours=2)
        return self.started_at + timedelta(hours=24)

    def close(self, status: str, now: datetime, captured: int | None = None) -> None:
        assert self.status == "authorized", "a ride resolves at most once"
        self.status, self.captured, self.closed_at = status, captured, now

    def correctable(self, now: datetime) -> bool:
        return self.closed_at is not None and now < self.closed_at + timedelta(hours=24)


@dataclass(slots=True)
class Rider:
    """A rider's rides and what they use; every method gives the outcome that is to be expected."""

    rides: list[RideModel] = field(default_factory=list)
    opened: dict[str, datetime] = field(default_factory=dict)

    def open_ride(self, operator: str) -> RideModel | None:
        found = [r for r in self.rides if r.operator == operator and r.status == "authorized"]
        return found[-1] if found else None

    def used(self) -> dict[str, int]:
        """The definition: a journey counts as many people as were ever on one of its rides."""
        walks = sorted((r for r in self.rides if r.live and not r.booked), key=lambda r: r.journey)
        taxis = [r for r in self.rides if r.live and r.booked]
        return {
            RIDES: sum(
                max(ride.people for ride in journey)
                for _, journey in groupby(walks, key=lambda r: r.journey)
            ),
            TAXI_RIDES: len(taxis),
            TAXI_MONEY: sum(r.agreed if r.captured is None else r.captured for r in taxis),
        }

    def journey_at(self, now: datetime) -> int:
        walks = [r for r in self.rides if r.live and not r.booked]
        last = max(walks, key=lambda r: (r.seen_at, r.opened_at), default=None)
        today = last is not None and service_date(last.opened_at) == service_date(now)
        if last is not None and today and now - last.seen_at < TRANSFER:
            return last.journey
        return max((r.journey for r in self.rides), default=0) + 1

    def expect_opening(self, operator: str, now: datetime, people: int, hold: int) -> str:
        """`authorized`, or why not."""
        if operator in self.opened and now - self.opened[operator] < PASS_BACK:
            return "pass_back"
        if operator == TAXI:
            if self.open_ride(operator):
                return "ride_already_open"
            return _room({TAXI_RIDES: 1, TAXI_MONEY: hold}, self.used())
        if people > 1 + COMPANIONS:
            return "too_many_companions"
        journey = self.journey_at(now)
        counted = [r.people for r in self.rides if r.live and r.journey == journey]
        return _room({RIDES: max(0, people - max(counted, default=0))}, self.used())

    def board(
        self, authorization_id: str, operator: str, now: datetime, people: int, hold: int
    ) -> None:
        if operator != TAXI and (left_open := self.open_ride(operator)):
            left_open.close("captured", now, left_open.agreed)
            left_open.leg = "ENDED"
        agreed = hold if operator == TAXI else FARES[operator] * people
        ride = RideModel(authorization_id, operator, people, agreed, now, now)
        if operator == TAXI:
            ride.leg = "NOT_STARTED"
        else:
            ride.journey = self.journey_at(now)
        self.opened[operator] = now
        self.rides.append(ride)

    def expect_leaving(self, operator: str, now: datetime) -> str:
        ride = self.open_ride(operator)
        return "captured" if ride and now < ride.deadline_at else "no_open_ride"

    def leave(self, operator: str, now: datetime) -> None:
        ride = self.open_ride(operator)
        assert ride is not None
        ride.close("captured", now, min(ride.agreed, FARES[operator] * ride.people))
        ride.leg, ride.seen_at = "ENDED", now

    def close_overdue(self, now: datetime) -> int:
        overdue = [r for r in self.rides if r.status == "authorized" and now >= r.deadline_at]
        for ride in overdue:
            ride.leg = VOIDED_LEG[ride.leg] if ride.booked else "ENDED"
            ride.close(*(("expired", now) if ride.booked else ("captured", now, ride.agreed)))
        return len(overdue)


def expect_step(ride: RideModel, step: str, now: datetime) -> str:
    """The status after a step without an amount, or why it is refused."""
    if step == "void":
        if ride.status == "captured":
            return "voided" if ride.correctable(now) else "correction_too_late"
        return "voided" if ride.status == "authorized" else "wrong_state"
    legs, _, status = BOOKED_STEPS[step]
    if not ride.booked or ride.status != "authorized" or ride.leg not in legs:
        return "wrong_state"
    return status if now < ride.deadline_at else "hold_expired"


def take_step(ride: RideModel, step: str, now: datetime) -> None:
    """The ride after a step that was done."""
    if step == "void":
        if ride.status == "authorized":
            ride.leg = VOIDED_LEG[ride.leg] if ride.booked else "CANCELLED"
            ride.close("voided", now)
        ride.status, ride.captured = "voided", None
        return
    _, ride.leg, status = BOOKED_STEPS[step]
    if step == "start":
        ride.started_at = now
    if status != "authorized":
        ride.close(status, now)


def expect_adjusting(ride: RideModel, now: datetime, people: int | None, amount: int | None) -> str:
    """The status after an adjustment, or why it is refused."""
    if people is not None and people > ride.people:
        return "too_many_companions"
    under_way = ride.status == "authorized" and not ride.booked
    if not under_way and ride.status != "captured":
        return "wrong_state"
    in_time = now < ride.deadline_at if under_way else ride.correctable(now)
    if not in_time:
        return "correction_too_late"
    limit = ride.agreed if ride.captured is None else ride.captured
    return "over_hold" if amount is not None and amount > limit else ride.status


def adjust(ride: RideModel, people: int | None, amount: int | None) -> None:
    """The ride after an adjustment."""
    limit = ride.agreed if ride.captured is None else ride.captured
    ride.people = ride.people if people is None else people
    if amount is None:
        whole = limit if ride.booked or people is None else FARES[ride.operator] * people
        amount = min(limit, whole)
    if ride.captured is None:
        ride.agreed = amount
    else:
        ride.captured = amount


def _room(wanted: dict[str, int], used: dict[str, int]) -> str:
    """Allowances are asked by name; money has room for all of a ride or for none."""
    for name, more in sorted(wanted.items()):
        left = LIMITS[name] - used[name]
        if more > left:
            return "allowance_too_small" if left else "allowance_used_up"
    return "authorized"


def expect_capture(rider: Rider, ride: RideModel, amount: int, signed: bool, now: datetime) -> str:
    """`captured`, or why not; above the hold the whole price is decided anew."""
    outcome = expect_step(ride, "capture", now)
    if outcome != "captured" or amount <= ride.agreed:
        return outcome
    if not signed:
        return "over_hold"
    used = rider.used()
    used[TAXI_RIDES] -= 1
    used[TAXI_MONEY] -= ride.agreed
    room = _room({TAXI_RIDES: 1, TAXI_MONEY: amount}, used)
    return "captured" if room == "authorized" else room
