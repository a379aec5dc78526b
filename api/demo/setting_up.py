"""Setting a demo town up as its own staff would: catalogue, plans, feeds, and the staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.service import add_staff, new_link
from api.auth.tables import find_staff_by_email
from api.demo.cities import City
from api.errors import not_found
from api.feeds.importing import import_feed
from api.feeds.service import activate_feed
from api.feeds.tables import FeedVersion
from api.insights.town_files import store_town_files
from api.plans.service import publish_plan, read_plans
from api.services import Services
from api.town.document import OperatorDocument, TownDocument
from api.town.service import import_town
from fares.plans import Plan

# Why a feed with ERROR notices is put in force all the same; kept with the version.
SHIPPED_AS_PUBLISHED = "Demo: the feed is shown as its publisher made it; see its notices."
LINK_LIFETIME = timedelta(hours=12)
COUNTER, PLANNER = "counter", "planner"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A demo member of staff; no password, no address that could reach anybody."""

    email: str
    display_name: str
    role: str
    operator_id: str | None = None


def staff_of(town: TownDocument) -> dict[str, StaffMember]:
    """The staff of a demo town: at the counter, planning, and one for each operator's id."""

    def member(name: str, title: str, role: str, operator_id: str | None = None) -> StaffMember:
        return StaffMember(f"{name}@{town.town_id}.demo.example", title, role, operator_id)

    return {
        COUNTER: member(COUNTER, "デモ窓口 (demo counter)", "desk"),
        PLANNER: member(PLANNER, "デモ計画担当 (demo planner)", "planner"),
    } | {
        o.operator_id: member(
            o.operator_id,
            f"{o.name.ja} デモ担当 ({o.name.en}, demo staff)",
            "operator",
            o.operator_id,
        )
        for o in town.operators
    }


async def set_up_town(services: Services, city: City, town: TownDocument) -> list[Plan]:
    """Import the catalogue with its files, publish the plans, add the staff."""
    now = services.clock.now()
    async with services.database.session() as session:
        await import_town(session, now, town)
        await store_town_files(session, services.settings, now, town, city.folder)
        plans = [await publish_plan(session, now, d) for d in read_plans(city.plans_file)]
        for member in staff_of(town).values():
            await add_staff(
                session,
                now,
                email=member.email,
                display_name=member.display_name,
                role=member.role,
                operator_id=member.operator_id,
            )
    return [row.plan() for row in plans]


async def set_up_feed(
    services: Services, city: City, operator: OperatorDocument
) -> FeedVersion | None:
    """Import an operator's feed and put it in force; None for an operator without one."""
    if operator.feed is None:
        return None
    source = city.folder / operator.feed
    version = await import_feed(services, operator.operator_id, source)
    errors = version.summary["notices"].get("ERROR")
    async with services.database.session() as session:
        return await activate_feed(
            session,
            services.clock.now(),
            version.feed_version_id,
            SHIPPED_AS_PUBLISHED if errors else None,
        )


async def staff_token(session: AsyncSession, services: Services, member: StaffMember) -> str:
    """A token that signs a member of staff in once; raises 404 `no_staff`."""
    staff = await find_staff_by_email(session, member.email)
    if staff is None:
        raise not_found("no_staff", "職員が見つかりません。", f"There is no {member.email}.")
    return new_link(session, services.clock.now(), staff_id=staff.staff_id, lifetime=LINK_LIFETIME)


async def staff_tokens(services: Services, staff: Mapping[str, StaffMember]) -> dict[str, str]:
    """Fresh single-use tokens for several members of staff."""
    async with services.database.session() as session:
        return {
            name: await staff_token(session, services, member) for name, member in staff.items()
        }
