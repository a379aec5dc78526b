"""`teiki feeds`: timetables taken in, put in force, and rolled back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from api.cli.output import errors, fail, print_json, print_table, run_with_services
from api.cli.stages import stages
from api.feeds.importing import import_feed
from api.feeds.service import activate_feed, errors_in, rollback_feed
from api.feeds.tables import FeedVersion, list_feed_versions
from api.services import Services

feeds_app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]
Reason = Annotated[
    str | None,
    typer.Option("--override-reason", help="Why it may run although it has ERROR notices."),
]


@feeds_app.command("import")
def feeds_import(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="A GTFS or GTFS-JP feed: zip or folder.")
    ],
    operator: Annotated[str, typer.Option("--operator", metavar="ID", help="Whose feed it is.")],
    activate: Annotated[
        bool, typer.Option("--activate", help="Put it in force at once if it is sound.")
    ] = False,
    override_reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Take a feed in as a new version. The same file again changes nothing."""

    async def work(services: Services) -> FeedVersion:
        with stages() as stage:
            with stage(f"Importing {source.name}"):
                version = await import_feed(services, operator, source)
            if activate:
                with stage("Activating"):
                    version = await _activate(services, version.feed_version_id, override_reason)
        return version

    version = run_with_services(work)
    if as_json:
        print_json(_document(version))
        return
    errors.print(f"{version.feed_version_id} of {operator} is {version.status}", highlight=False)
    notices = version.summary["notices"]
    rows = [
        [severity, code, str(count)]
        for severity, codes in notices.items()
        for code, count in codes.items()
    ]
    print_table("Notices", ["severity", "code", "count"], rows)


@feeds_app.command("list")
def feeds_list(as_json: Json = False) -> None:
    """List every version, newest first."""

    async def work(services: Services) -> list[FeedVersion]:
        async with services.database.session() as session:
            return await list_feed_versions(session)

    versions = run_with_services(work)
    if as_json:
        print_json([_document(version) for version in versions])
        return
    columns = ["feed_version_id", "operator_id", "status", "valid", "errors", "source"]
    print_table("Feeds", columns, [_row(version) for version in versions])


@feeds_app.command("activate")
def feeds_activate(
    feed_version_id: Annotated[str, typer.Argument(metavar="ID", help="From `teiki feeds list`.")],
    override_reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Put a version in force in place of the operator's present one."""
    wanted = _uuid(feed_version_id)

    async def work(services: Services) -> FeedVersion:
        return await _activate(services, wanted, override_reason)

    _tell(run_with_services(work), as_json)


@feeds_app.command("rollback")
def feeds_rollback(
    operator: Annotated[str, typer.Argument(metavar="OPERATOR", help="Whose feed.")],
    as_json: Json = False,
) -> None:
    """Put back the version that was in force before; again undoes that."""

    async def work(services: Services) -> FeedVersion:
        async with services.database.session() as session:
            return await rollback_feed(session, services.clock.now(), operator)

    _tell(run_with_services(work), as_json)


async def _activate(services: Services, feed_version_id: UUID, reason: str | None) -> FeedVersion:
    async with services.database.session() as session:
        return await activate_feed(session, services.clock.now(), feed_version_id, reason)


def _tell(version: FeedVersion, as_json: bool) -> None:
    if as_json:
        print_json(_document(version))
    else:
        errors.print(f"{version.source_name} is now active for {version.operator_id}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        fail(f"{text!r} is not a feed version id. `teiki feeds list` shows them.", 2)


def _row(version: FeedVersion) -> list[str]:
    return [
        str(version.feed_version_id),
        version.operator_id,
        version.status,
        f"{version.valid_from_date} to {version.valid_until_date}",
        str(errors_in(version)),
        version.source_name,
    ]


def _document(version: FeedVersion) -> dict[str, Any]:
    return {
        "feed_version_id": str(version.feed_version_id),
        "operator_id": version.operator_id,
        "status": version.status,
        "source_name": version.source_name,
        "sha256": version.sha256,
        "valid_from_date": version.valid_from_date,
        "valid_until_date": version.valid_until_date,
        "imported_at": version.imported_at,
        "summary": version.summary,
    }
