"""A city's first start: set up, joined, lived in for a day, exported and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.demo.chance import HOUR
from api.demo.day import plan_day
from api.demo.joining import Member, join_all, mark_simulated
from api.demo.opening import OpenCity
from api.demo.people import Person, make_people
from api.demo.play import Play, Played, instant
from api.demo.progress import Stages
from api.demo.readers import Readers, register_readers
from api.demo.rides import PlannedRide
from api.demo.setting_up import COUNTER, set_up_feed, set_up_town, staff_of, staff_tokens
from api.demo.summary import Summary, summarize
from api.demo.supply import read_supply
from api.demo.web import Browser, Web
from api.insights.coverage import run_coverage
from api.insights.export import export_day
from api.rides.closing import close_overdue

COUNTER_OPENS = 9 * HOUR
# After the last ride's deadline: what nobody tapped off is closed by rule.
DAY_CLOSES = 30 * HOUR


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part in the day, and what they are going to do."""

    counter: Browser
    readers: Readers
    people: Sequence[Person]
    rides: Sequence[PlannedRide]


async def live(opened: OpenCity, count: int, web: Web, stages: Stages) -> tuple[Summary, str]:
    """Play the whole first start; returns the summary, and the number of a resident to show."""
    day, zone = opened.city.service_date, opened.town.zone()
    opened.clock.set(instant(day - timedelta(days=1), COUNTER_OPENS, zone))
    cast = await _prepare(opened, count, web, stages)
    with stages.stage("join", "Residents join, subscribe and pay", count) as joined:
        members = await join_all(web, opened.clock, cast.counter, cast.people, joined)
        await mark_simulated(opened.services.database, members)
    played = await _play(opened, cast, members, stages)
    with stages.stage("export", "Closing the day and exporting boardings"):
        await _close_day(opened)
    with stages.stage("coverage", "Measuring coverage"):
        coverage = await _measure(opened)
    lake_url = opened.services.settings.lake_url
    summary = await summarize(opened.city, members, played, cast.readers, lake_url, coverage)
    return summary, _to_show(members, played)


async def _prepare(opened: OpenCity, count: int, web: Web, stages: Stages) -> Cast:
    city, town, services = opened.city, opened.town, opened.services
    with stages.stage("set_up", f"Setting up {city.city_id}: areas, operators, plans, staff"):
        plans = await set_up_town(services, city, town)
        staff = await _sign_staff_in(opened, web)
        operators = {o.operator_id: staff[o.operator_id] for o in town.operators}
        readers = await register_readers(web, operators)
    with stages.stage("feeds", "Importing timetables"):
        for operator in town.operators:
            await set_up_feed(services, city, operator)
    with stages.stage("plan", "Thinking up simulated residents and their day"):
        supply = await read_supply(services, town, city.service_date)
        people = make_people(city.city_id, count, plans)
        rides = plan_day(city.city_id, people, supply)
    return Cast(staff[COUNTER], readers, people, rides)


async def _sign_staff_in(opened: OpenCity, web: Web) -> Mapping[str, Browser]:
    """Everybody who works in the town opens their single-use link."""
    staff: dict[str, Browser] = {}
    for name, token in (await staff_tokens(opened.services, staff_of(opened.town))).items():
        staff[name] = Browser(web)
        await staff[name].post("/v1/sessions", {"token": token})
    return staff


async def _play(opened: OpenCity, cast: Cast, members: Sequence[Member], stages: Stages) -> Played:
    day, town = opened.city.service_date, opened.town
    play = Play(opened.clock, town.zone(), day, town.currency, cast.readers, cast.rides)
    moments = sum(len(ride.moments) for ride in cast.rides)
    with stages.stage("play", f"Playing {day} over HTTP", moments) as passed:
        await play.fetch_passes(members)
        return await play.run(passed)


async def _close_day(opened: OpenCity) -> None:
    """What the night's jobs do: close what was left open, then export the day."""
    day = opened.city.service_date
    opened.clock.set(instant(day, DAY_CLOSES, opened.town.zone()))
    await close_overdue(opened.services.database, opened.clock)
    await export_day(opened.services, day)


async def _measure(opened: OpenCity) -> dict[str, Any]:
    """Measure the day and its parts; the summary of the whole day."""
    runs = await run_coverage(opened.services, opened.city.service_date)
    return next(run.summary for run in runs if run.window_from_seconds is None)


def _to_show(members: Sequence[Member], played: Played) -> str:
    """The number of a resident whose page has much to show: many modes, many rides."""

    def richness(member: Member) -> tuple[int, int, int]:
        counts = [n for (person, _), n in played.granted.items() if person == member.person.number]
        return len(counts), sum(counts), -member.person.number

    return max(members, key=richness).resident_number
