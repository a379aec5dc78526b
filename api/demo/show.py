"""What the demo prints when its city is open: what happened, where to look, and fresh links."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from api.auth.service import link_url, new_link
from api.demo.setting_up import COUNTER, LINK_LIFETIME, PLANNER, staff_of, staff_tokens
from api.residents.tables import find_resident_by_number
from api.services import Services
from api.town.document import TownDocument
from fares.modes import METERED

PAGES = {
    "app": "resident: the pass, what is left, my rides",
    "validator": "driver: scan a code, answer",
    "desk": "counter: enrol, take cash, print a pass, attest, report lost",
    "planner": "planner: where transport is missing",
}


async def show_city(
    console: Console, services: Services, town: TownDocument, state: dict[str, Any]
) -> None:
    """Print the summary for a person, the pages, and single-use sign-in links."""
    summary = state["summary"]
    console.print(
        f"\n[bold]{town.name.en}[/] on {summary['service_date']}: "
        f"{summary['residents']} simulated residents; every ride below is simulated.",
        highlight=False,
    )
    console.print(_outcomes(summary["authorizations"]))
    refusals = ", ".join(f"{reason} {count}" for reason, count in summary["refusals"].items())
    console.print(f"Refusals: {refusals}", highlight=False)
    console.print(
        f"Boardings exported: {summary['boardings']}; trip facts of consenting residents: "
        f"{summary['trip_facts']}",
        highlight=False,
    )
    base_url = services.settings.base_url
    console.print("\n[bold]Pages[/]")
    for name, words in PAGES.items():
        _print_link(console, words, f"{base_url}/{name}")
    hours = int(LINK_LIFETIME.total_seconds()) // 3600
    console.print(f"\n[bold]Sign-in links[/] (each works once, within {hours} hours)")
    for who, url in (await _links(services, town, state["shown_resident"])).items():
        _print_link(console, who, url)
    console.print(
        "\nCameras and device keys need https or localhost. Ctrl-C stops the demo.",
        highlight=False,
    )


def _outcomes(authorizations: dict[str, dict[str, int]]) -> Table:
    outcomes = sorted({name for counts in authorizations.values() for name in counts})
    table = Table("Authorizations", *outcomes)
    for mode, counts in authorizations.items():
        table.add_row(mode, *(str(counts.get(outcome, 0)) for outcome in outcomes))
    return table


def _print_link(console: Console, words: str, url: str) -> None:
    # A broken address can't be clicked.
    console.print(f"  {words}\n    {url}", highlight=False, soft_wrap=True)


async def _links(services: Services, town: TownDocument, resident_number: str) -> dict[str, str]:
    base_url = services.settings.base_url
    async with services.database.session() as session:
        resident = await find_resident_by_number(session, resident_number)
        assert resident is not None, "the resident to show joined in this city's first start"
        token = new_link(
            session,
            services.clock.now(),
            account_id=resident.account_id,
            lifetime=LINK_LIFETIME,
        )
    staff = staff_of(town)
    carries = next(o for o in town.operators if o.feed is not None)
    is_called = next(o for o in town.operators if METERED.intersection(o.modes))
    shown = {
        f"driver of {carries.name.en}": staff[carries.operator_id],
        f"driver of {is_called.name.en}": staff[is_called.operator_id],
        "planner": staff[PLANNER],
        "counter": staff[COUNTER],
    }
    tokens = await staff_tokens(services, shown)
    return {
        f"resident {resident_number}, with rides of the day": link_url(base_url, token),
        **{who: link_url(base_url, staff_token) for who, staff_token in tokens.items()},
    }
