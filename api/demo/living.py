"""A city's first start: set up, joined, lived in for a day, exported and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from api.clock import DemoClock
from api.demo.chance import HOUR
from api.demo.cities import City
from api.demo.day import plan_day
from api.demo.joining import Member, join_all, mark_simulated
from api.demo.people import make_people
from api.demo.play import Play, Played, instant
from api.demo.progress import Stages
from api.demo.readers import register_readers
from api.demo.setting_up import COUNTER, PLANNER, set_up_feed, set_up_town, staff_of, staff_tokens
from api.demo.summary import Summary, summarize
from api.demo.supply import read_supply
from api.demo.web import Browser, Web
from api.insights.coverage import run_coverage
from api.insights.export import export_day
from api.rides.closing import close_overdue
from api.services import Services
from api.town.document import TownDocument
from fares.plans import Plan

COUNTER_OPENS = 9 * HOUR
# After the last ride's deadline: what nobody tapped off is closed by rule.
DAY_CLOSES = 30 * HOUR


async def live(
    services: Services, clock: DemoClock, city: City, count: int, web: Web, stages: Stages
) -> tuple[Summary, str]:
    """Play the whole first start; returns the summary, and the number of a resident to show."""
    with stages.stage("set_up", f"Setting up {city.city_id}: areas, operators, plans, staff"):
        town, plans = await _set_up(services, clock, city)
    with stages.stage("feeds", "Importing timetables"):
        for operator in town.operators:
            await set_up_feed(services, city, operator)
    with stages.stage("plan", "Thinking up simulated residents and their day"):
        supply = await read_supply(services, town, city.service_date)
        people = make_people(city.city_id, count, plans)
        rides = plan_day(city.city_id, people, supply)
    staff = await _sign_staff_in(services, web, town)
    operators = {name: by for name, by in staff.items() if name not in (COUNTER, PLANNER)}
    readers = await register_readers(web, operators)
    with stages.stage("join", "Residents join, subscribe and pay", count) as joined:
        members = await join_all(web, clock, staff[COUNTER], people, joined)
        await mark_simulated(services.database, members)
    play = Play(clock, town.zone(), city.service_date, town.currency, readers, rides)
    total = sum(len(ride.moments) for ride in rides)
    with stages.stage("play", f"Playing {city.service_date} over HTTP", total) as passed:
        await play.fetch_passes(members)
        played = await play.run(passed)
    with stages.stage("export", "Closing the day and exporting boardings"):
        await _close_day(services, clock, town, city)
    with stages.stage("coverage", "Measuring coverage"):
        coverage = await _measure(services, city)
    lake_url = services.settings.lake_url
    summary = await summarize(city, members, played, readers, lake_url, coverage)
    return summary, _to_show(members, played)


async def _set_up(
    services: Services, clock: DemoClock, city: City
) -> tuple[TownDocument, list[Plan]]:
    town, plans = await set_up_town(services, city)
    clock.set(instant(city.service_date - timedelta(days=1), COUNTER_OPENS, town.zone()))
    return town, plans


async def _sign_staff_in(services: Services, web: Web, town: TownDocument) -> Mapping[str, Browser]:
    """Everybody who works in the town opens their single-use link."""
    staff: dict[str, Browser] = {}
    for name, token in (await staff_tokens(services, staff_of(town))).items():
        staff[name] = Browser(web)
        await staff[name].post("/v1/sessions", {"token": token})
    return staff


async def _close_day(services: Services, clock: DemoClock, town: TownDocument, city: City) -> None:
    """What the night's jobs do: close what was left open, then export the day."""
    clock.set(instant(city.service_date, DAY_CLOSES, town.zone()))
    await close_overdue(services.database, clock)
    await export_day(services, city.service_date)


async def _measure(services: Services, city: City) -> dict[str, Any]:
    """Measure the day and its parts; the summary of the whole day."""
    runs = await run_coverage(services, city.service_date)
    return next(run.summary for run in runs if run.window_from_seconds is None)


def _to_show(members: Sequence[Member], played: Played) -> str:
    """The number of a resident whose page has much to show: many modes, many rides."""

    def richness(member: Member) -> tuple[int, int, int]:
        counts = [n for (person, _), n in played.granted.items() if person == member.person.number]
        return len(counts), sum(counts), -member.person.number

    return max(members, key=richness).resident_number
