"""`/v1/plans`: what can be bought."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel.ext.asyncio.session import AsyncSession

from api.categories import CATEGORY_NAMES
from api.plans.tables import list_plans
from api.wire import MoneyView, TextView, View, money_view, text_view
from fares.plans import Plan


class AllowanceView(View, frozen=True):
    """A counted part of a plan; `limit` counts rides, or minor units of money."""

    allowance_id: str
    unit: str
    limit: int
    period: str
    modes: list[str]


class RideCapView(View, frozen=True):
    """The most the plan pays for one ride, and what happens above it."""

    modes: list[str]
    amount_minor: int
    above: str


class ConcessionPriceView(View, frozen=True):
    """What riders of a category pay instead, in minor units, once it is attested."""

    rider_category: str
    category_name: TextView
    amount_minor: int


class PlanView(View, frozen=True):
    """A plan as a resident reads it."""

    plan_id: str
    version: int
    name: TextView
    description: TextView
    price: MoneyView
    period: str
    modes: list[str]
    areas: list[int]
    allowances: list[AllowanceView]
    ride_caps: list[RideCapView]
    refund: str
    pause_months: int
    concession_prices: list[ConcessionPriceView]


class PlanListView(View, frozen=True):
    """Plans on sale."""

    items: list[PlanView]


def plan_view(plan: Plan) -> PlanView:
    """A plan as the wire says it."""
    return PlanView(
        plan_id=plan.plan_id,
        version=plan.version,
        name=text_view(plan.name),
        description=text_view(plan.description),
        price=money_view(plan.price),
        period=plan.period,
        modes=sorted(plan.modes),
        areas=sorted(plan.areas),
        allowances=[
            AllowanceView(
                allowance_id=a.allowance_id,
                unit=a.unit,
                limit=a.limit,
                period=a.period,
                modes=sorted(a.modes),
            )
            for a in plan.allowances
        ],
        ride_caps=[
            RideCapView(modes=sorted(c.modes), amount_minor=c.amount_minor, above=c.above)
            for c in plan.ride_caps
        ],
        refund=plan.refund,
        pause_months=plan.pause_months,
        concession_prices=[
            ConcessionPriceView(
                rider_category=each.rider_category,
                category_name=text_view(CATEGORY_NAMES[each.rider_category]),
                amount_minor=each.amount_minor,
            )
            for each in plan.concession_prices
        ],
    )


class PlanController(Controller):
    """Plans on sale, open to all."""

    path = "/v1/plans"
    tags = ["plans"]

    @get(summary="Plans on sale", operation_id="list_plans")
    async def list(self, session: NamedDependency[AsyncSession]) -> PlanListView:
        """Every plan that can be subscribed to now."""
        return PlanListView(items=[plan_view(row.plan()) for row in await list_plans(session)])
