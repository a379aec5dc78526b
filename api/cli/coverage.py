"""`teiki coverage`: who is served under the published standards, from files alone.

Needs no server and no database.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from api.cli.output import fail, print_json, print_table
from api.cli.stages import stages

STAGES = {
    "feeds": "Reading feeds",
    "streets": "Building the walking network",
    "population": "Reading the population",
    "walks": "Measuring walks to stops",
    "standards": "Grading by each standard",
}
SERVICE_TIME = re.compile(r"(\d{1,2}):([0-5]\d)")
BAD_INPUT = 2


def coverage(
    gtfs: Annotated[
        list[Path], typer.Option("--gtfs", metavar="ZIP...", help="GTFS feeds (zip or folder).")
    ],
    service_date: Annotated[
        str, typer.Option("--date", metavar="YYYY-MM-DD", help="The service date to measure.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where summary.json, cells.geojson, cells.csv and cells.parquet go.",
        ),
    ],
    more_gtfs: Annotated[
        list[Path] | None, typer.Argument(metavar="ZIP", help="Further feeds.", hidden=True)
    ] = None,
    streets: Annotated[
        Path | None, typer.Option("--streets", metavar="PBF", help="OpenStreetMap extract.")
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option("--population", metavar="CSV", help="People, with columns lon, lat, pop."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="HH:MM", help="Start of the window; may pass 24:00."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="HH:MM", help="End of the window, excluded.")
    ] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option("--preset", metavar="ID", help="A standard; repeat for several. All if none."),
    ] = None,
    straight_line: Annotated[
        bool, typer.Option("--straight-line", help="Measure every standard as the crow flies.")
    ] = False,
    override_by: Annotated[
        str | None,
        typer.Option("--override-by", metavar="NAME", help="Who takes the data as complete ..."),
    ] = None,
    override_reason: Annotated[
        str | None, typer.Option("--override-reason", metavar="TEXT", help="... and why.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one line of JSON.")
    ] = False,
) -> None:
    """Measure who is served under the published standards.

    Where the data do not suffice the answer is "not assessed", with the reason.
    """
    request = {
        "gtfs": (*gtfs, *(more_gtfs or ())),
        "date": _date(service_date),
        "streets": _file(streets, "--streets"),
        "population": _file(population, "--population"),
        "window": _window(start, end),
        "presets": tuple(preset or ()),
        "straight_line": straight_line,
        "override": _override(override_by, override_reason),
        "cache_dir": Path(os.environ.get("TEIKI_DATA_DIR", ".teiki")).expanduser() / "cache",
    }
    summary = _measure(request, out)
    if as_json:
        print_json(summary)
    else:
        _show(summary, out)


def _measure(asked: dict[str, Any], out: Path) -> dict[str, Any]:
    # Slow to import, and wanted only once the words on the command line are right.
    from analytics.coverage import CoverageRequest, measure_coverage, write_coverage
    from analytics.problems import InputError
    from gtfs.notices import FeedError

    try:
        with stages(STAGES) as stage:
            result = measure_coverage(CoverageRequest(**asked), stage)
            _refuse_other_days(result.summary)
            with stage(f"Writing to {out}"):
                write_coverage(result, out)
    except (InputError, FeedError) as error:
        _refuse(error.message)
    except OSError as error:
        _refuse(f"{error.filename or out}: {error.strerror or error}.")
    return result.summary


def _refuse_other_days(summary: dict[str, Any]) -> None:
    """A date that no feed knows is a slip of the pen; one that some feed knows is not assessed."""
    day, feeds = summary["date"], summary["feeds"]
    known = [f for f in feeds if f["first_date"] and f["first_date"] <= day <= f["last_date"]]
    if not known:
        dates = "; ".join(f"{f['name']}: {f['first_date']} to {f['last_date']}" for f in feeds)
        _refuse(f"{day} is outside the calendar of every feed ({dates}).")


def _show(summary: dict[str, Any], out: Path) -> None:
    rows = [
        [preset_id, ", ".join(f"{k} {v:.1%}" for k, v in preset["population_share"].items())]
        for preset_id, preset in summary["presets"].items()
    ]
    title = f"Residents by class, {summary['date']}"
    print_table(title, ["standard", "share of residents"], rows)
    for code, words in summary["reasons"].items():
        typer.echo(f"not assessed, {code}: {words['en']}")
    typer.echo(f"written to {out}")


def _refuse(message: str) -> NoReturn:
    """Say what is wrong with the input and end with status 2."""
    fail(message, BAD_INPUT)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(f"--date is {text!r}; it must be a date such as 2023-03-01.")


def _file(path: Path | None, option: str) -> Path | None:
    if path is not None and not path.is_file():
        _refuse(f"{option}: there is no file {path}.")
    return path


def _window(start: str | None, end: str | None) -> tuple[int, int] | None:
    if start is None and end is None:
        return None
    if start is None or end is None:
        _refuse("Give --from and --to together, or neither.")
    window = (_seconds(start, "--from"), _seconds(end, "--to"))
    if window[0] >= window[1]:
        _refuse(f"--to ({end}) must be later than --from ({start}); past midnight, go on to 25:00.")
    return window


def _seconds(text: str, option: str) -> int:
    match = SERVICE_TIME.fullmatch(text)
    if match is None:
        _refuse(f"{option} is {text!r}; it must be a time such as 07:00, or 25:30 past midnight.")
    return int(match[1]) * 3600 + int(match[2]) * 60


def _override(by: str | None, reason: str | None) -> Any:
    if by is None and reason is None:
        return None
    if not (by and reason):
        _refuse("Give --override-by and --override-reason together: both are printed.")
    from analytics.gate import Override

    return Override(by, reason)
