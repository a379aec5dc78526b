"""`teiki demo`: a city with simulated residents, to look at and to script against."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from api.cli.output import errors, fail, print_json, read_settings

# Fewer show nothing above the suppression threshold; more would not pass the counter in a day.
FEWEST, MOST = 10, 2000
INTERRUPTED = 130


def demo(
    city: Annotated[
        str, typer.Option(help="porto-alegre, las-palmas or muroran.")
    ] = "porto-alegre",
    once: Annotated[
        bool, typer.Option("--once", help="Stop when the day is played and told.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="The summary as the last line of standard output.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget the city as it was played and play it anew.")
    ] = False,
    residents: Annotated[
        int | None, typer.Option(help="How many simulated residents.", show_default="320")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, if it is free.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Start a city with simulated residents, play a service day over HTTP, and serve it.

    The city's timetables are real; its residents and rides, and the taxi, are not. A second
    start finds the city as it was played.
    """
    from api.demo.cities import CITIES
    from api.demo.problems import DemoError
    from api.demo.run import run_demo
    from api.demo.wishes import Output, Wishes
    from api.errors import DomainError
    from api.settings import SettingsError

    if city not in CITIES:
        fail(f"There is no demo city {city!r}. There are {', '.join(CITIES)}.", 2)
    if residents is not None and not FEWEST <= residents <= MOST:
        fail(f"--residents is {residents}; it must be from {FEWEST} to {MOST}.", 2)
    settings = read_settings()
    wishes = Wishes(
        city=CITIES[city],
        once=once,
        fresh=fresh,
        residents=residents,
        host=host or settings.host,
        port=settings.port if port is None else port,
    )
    output = Output(
        log=errors,
        page=errors if as_json else Console(),
        report=print_json if as_json else lambda _: None,
    )
    try:
        run_demo(settings, wishes, output)
    except DemoError as error:
        fail(str(error), error.exit_code)
    except SettingsError as error:
        fail(str(error), 2)
    except DomainError as error:
        fail(error.message.en)
    except KeyboardInterrupt:
        errors.print("stopped")
        if once:
            raise typer.Exit(INTERRUPTED) from None
