"""`teiki town`, `teiki operators` and `teiki plans`: what a town is made of."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import typer
import yaml

from api.cli.output import errors, fail, print_json, print_table, run_with_services
from api.operators.service import add_key, revoke_key
from api.operators.tables import list_operators
from api.plans.previewing import preview_month
from api.plans.service import export_plans, publish_plan, read_plan, read_plans
from api.plans.tables import list_plans
from api.services import Services
from api.town.document import OperatorDocument, TextDocument, read_town
from api.town.service import get_town, import_town, save_operator, touch_network
from fares.plan_preview import PlanPreview
from fares.plans import Plan

town_app = typer.Typer(no_args_is_help=True)
operators_app = typer.Typer(no_args_is_help=True)
plans_app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A YAML file.")]


@town_app.command("import")
def town_import(file: File) -> None:
    """Set the town up from its catalogue: areas, operators, sources, streets, population."""
    from api.feeds.areas import locate_active_stops
    from api.insights.town_files import store_town_files

    async def work(services: Services) -> str:
        town = read_town(file)
        now = services.clock.now()
        async with services.database.session() as session:
            await import_town(session, now, town)
            await locate_active_stops(session)
            await store_town_files(session, services.settings, now, town, file.parent)
        return town.name.en

    errors.print(f"{run_with_services(work)} is set up")


@town_app.command("export")
def town_export() -> None:
    """Print the catalogue as YAML."""

    async def work(services: Services) -> str:
        async with services.database.session() as session:
            town = await get_town(session)
        return yaml.safe_dump(msgspec.to_builtins(town), allow_unicode=True, sort_keys=False)

    typer.echo(run_with_services(work), nl=False)


@operators_app.command("list")
def operators_list(as_json: Json = False) -> None:
    """List operators."""

    async def work(services: Services) -> list[dict[str, object]]:
        async with services.database.session() as session:
            return [
                {
                    "operator_id": o.operator_id,
                    "name_ja": o.name_ja,
                    "name_en": o.name_en,
                    "modes": o.modes,
                    "tap_off": o.tap_off,
                }
                for o in await list_operators(session)
            ]

    rows = run_with_services(work)
    if as_json:
        print_json(rows)
    else:
        columns = ["operator_id", "name_ja", "name_en", "modes", "tap_off"]
        print_table("Operators", columns, [[str(r[c]) for c in columns] for r in rows])


@operators_app.command("add")
def operators_add(
    operator_id: Annotated[str, typer.Argument(help="Short id: small letters, digits, hyphens.")],
    name_ja: Annotated[str, typer.Option(help="Name in Japanese.")],
    name_en: Annotated[str, typer.Option(help="Name in English.")],
    mode: Annotated[list[str], typer.Option(help="bus, rail, taxi, rideshare, on_demand; repeat.")],
    tap_off: Annotated[str, typer.Option(help="none, optional or required.")] = "none",
    flat_fare: Annotated[
        int | None, typer.Option(help="One fare for any ride, minor units; else the feed's fares.")
    ] = None,
) -> None:
    """Add an operator, or change one."""
    tariff: dict[str, object] = {"kind": "feed"}
    if flat_fare is not None:
        tariff = {"kind": "flat", "amount_minor": flat_fare, "source": "command line"}
    try:
        document = msgspec.convert(
            {
                "operator_id": operator_id,
                "name": msgspec.to_builtins(TextDocument(name_ja, name_en)),
                "modes": mode,
                "tap_off": tap_off,
                "tariff": tariff,
            },
            OperatorDocument,
        )
    except msgspec.ValidationError as error:
        fail(f"This operator can't be added: {error}", 2)

    async def work(services: Services) -> None:
        async with services.database.session() as session:
            await save_operator(session, services.clock.now(), document)
            await touch_network(session)

    run_with_services(work)
    errors.print(f"{operator_id} is an operator")


@operators_app.command("key")
def operators_key(
    operator_id: Annotated[str, typer.Argument(help="Whose key.")],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "system",
    revoke: Annotated[
        str | None, typer.Option(help="Take this key id away instead of making one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an API key for an operator's system. It is shown once."""

    async def work(services: Services) -> tuple[str, str]:
        now = services.clock.now()
        async with services.database.session() as session:
            if revoke is not None:
                return str((await revoke_key(session, now, UUID(revoke))).key_id), ""
            key, plain = await add_key(
                session, now, operator_id=operator_id, kind="system", name=name
            )
            return str(key.key_id), plain

    if revoke is not None:
        try:
            UUID(revoke)
        except ValueError:
            fail(f"{revoke!r} is not a key id.", 2)
    key_id, plain = run_with_services(work)
    if as_json:
        print_json({"key_id": key_id, "key": plain or None})
    else:
        typer.echo(plain or f"{key_id} is revoked")


@plans_app.command("add")
def plans_add(file: File) -> None:
    """Put the plans of a file on sale; a version once published never changes."""

    async def work(services: Services) -> list[str]:
        async with services.database.session() as session:
            rows = [
                await publish_plan(session, services.clock.now(), document)
                for document in read_plans(file)
            ]
        return [f"{r.plan_id} version {r.version}" for r in rows]

    for line in run_with_services(work):
        errors.print(f"{line} is on sale")


@plans_app.command("preview")
def plans_preview(
    file: File,
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], help="Whose rides: 2026-04.")],
    as_json: Json = False,
) -> None:
    """What the plans of a file would have allowed and cost in a month; nothing is sold by it."""

    async def work(services: Services) -> list[dict[str, object]]:
        async with services.database.session() as session:
            town = await get_town(session)
            return [
                _preview(plan, await preview_month(session, town, plan, month.date()))
                for plan in map(read_plan, read_plans(file))
            ]

    previews = run_with_services(work)
    if as_json:
        print_json(previews)
        return
    columns = ["plan_id", "riders", "rides", "granted", "fees", "plan_pays", "balance", "refused"]
    rows = [[str(preview[column]) for column in columns] for preview in previews]
    print_table(f"{month:%Y-%m}, amounts in minor units", columns, rows)


def _preview(plan: Plan, preview: PlanPreview) -> dict[str, object]:
    return {
        "plan_id": plan.plan_id,
        "version": plan.version,
        "currency": plan.price.currency,
        "riders": preview.riders,
        "rides": preview.rides,
        "granted": preview.granted,
        "refused": {str(reason): count for reason, count in preview.refused.items()},
        "unpriced": preview.unpriced,
        "fees": preview.fees.amount_minor,
        "plan_pays": preview.plan_pays.amount_minor,
        "riders_pay": preview.riders_pay.amount_minor,
        "balance": preview.balance.amount_minor,
    }


@plans_app.command("list")
def plans_list(
    as_json: Json = False,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="As a file for another town.")] = False,
) -> None:
    """List what is on sale."""

    async def work(services: Services) -> tuple[list[dict[str, object]], str]:
        async with services.database.session() as session:
            return [r.document for r in await list_plans(session)], await export_plans(session)

    documents, text = run_with_services(work)
    if as_yaml:
        typer.echo(text, nl=False)
    elif as_json:
        print_json(documents)
    else:
        rows = [
            [str(d["plan_id"]), str(d["version"]), str(d["name"]), str(d["price"])]
            for d in documents
        ]
        print_table("Plans on sale", ["plan_id", "version", "name", "price"], rows)
