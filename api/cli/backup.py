"""`teiki backup` and `teiki restore`: a town in one encrypted file, and back from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DBAPIError

from api.cli.output import errors, fail, print_json, read_settings

PASSPHRASE = "TEIKI_BACKUP_PASSPHRASE"  # noqa: S105 - the variable's name
SHORTEST = 12

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help=f"A file whose first line is the passphrase; else {PASSPHRASE}, else it is asked for.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


def backup(
    target: Annotated[Path, typer.Argument(help="The file to make; it must not be there yet.")],
    passphrase_file: PassphraseFile = None,
    as_json: Json = False,
) -> None:
    """Write database, issuer keys and lake into one encrypted file. Servers may go on running.

    TEIKI_SECRET is not in it: keep that and the passphrase elsewhere (docs/backup.md).
    """
    from api.backup.making import make_backup
    from api.clock import SystemClock
    from api.services import database_address

    settings = read_settings()
    passphrase = _passphrase(passphrase_file, new=True)

    def work(stage: Any) -> dict[str, Any]:
        with database_address(settings) as url:
            now = SystemClock().now()
            made = make_backup(url, settings.lake_url, target, passphrase, now, stage)
        return {
            "file": str(target),
            "made_at": made.made_at,
            "rows": made.rows,
            "lake_files": made.lake_files,
            "size_bytes": made.size_bytes,
        }

    done = _told(work)
    if as_json:
        print_json(done)
    else:
        errors.print(
            f"{target}: {done['rows']} rows and {done['lake_files']} lake files in "
            f"{done['size_bytes']} bytes. Keep it, its passphrase and TEIKI_SECRET in three places."
        )


def restore(
    source: Annotated[Path, typer.Argument(help="The file that `teiki backup` made.")],
    passphrase_file: PassphraseFile = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only read all of it and say whether it is whole.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete the town that is in this place.")
    ] = False,
    secret_lost: Annotated[
        bool,
        typer.Option("--secret-lost", help="Drop the issuer keys that TEIKI_SECRET does not open."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Restore a backup into an empty database and lake: all of it, or nothing.

    Stop the servers first; afterwards readers send again what the backup does not know.
    """
    from api.backup.restoring import Backup, RestoreWishes, check_backup, restore_backup
    from api.clock import SystemClock
    from api.services import database_address

    settings = read_settings()
    passphrase = _passphrase(passphrase_file, new=False)

    def work(stage: Any) -> Backup:
        if check:
            with stage("check"):
                return check_backup(source, passphrase)
        wishes = RestoreWishes(replace=replace, secret_lost=secret_lost)
        with database_address(settings) as url:
            now = SystemClock().now()
            return restore_backup(settings, url, source, passphrase, now, wishes, stage)

    found = _told(work)
    rows = sum(found.rows.values())
    if as_json:
        print_json({"made_at": found.made_at, "rows": rows, "lake_files": found.lake_files})
        return
    done = "whole" if check else "restored"
    errors.print(f"{done}: as of {found.made_at}, {rows} rows and {found.lake_files} lake files")
    if not check:
        errors.print("What to do about the time since then: docs/backup.md")


def _told(work: Callable[[Any], Any]) -> Any:
    """Do the work with its stages shown; what goes wrong becomes a sentence."""
    from api.backup.sealed import BackupError
    from api.cli.stages import stages
    from api.settings import SettingsError

    names = {
        "check": "reading and checking the backup",
        "database": "database and issuer keys",
        "lake": "lake",
        "restore": "database, issuer keys and lake",
    }
    try:
        with stages(names) as stage:
            return work(stage)
    except BackupError as error:
        fail(str(error))
    except SettingsError as error:
        fail(str(error), 2)
    except (DBAPIError, OSError) as error:
        fail(f"Nothing was changed: {getattr(error, 'orig', None) or error}")


def _passphrase(file: Path | None, *, new: bool) -> str:
    """From a file, the environment or the keyboard; never from an argument, which others see."""
    if file is not None:
        try:
            passphrase = file.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            fail(f"The passphrase file can't be read: {error}", 2)
    elif PASSPHRASE in os.environ:
        passphrase = os.environ[PASSPHRASE]
    elif sys.stdin.isatty():
        passphrase = str(
            typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
        )
    else:
        fail(f"No passphrase: name a file with --passphrase-file, or set {PASSPHRASE}.", 2)
    if new and len(passphrase) < SHORTEST:
        fail(f"The passphrase must have at least {SHORTEST} characters.", 2)
    return passphrase
