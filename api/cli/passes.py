"""`teiki passes`: the issuer's keys, and what to do when one may be in the wrong hands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api.cli.output import errors, fail, print_json, print_table, run_with_services
from api.passes.keys import drop_key, rotate_now
from api.passes.status_list import build_status_list
from api.passes.tables import IssuerKeyRow, list_issuer_keys
from api.services import Services

passes_app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


@passes_app.command("keys")
def keys(as_json: Json = False) -> None:
    """List the issuer's keys that passes may be signed with."""

    async def work(services: Services) -> list[dict[str, str]]:
        now = services.clock.now()
        async with services.database.session() as session:
            rows = await list_issuer_keys(session)
        return [_described(row, now) for row in rows]

    rows = run_with_services(work)
    if as_json:
        print_json(rows)
    else:
        print_table("Issuer keys", ["kid", "signs_from_at", "state"], [[*r.values()] for r in rows])


@passes_app.command("rotate-key")
def rotate_key(as_json: Json = False) -> None:
    """Let the next key sign as soon as every reader has had 30 days to learn of it."""

    async def work(services: Services) -> dict[str, str]:
        now = services.clock.now()
        async with services.database.session() as session:
            row = await rotate_now(session, now, services.settings.secret)
            await build_status_list(session, now, services.settings)
            return _described(row, now)

    row = run_with_services(work)
    if as_json:
        print_json(row)
    else:
        errors.print(f"{row['kid']} signs from {row['signs_from_at']} on")


@passes_app.command("drop-key")
def drop(
    kid: Annotated[str, typer.Argument(help="The key's id, as `teiki passes keys` shows it.")],
    reason: Annotated[str, typer.Option(help="Why, for the record.")],
    as_json: Json = False,
) -> None:
    """A key may be in the wrong hands: refuse at once whatever it has signed.

    The next key signs in its place. Phones fetch new passes by themselves; paper passes must
    be printed anew.
    """
    try:
        identifier = bytes.fromhex(kid)
    except ValueError:
        fail(f"{kid!r} is not a key id.", 2)

    async def work(services: Services) -> dict[str, int | str]:
        now = services.clock.now()
        async with services.database.session() as session:
            secret = services.settings.secret
            phone, paper = await drop_key(session, now, secret, identifier, reason)
            await build_status_list(session, now, services.settings)
        return {"kid": kid, "phone_passes": phone, "paper_passes": paper}

    dropped = run_with_services(work)
    if as_json:
        print_json(dropped)
    else:
        errors.print(
            f"{kid} is dropped. {dropped['phone_passes']} passes on phones are fetched anew by "
            f"themselves; {dropped['paper_passes']} on paper must be printed anew."
        )


def _described(row: IssuerKeyRow, now: datetime) -> dict[str, str]:
    return {
        "kid": row.kid.hex(),
        "signs_from_at": row.signs_from_at.isoformat(),
        "state": "next" if row.signs_from_at > now else "signing or before",
    }
