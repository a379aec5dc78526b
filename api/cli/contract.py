"""`teiki contract`: the files that apps and readers are built from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from api.cli.output import errors, fail

contract_app = typer.Typer(no_args_is_help=True)
DEFAULT = Path("mobile-contract/openapi.json")


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this version, the same on every machine."""
    from api.app import create_app
    from api.database import Database
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
    document: dict[str, Any] = app.openapi_schema.to_schema()
    return document


def openapi_bytes() -> bytes:
    """The document as it is committed."""
    return (
        orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
    )


@contract_app.command()
def export(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = DEFAULT,
    check: Annotated[bool, typer.Option(help="Only say whether the file is current.")] = False,
) -> None:
    """Write the OpenAPI document that the typed clients are generated from."""
    content = openapi_bytes()
    if check:
        if not out.exists() or out.read_bytes() != content:
            fail(f"{out} is stale. Run `teiki contract export`.")
        errors.print(f"{out} is current")
        return
    if not out.parent.is_dir():
        fail(f"There is no folder {out.parent}.", 2)
    out.write_bytes(content)
    errors.print(f"wrote {out}")
