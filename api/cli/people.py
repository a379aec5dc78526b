"""`teiki residents` and `teiki staff`: links that sign people in, and cash."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.service import add_staff, link_url, new_link
from api.auth.tables import Staff, find_staff_by_email
from api.cli.output import fail, print_json, print_table, run_with_services
from api.errors import not_found
from api.residents.tables import Resident, find_resident_by_number
from api.services import Services

residents_app = typer.Typer(no_args_is_help=True)
staff_app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]
Number = Annotated[str, typer.Argument(help="Resident number, as shown on the resident's page.")]


@residents_app.command("link")
def resident_link(number: Number, as_json: Json = False) -> None:
    """Print a link that signs a resident in once, within 15 minutes."""

    async def work(services: Services) -> str:
        async with services.database.session() as session:
            resident = await _get_resident(session, number)
            token = new_link(session, services.clock.now(), account_id=resident.account_id)
            return link_url(services.settings.base_url, token)

    _show_link(run_with_services(work), as_json)


@residents_app.command("pay")
def pay(
    number: Number,
    staff_email: Annotated[str, typer.Option("--staff", help="Who took the money.")],
    amount_minor: Annotated[int, typer.Option("--amount", help="Minor units, as on the plan.")],
    key: Annotated[str | None, typer.Option(help="Idempotency key, when trying again.")] = None,
    as_json: Json = False,
) -> None:
    """Take the month's fee in cash."""
    from api.subscriptions.payments import take_cash
    from api.subscriptions.service import get_open_subscription
    from api.town.service import get_town
    from fares.money import Money

    if amount_minor < 0:
        fail("An amount is not negative.", 2)

    async def work(services: Services) -> dict[str, str]:
        async with services.database.session() as session:
            town = await get_town(session)
            staff = await _get_staff(session, staff_email)
            if staff.role not in ("desk", "admin"):
                raise not_found(
                    "no_staff", "窓口の職員ではありません。", f"{staff.email} is not desk staff."
                )
            resident = await _get_resident(session, number)
            held = await get_open_subscription(session, resident.account_id)
            payment, subscription = await take_cash(
                session,
                services.clock.now(),
                town,
                resident=resident,
                subscription_id=held.subscription_id,
                amount=Money(amount_minor, town.currency),
                staff_id=staff.staff_id,
                idempotency_key=key or uuid4().hex,
            )
            return {
                "receipt_number": payment.receipt_number,
                "status": subscription.status,
                "paid_until_date": str(subscription.paid_until_date),
            }

    result = run_with_services(work)
    if as_json:
        print_json(result)
    else:
        print_table("Receipt", ["what", ""], [[k, v] for k, v in result.items()])


@staff_app.command("add")
def staff_add(
    email: Annotated[str, typer.Argument(help="Their address.")],
    role: Annotated[str, typer.Option(help="desk, operator, planner or admin.")],
    name: Annotated[str | None, typer.Option(help="What they are called.")] = None,
    operator: Annotated[str | None, typer.Option(help="For role operator: which one.")] = None,
    as_json: Json = False,
) -> None:
    """Add a member of staff and print a link that signs them in. There is no password."""

    async def work(services: Services) -> str:
        now = services.clock.now()
        async with services.database.session() as session:
            staff = await add_staff(
                session,
                now,
                email=email,
                display_name=name or email,
                role=role,
                operator_id=operator,
            )
            token = new_link(session, now, staff_id=staff.staff_id)
            return link_url(services.settings.base_url, token)

    _show_link(run_with_services(work), as_json)


@staff_app.command("link")
def staff_link(
    email: Annotated[str, typer.Argument(help="Their address.")], as_json: Json = False
) -> None:
    """Print a new link for a member of staff."""

    async def work(services: Services) -> str:
        async with services.database.session() as session:
            staff = await _get_staff(session, email)
            token = new_link(session, services.clock.now(), staff_id=staff.staff_id)
            return link_url(services.settings.base_url, token)

    _show_link(run_with_services(work), as_json)


async def _get_resident(session: AsyncSession, number: str) -> Resident:
    resident = await find_resident_by_number(session, number)
    if resident is None:
        raise not_found(
            "no_resident", "利用者が見つかりません。", f"Nobody has the number {number}."
        )
    return resident


async def _get_staff(session: AsyncSession, email: str) -> Staff:
    staff = await find_staff_by_email(session, email)
    if staff is None:
        raise not_found("no_staff", "職員が見つかりません。", f"{email} is not a member of staff.")
    return staff


def _show_link(url: str, as_json: bool) -> None:
    if as_json:
        print_json({"url": url})
    else:
        typer.echo(url)
