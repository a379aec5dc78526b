"""`teiki contract`: the files that apps and readers are built from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import errors, fail

contract_app = typer.Typer(no_args_is_help=True)
OPENAPI = Path("mobile-contract/openapi.json")
PROBLEMS = Path("docs/problems.md")
WORDS = Path("mobile-contract/src/words.ts")


def openapi_bytes() -> bytes:
    """The OpenAPI document of this version, the same on every machine."""
    from api.app import create_app
    from api.database import Database
    from api.openapi.document import contract_bytes
    from api.settings import DEVELOPMENT_SECRET, Settings

    settings = Settings(
        environment="development",
        data_dir=Path(),
        lake_url="",
        base_url="http://localhost:8000",
        secret=DEVELOPMENT_SECRET,
    )
    # Nothing connects: the address is never used.
    app = create_app(settings, Database("postgresql://localhost/teiki"))
    return contract_bytes(app)


Check = Annotated[bool, typer.Option("--check", help="Only say whether the file is current.")]


@contract_app.command()
def export(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = OPENAPI, check: Check = False
) -> None:
    """Write the OpenAPI document that the typed clients are generated from."""
    _write(out, openapi_bytes(), "teiki contract export", check)


@contract_app.command()
def problems(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = PROBLEMS, check: Check = False
) -> None:
    """Write the page that lists every problem and every reason for a refusal."""
    from api.openapi.problems import problems_page

    _write(out, problems_page().encode(), "teiki contract problems", check)


@contract_app.command()
def words(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = WORDS, check: Check = False
) -> None:
    """Write what a reader says without network: refusals and rider categories."""
    from api.openapi.reader_words import reader_words

    _write(out, reader_words().encode(), "teiki contract words", check)


def _write(out: Path, content: bytes, command: str, check: bool) -> None:
    if check:
        if not out.exists() or out.read_bytes() != content:
            fail(f"{out} is stale. Run `{command}`.")
        errors.print(f"{out} is current")
        return
    if not out.parent.is_dir():
        fail(f"There is no folder {out.parent}.", 2)
    out.write_bytes(content)
    errors.print(f"wrote {out}")
