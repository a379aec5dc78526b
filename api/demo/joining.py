"""The day before: simulated residents join, choose a plan and pay at the counter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from api.clock import DemoClock
from api.counter.attestations import NO_CONCESSION
from api.database import Database
from api.demo.people import Person
from api.demo.web import Answer, Browser, Web

# So many come at once, and the next after so long.
QUEUE = 16
QUEUE_TAKES = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Member:
    """A person who has joined: their browser, and the number that they say at the counter.

    `status` is their subscription's, None where they chose no plan.
    """

    person: Person
    browser: Browser
    resident_number: str
    status: str | None


async def join_all(
    web: Web,
    clock: DemoClock,
    counter: Browser,
    people: Sequence[Person],
    joined: Callable[[int], None],
) -> list[Member]:
    """Let everybody join, a few at a time; the clock moves on after each few."""
    members: list[Member] = []
    for start in range(0, len(people), QUEUE):
        some = people[start : start + QUEUE]
        members += await asyncio.gather(*(_join(Browser(web), counter, one) for one in some))
        clock.advance(QUEUE_TAKES)
        joined(len(some))
    return members


async def mark_simulated(database: Database, members: Sequence[Member]) -> None:
    """Mark the residents of the demo as simulated.

    The API has no such field, rightly: nobody joins as a simulation. So the demo says it of its
    own residents, in the database; whoever joins through the page is not among them.
    """
    async with database.session() as session:
        await session.execute(
            text("UPDATE resident SET simulated = true WHERE resident_number = ANY(:numbers)"),
            {"numbers": [member.resident_number for member in members]},
        )


async def _join(browser: Browser, counter: Browser, person: Person) -> Member:
    me = await browser.post("/v1/residents", {"display_name": person.display_name})
    number: str = me["resident_number"]
    if person.rider_category != NO_CONCESSION:
        await counter.post("/v1/desk/attestations", _proven(number, person.rider_category))
    if person.consents:
        await browser.patch("/v1/me", {"trip_facts_consent": True})
    held = None
    if person.plan is not None:
        held = await browser.post("/v1/me/subscriptions", {"plan_id": person.plan.plan_id})
        if person.pays:
            held = await _pay(counter, number, f"demo-first-payment-{person.number}")
    return Member(person, browser, number, held["status"] if held else None)


def _proven(number: str, category: str) -> dict[str, str]:
    return {"resident_number": number, "rider_category": category, "outcome": "eligible"}


async def _pay(counter: Browser, number: str, key: str) -> Answer:
    """What the person at the counter does: look the number up, take the cash."""
    found = await counter.get(f"/v1/desk/residents?resident_number={number}")
    subscription = found["subscription"]
    body = {
        "resident_number": number,
        "subscription_id": subscription["subscription_id"],
        "method": "cash",
        **subscription["amount_due"],
    }
    paid: Answer = (await counter.post("/v1/desk/payments", body, key=key))["subscription"]
    return paid
