"""Any sequence of what riders, operators and time do: the real API against a model of it.

`TEIKI_EXAMPLES=500` tells as many stories.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api.rides.closing import close_overdue
from fares.passes import Challenge
from tests.support.ride_model import (
    BOOKED_STEPS,
    COMPANIONS,
    FARES,
    LIMITS,
    RIDES,
    TAXI,
    TAXI_MONEY,
    TAXI_RIDES,
    RideModel,
    Rider,
    adjust,
    expect_adjusting,
    expect_capture,
    expect_step,
    service_date,
    take_step,
)
from tests.support.world import PLAN, Browser, Phone, Reader, World, open_world, yen

pytestmark = [pytest.mark.database]

EXAMPLES = int(os.environ.get("TEIKI_EXAMPLES", "25"))
MODES = {"mori-bus": "bus", "mori-rail": "rail", TAXI: "taxi"}
LEAVE = {"mori-bus": "tap_off", "mori-rail": "gate_out"}
BOARD = {"mori-bus": "tap_on", "mori-rail": "gate_in", TAXI: "hold"}
# Within a month of the allowances, and of the session.
LAST = timedelta(days=14)


def _allowance(name: str, modes: list[str], unit: str) -> dict[str, Any]:
    limits = {"unit": unit, "limit": LIMITS[name], "period": "month"}
    return {"allowance_id": name, "modes": modes, **limits}


COUNTED = PLAN | {
    "plan_id": "counted",
    "companions": COMPANIONS,
    "transfer_minutes": 30,
    "ride_caps": [],
    "allowances": [
        _allowance(RIDES, ["bus", "rail"], "rides"),
        _allowance(TAXI_RIDES, ["taxi"], "rides"),
        _allowance(TAXI_MONEY, ["taxi"], "amount"),
    ],
}

walking = st.sampled_from(sorted(FARES))
later = st.sampled_from([5, 0, 3, 29, 30])  # minutes before somebody does something
# What is asked for, compared with what was agreed.
differences = st.sampled_from([0, 1, -1, 1100, -700])
signatures = st.sampled_from(["", "this", "another amount"])
which = st.integers(0, 4)


class Lifecycle(RuleBasedStateMachine):
    """One rider, one reader of each operator, and a clock."""

    world: World
    portal: BlockingPortal
    readers: dict[str, Reader]
    noon: datetime

    @initialize()
    def join(self) -> None:
        self.world.clock.set(self.noon)
        self.rider = Rider()
        self.grants = 0
        self.sent: list[tuple[str, str, dict[str, Any], str, dict[str, Any]]] = []
        self.owner: Browser = self.portal.call(self.world.resident, "counted")
        self.take_pass()

    def take_pass(self) -> None:
        """Today's pass: another one, which no reader has seen yet."""
        self.phone: Phone = self.portal.call(self.world.phone, self.owner)
        self.pass_date = service_date(self.now)
        self.rider.opened.clear()

    def code(self, challenge: Challenge | None = None) -> str:
        """What the phone shows now."""
        if service_date(self.now) != self.pass_date:
            self.take_pass()
        return self.phone.code(challenge=challenge)

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def ask(self, operator: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request; every answer is kept with it."""
        key = uuid4().hex
        answer = self.portal.call(self._send, operator, path, body, key)
        self.sent.append((operator, path, body, key, answer))
        return answer

    async def _send(self, operator: str, path: str, body: dict[str, Any], key: str) -> Any:
        answer = await self.readers[operator].ask(path, body, key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def check(self, answer: dict[str, Any], expected: str) -> bool:
        """Whether it was granted, having been answered as expected."""
        assert (answer["reason"] or answer["status"]) == expected, answer
        return bool(answer["result"] == "granted")

    # What a rider does.

    @rule(minutes=later, operator=walking, people=st.sampled_from([1, 2, 3, 4]))
    def board(self, minutes: int, operator: str, people: int) -> None:
        self.wait(minutes)
        self._open(operator, people, 0, {"companions": people - 1})

    @rule(minutes=later, hold=st.sampled_from([1500, 1, 2600]))
    def hold(self, minutes: int, hold: int) -> None:
        self.wait(minutes)
        self._open(TAXI, 1, hold, {"area_numbers": [0], "amount": yen(hold)})

    def _open(self, operator: str, people: int, hold: int, facts: dict[str, Any]) -> None:
        shown = {"action": BOARD[operator], "mode": MODES[operator], "code": self.code()}
        expected = self.rider.expect_opening(operator, self.now, people, hold)
        answer = self.ask(operator, "/v1/authorizations", shown | facts)
        if self.check(answer, expected):
            self.grants += 1
            self.rider.board(answer["authorization_id"], operator, self.now, people, hold)

    @precondition(lambda self: any(map(self.rider.open_ride, FARES)))
    @rule(minutes=later, operator=walking)
    def leave(self, minutes: int, operator: str) -> None:
        self.wait(minutes)
        shown = {"action": LEAVE[operator], "mode": MODES[operator], "code": self.code()}
        expected = self.rider.expect_leaving(operator, self.now)
        if self.check(self.ask(operator, "/v1/authorizations", shown), expected):
            self.rider.leave(operator, self.now)

    # What an operator does.

    def ride(self, which: int) -> RideModel:
        """One of the latest rides."""
        return self.rider.rides[-1 - which % len(self.rider.rides)]

    def step(self, ride: RideModel, step: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"/v1/authorizations/{ride.authorization_id}/{step}"
        return self.ask(ride.operator, path, body)

    @precondition(lambda self: self.rider.rides)
    @rule(which=which, step=st.sampled_from(["void", *sorted(BOOKED_STEPS.keys() - {"capture"})]))
    def any_step(self, which: int, step: str) -> None:
        booked = [ride for ride in self.rider.rides if ride.booked]
        self._step(booked[-1 - which % len(booked)] if booked else self.ride(which), step)

    @precondition(lambda self: self.rider.open_ride(TAXI))
    @rule(steps=st.sampled_from([["start", "end"], ["confirm", "arrive"], ["start"]]))
    def drive(self, steps: list[str]) -> None:
        """What would come about too rarely by single steps."""
        ride = self.rider.open_ride(TAXI)
        assert ride is not None
        for step in steps:
            self._step(ride, step)

    def _step(self, ride: RideModel, step: str) -> None:
        expected = expect_step(ride, step, self.now)
        body = {"by": "rider"} if step == "cancel" else {}
        if self.check(self.step(ride, step, body), expected):
            take_step(ride, step, self.now)

    @precondition(lambda self: self.rider.open_ride(TAXI))
    @rule(difference=differences, signed=signatures)
    def ride_and_capture(self, difference: int, signed: str) -> None:
        ride = self.rider.open_ride(TAXI)
        assert ride is not None
        for step in ("start", "end"):
            self._step(ride, step)
        self._capture(ride, difference, signed)

    @precondition(lambda self: self.rider.rides)
    @rule(which=which, difference=differences, signed=signatures)
    def capture(self, which: int, difference: int, signed: str) -> None:
        self._capture(self.ride(which), difference, signed)

    def _capture(self, ride: RideModel, difference: int, signed: str) -> None:
        amount = max(0, ride.agreed + difference)
        body: dict[str, Any] = {"amount": yen(amount)}
        if signed:
            wrong = amount + (signed != "this")
            challenge = Challenge(ride.operator, ride.authorization_id, wrong)
            body["code"] = self.code(challenge)
        expected = expect_capture(self.rider, ride, amount, signed == "this", self.now)
        if signed == "another amount":
            expected = "challenge_mismatch"
        if self.check(self.step(ride, "capture", body), expected):
            ride.agreed = max(ride.agreed, amount)
            take_step(ride, "capture", self.now)
            ride.captured = amount

    @precondition(lambda self: self.rider.rides)
    @rule(which=which)
    def take_back(self, which: int) -> None:
        self._step(self.ride(which), "void")

    @precondition(lambda self: self.rider.rides)
    @rule(which=which, people=st.sampled_from([None, 1, 2, 3]), difference=differences)
    def adjust(self, which: int, people: int | None, difference: int) -> None:
        ride = self.ride(which)
        limit = ride.agreed if ride.captured is None else ride.captured
        # A price may be stated, or left to the tariff where there are fewer people.
        price = None if people is not None and difference else max(0, limit + difference)
        body: dict[str, Any] = {"note": "a test"}
        body |= {} if people is None else {"companions": people - 1}
        body |= {} if price is None else {"amount": yen(price)}
        expected = expect_adjusting(ride, self.now, people, price)
        if self.check(self.step(ride, "adjust", body), expected):
            adjust(ride, people, price)

    # What time and networks do.

    def wait(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))

    @precondition(lambda self: self.now - self.noon < LAST)
    @rule(hours=st.sampled_from([2, 4, 24]), close=st.booleans())
    def let_time_pass(self, hours: int, close: bool) -> None:
        self.wait(60 * hours)
        if not close:
            return
        closed = self.portal.call(close_overdue, self.world.database, self.world.clock)
        assert closed >= self.rider.close_overdue(self.now)  # others' rides are overdue too

    @precondition(lambda self: self.sent)
    @rule(which=which)
    def send_again(self, which: int) -> None:
        operator, path, body, key, answer = self.sent[-1 - which % len(self.sent)]
        assert self.portal.call(self._twice, operator, path, body, key) == [answer, answer]

    async def _twice(self, *request: Any) -> list[Any]:
        return list(await asyncio.gather(self._send(*request), self._send(*request)))

    # What holds after everything.

    @invariant()
    def the_ledger_is_as_the_model_has_it(self) -> None:
        if not hasattr(self, "rider"):
            return
        rides, usage = self.portal.call(self._read)
        assert len(rides) == self.grants == len(self.rider.rides)
        taken = dict.fromkeys(LIMITS, 0)
        for model in self.rider.rides:
            row = rides[model.authorization_id]
            assert (row["status"], row["leg_state"]) == (model.status, model.leg)
            assert (row["captured_minor"], row["companions"]) == (model.captured, model.people - 1)
            if model.captured is not None:
                assert model.captured <= model.agreed
                assert row["rider_pays_minor"] + row["plan_pays_minor"] == model.captured
            for item in row["consumed"]:
                assert row["status"] in {"authorized", "captured"}
                taken[item["allowance_id"]] += item["quantity"]
        assert usage == taken == self.rider.used()
        assert all(usage[name] <= limit for name, limit in LIMITS.items())

    async def _read(self) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
        me = {"number": self.owner.me["resident_number"]}
        mine = "account_id = (SELECT account_id FROM resident WHERE resident_number = :number)"
        rows = await self.world.rows(f'SELECT * FROM "authorization" WHERE {mine}', **me)
        used = await self.world.rows(f"SELECT allowance_id, used FROM usage WHERE {mine}", **me)
        usage = dict.fromkeys(LIMITS, 0) | {row["allowance_id"]: row["used"] for row in used}
        return {str(row["authorization_id"]): row for row in rows}, usage


@pytest.fixture
def lifecycle(database_url: str, tmp_path: Path) -> Iterator[type[Lifecycle]]:
    """The machine on one town: a new rider for each story is quicker than a new town."""
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(open_world(database_url, tmp_path)) as world,
    ):
        portal.call(world.publish, COUNTED)
        readers = {name: portal.call(world.reader, name) for name in MODES}
        noon = world.clock.now()
        facts = {"world": world, "portal": portal, "readers": readers, "noon": noon}
        yield type("LifecycleHere", (Lifecycle,), facts)


def test_any_story_goes_as_the_model_tells_it(lifecycle: type[Lifecycle]) -> None:
    run_state_machine_as_test(
        lifecycle,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
