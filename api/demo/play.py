"""The service day itself: the clock moves from tick to tick, and everybody acts through HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.clock import DemoClock
from api.demo.chance import HOUR
from api.demo.day import in_order
from api.demo.joining import Member
from api.demo.phone import Phone, fetch_pass
from api.demo.readers import Readers
from api.demo.rides import LEAVING, OPENING, TRICKS, Act, PlannedRide
from api.demo.web import Answer
from fares.passes import Challenge

# Passes are fetched when the service day has begun (04:00); 23:59 would be too late.
PASSES_AT = 4 * HOUR + 60


@dataclass(slots=True)
class Played:
    """What the day's answers were.

    Rides granted by person and mode, refused taps by mode and reason, refused steps by reason.
    """

    phones: dict[int, Phone] = field(default_factory=dict)
    unpaid: int = 0
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    steps_refused: Counter[str] = field(default_factory=Counter)
    granted: Counter[tuple[int, str]] = field(default_factory=Counter)


def instant(day: date, seconds: int, zone: ZoneInfo) -> datetime:
    """The instant of a service time: seconds since noon minus twelve hours."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    # Through timestamps: adding to a local time would lose an hour when summer time begins.
    return datetime.fromtimestamp(noon.timestamp() + seconds - 12 * HOUR, zone)


@dataclass(slots=True)
class Play:
    """A day being played: the clock goes on once everybody has had the answer they wait for."""

    clock: DemoClock
    zone: ZoneInfo
    day: date
    currency: str
    readers: Readers
    rides: Sequence[PlannedRide]
    played: Played = field(default_factory=Played)
    _open: dict[int, str] = field(default_factory=dict)

    async def fetch_passes(self, members: Sequence[Member]) -> None:
        """Everybody with a plan opens the pass page in the morning."""
        self._set(PASSES_AT)
        holders = [member for member in members if member.person.plan is not None]
        phones = await asyncio.gather(*(fetch_pass(member.browser) for member in holders))
        for member, phone in zip(holders, phones, strict=True):
            if phone is None:
                self.played.unpaid += 1
            else:
                self.played.phones[member.person.number] = phone

    async def run(self, passed: Callable[[int], None]) -> Played:
        """Play every moment in order; `passed` is told how many were played."""
        for seconds, acts_of in in_order(self.rides):
            self._set(seconds)
            await asyncio.gather(*(self._do(number, acts) for number, acts in acts_of.items()))
            passed(sum(map(len, acts_of.values())))
        return self.played

    def _set(self, seconds: int) -> None:
        self.clock.set(instant(self.day, seconds, self.zone))

    async def _do(self, number: int, acts: Sequence[Act]) -> None:
        for act in acts:
            await self._act(number, act)

    async def _act(self, number: int, act: Act) -> None:
        if act in OPENING:
            await self._tap(number, act, act, self._phone(number).code(self.clock.now()))
        elif act in TRICKS:
            await self._trick(number, act)
        elif number not in self._open:
            return  # the ride was refused, so nothing more happens to it
        elif act in LEAVING:
            await self._tap(number, act, act, self._phone(number).code(self.clock.now()))
        else:
            await self._step(number, act)

    async def _trick(self, number: int, act: Act) -> None:
        phone = self._phone(number)
        if act is Act.SCREENSHOT:
            code = phone.screenshot(self.clock.now())
        elif number not in self._open:
            return
        else:
            again = act is Act.SHOWN_AGAIN
            code = phone.last_code if again else phone.code(self.clock.now())
        await self._tap(number, act, self.rides[number].opening, code)

    async def _tap(self, number: int, act: Act, action: Act, code: str) -> None:
        ride = self.rides[number]
        reader = self.readers.find(ride)
        answer = await reader.ask(
            "/v1/authorizations", self._body(ride, action, code), _key(number, act)
        )
        if answer["result"] == "refused":
            self.played.refusals[ride.mode, answer["reason"]] += 1
        elif action in OPENING:
            self._open[number] = answer["authorization_id"]
            self.played.granted[ride.person, ride.mode] += 1

    def _body(self, ride: PlannedRide, action: Act, code: str) -> Answer:
        body: Answer = {"action": action, "mode": ride.mode, "code": code}
        if action is Act.HOLD:
            return body | {
                "amount": self._money(ride.hold_minor),
                "area_numbers": list(ride.area_numbers),
                "vehicle_id": ride.reader,
            }
        if action in LEAVING:
            return body | {"stop_id": ride.to_stop_id, "trip_id": ride.trip_id}
        return body | {
            "stop_id": ride.stop_id,
            "route_id": ride.route_id,
            "direction_id": ride.direction_id,
            "trip_id": ride.trip_id,
        }

    async def _step(self, number: int, act: Act) -> None:
        ride, authorization_id = self.rides[number], self._open[number]
        captures = act in (Act.CAPTURE, Act.OVERCHARGE, Act.SIGNED_CAPTURE)
        name = Act.CAPTURE if captures else act
        body: Answer = {"by": "rider"} if act is Act.CANCEL else {}
        if captures:
            body = {
                "amount": self._money(ride.price_minor),
                "distance_meters": ride.distance_meters,
            }
        if act is Act.SIGNED_CAPTURE:
            body["code"] = self._signed(number, authorization_id)
        path = f"/v1/authorizations/{authorization_id}/{name}"
        answer = await self.readers.find(ride).ask(path, body, _key(number, act))
        if answer["result"] == "refused":
            self.played.steps_refused[answer["reason"]] += 1

    def _signed(self, number: int, authorization_id: str) -> str:
        """The rider agrees on the phone to a price above the hold."""
        ride = self.rides[number]
        assert ride.price_minor is not None, "a booked ride has a price"
        challenge = Challenge(ride.operator_id, authorization_id, ride.price_minor)
        return self._phone(number).code(self.clock.now(), challenge)

    def _phone(self, number: int) -> Phone:
        return self.played.phones[self.rides[number].person]

    def _money(self, amount_minor: int | None) -> dict[str, object]:
        return {"amount_minor": amount_minor, "currency": self.currency}


def _key(number: int, act: Act) -> str:
    return f"demo-ride-{number}-{act}"
