"""`teiki feeds` as an operator's clerk would use it, on a real database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli.main import app
from tests.support import isleta

pytestmark = pytest.mark.database


@pytest.fixture
def folder(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set-up town, reached through the environment; a folder for files."""

    async def set_up() -> None:
        async with isleta.open_isleta(database_url, tmp_path):
            pass

    asyncio.run(set_up())
    monkeypatch.setenv("TEIKI_DATABASE_URL", database_url)
    monkeypatch.setenv("TEIKI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def teiki(*words: str) -> Result:
    return CliRunner().invoke(app, ["feeds", *words])


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout.splitlines()[-1])


def test_import_list_activate_and_roll_back(folder: Path) -> None:
    first = isleta.feed(folder, isleta.ALL_DAY[:10], "first.zip")
    second = isleta.feed(folder, isleta.ALL_DAY[:20], "second.zip")
    here = ("--operator", isleta.BUS)
    active = answer(teiki("import", str(first), *here, "--activate", "--json"))
    assert (active["status"], active["source_name"]) == ("active", "first.zip")
    waiting = answer(teiki("import", str(second), *here, "--json"))
    assert waiting["status"] == "imported"
    assert answer(teiki("import", str(second), *here, "--json")) == waiting

    changed = answer(teiki("activate", waiting["feed_version_id"], "--json"))
    assert changed["status"] == "active"
    listed = {v["source_name"]: v["status"] for v in answer(teiki("list", "--json"))}
    assert listed == {"first.zip": "retired", "second.zip": "active"}
    assert answer(teiki("rollback", isleta.BUS, "--json"))["source_name"] == "first.zip"
    assert "second.zip" in teiki("list").stdout


def test_notices_are_shown_and_errors_hold_the_feed_back(folder: Path) -> None:
    routes = b"route_id,agency_id,route_short_name,route_type,route_color\nL1,A,L1,3,blue\n"
    source = isleta.changed_feed(isleta.feed(folder), folder / "blue.zip", {"routes.txt": routes})
    here = ("import", str(source), "--operator", isleta.BUS)
    shown = teiki(*here)
    assert shown.exit_code == 0
    assert "invalid_color" in shown.stdout

    refused = teiki(*here, "--activate")
    assert refused.exit_code == 1
    assert "This feed has ERROR notices (1), the first: " in refused.stderr
    accepted = teiki(*here, "--activate", "--override-reason", "colours are not shown", "--json")
    assert answer(accepted)["status"] == "active"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("import", "nowhere.zip", "--operator", isleta.BUS), 1, "There is no feed at"),
        (("import", "nowhere.zip", "--operator", "nobody"), 1, "There is no operator 'nobody'"),
        (("activate", "seven"), 2, "'seven' is not a feed version id"),
        (("rollback", isleta.BUS), 1, f"No other feed of {isleta.BUS} was ever active"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    folder: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = teiki(*words)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
