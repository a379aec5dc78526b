"""Publishing plans: read from a catalogue, checked, stored as a version that never changes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.categories import CATEGORY_NAMES
from api.errors import DomainError, conflict
from api.plans.tables import PlanRow, list_plans
from fares.plans import Plan, PlanError, plan_from_document, plan_to_document
from fares.reasons import Text


def read_plans(path: Path) -> list[dict[str, Any]]:
    """The plan documents of a YAML file: one, or a list under `plans`."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad_plan([{"path": path.name, "message": str(error)}]) from error
    documents = loaded.get("plans", [loaded]) if isinstance(loaded, dict) else loaded
    if not isinstance(documents, list) or not all(isinstance(d, dict) for d in documents):
        raise _bad_plan([{"path": path.name, "message": "holds no plan"}])
    return documents


def read_plan(document: dict[str, Any]) -> Plan:
    """A plan that could be sold; raises 400 `bad_plan` with every problem."""
    try:
        plan = plan_from_document(document)
    except PlanError as error:
        problems = [{"path": p.path, "message": p.message} for p in error.problems]
        raise _bad_plan(problems) from error
    unknown = [
        {"path": f"concession_prices[{place}].rider_category", "message": "no rider category"}
        for place, each in enumerate(plan.concession_prices)
        if each.rider_category not in CATEGORY_NAMES
    ]
    if unknown:
        raise _bad_plan(unknown)
    return plan


async def publish_plan(session: AsyncSession, now: datetime, document: dict[str, Any]) -> PlanRow:
    """Put a version of a plan on sale. The same document again changes nothing.

    Raises 400 `bad_plan` with every problem, 409 `plan_version_exists` when this version is
    stored with other content: what was sold does not change.
    """
    plan = read_plan(document)
    stored = plan_to_document(plan)
    row = await session.get(PlanRow, (plan.plan_id, plan.version))
    if row is not None:
        if row.document != stored:
            raise conflict(
                "plan_version_exists",
                "この版のプランは変更できません。新しい版を作ってください。",
                f"Plan {plan.plan_id} version {plan.version} is already published with other "
                "content. Raise its version.",
            )
        return row
    await _take_off_sale(session, plan.plan_id)
    row = PlanRow(plan_id=plan.plan_id, version=plan.version, document=stored, published_at=now)
    session.add(row)
    await session.flush()
    return row


async def export_plans(session: AsyncSession) -> str:
    """Everything on sale as YAML that another town can import."""
    documents = [row.document for row in await list_plans(session)]
    return yaml.safe_dump({"plans": documents}, allow_unicode=True, sort_keys=False)


async def _take_off_sale(session: AsyncSession, plan_id: str) -> None:
    rows = await session.exec(
        select(PlanRow).where(col(PlanRow.plan_id) == plan_id, col(PlanRow.on_sale))
    )
    for row in rows:
        row.on_sale = False


def _bad_plan(problems: list[dict[str, str]]) -> DomainError:
    listed = "; ".join(f"{p['path']}: {p['message']}" for p in problems)
    return DomainError(
        "bad_plan",
        Text(f"プランに誤りがあります: {listed}", f"The plan is wrong: {listed}"),
        errors=problems,
    )
