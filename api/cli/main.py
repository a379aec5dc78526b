"""The command line's root: what `teiki --help` shows."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.backup import backup, restore
from api.cli.contract import contract_app
from api.cli.coverage import coverage
from api.cli.demo import demo
from api.cli.feeds import feeds_app
from api.cli.passes import passes_app
from api.cli.people import residents_app, staff_app
from api.cli.server import jobs_app, migrate, serve
from api.cli.town import operators_app, plans_app, town_app

app = typer.Typer(
    name="teiki",
    help="One flat fee, one pass, every mode.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(demo)
app.command()(migrate)
app.command()(backup)
app.command()(restore)
app.command()(coverage)
app.add_typer(town_app, name="town", help="The town: areas, operators, sources.")
app.add_typer(feeds_app, name="feeds", help="Timetables: import, activate, roll back.")
app.add_typer(operators_app, name="operators", help="Operators and their API keys.")
app.add_typer(plans_app, name="plans", help="What is sold.")
app.add_typer(passes_app, name="passes", help="Issuer keys: list, rotate, drop.")
app.add_typer(residents_app, name="residents", help="Sign-in links and cash for residents.")
app.add_typer(staff_app, name="staff", help="Desk staff, operator staff, planners, admins.")
app.add_typer(jobs_app, name="jobs", help="Background jobs.")
app.add_typer(contract_app, name="contract", help="What apps and readers rely on.")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("teiki"))
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Teiki: one flat fee, one pass, every mode."""
