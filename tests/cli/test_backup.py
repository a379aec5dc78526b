"""`teiki backup` and `teiki restore` as somebody in charge of a server would use them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli.main import app
from api.database import libpq_url
from tests.support import isleta
from tests.support.postgres import fresh_database

pytestmark = pytest.mark.database
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town reached through the environment, with a lake and a passphrase file."""

    async def set_up() -> None:
        async with isleta.open_isleta(database_url, tmp_path):
            pass

    asyncio.run(set_up())
    monkeypatch.setenv("TEIKI_DATABASE_URL", database_url)
    monkeypatch.setenv("TEIKI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TEIKI_LAKE_URL", str(tmp_path / "lake"))
    monkeypatch.delenv("TEIKI_BACKUP_PASSPHRASE", raising=False)
    (tmp_path / "lake").mkdir(exist_ok=True)
    (tmp_path / "lake" / "big.parquet").write_bytes(os.urandom(300_000))
    (tmp_path / "passphrase").write_text("correct horse battery\n", "utf-8")
    return tmp_path


def teiki(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_there_and_back(folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, opened = str(folder / "town.teiki"), ("--passphrase-file", str(folder / "passphrase"))
    made = orjson.loads(teiki("backup", target, *opened, "--json").stdout)
    assert made["rows"] > 0 and made["lake_files"] >= 1
    assert Path(target).stat().st_mode & 0o777 == 0o600
    assert teiki("backup", target, *opened).exit_code == 1  # it is there already
    checked = orjson.loads(teiki("restore", target, *opened, "--check", "--json").stdout)
    assert checked == {name: made[name] for name in ("made_at", "rows", "lake_files")}
    refused = teiki("restore", target, *opened)
    assert refused.exit_code == 1 and "--replace" in refused.stderr
    with fresh_database(postgres_url, f"teiki_cli_{uuid4().hex[:8]}") as url:
        monkeypatch.setenv("TEIKI_DATABASE_URL", libpq_url(url))
        monkeypatch.setenv("TEIKI_LAKE_URL", str(folder / "elsewhere"))
        assert teiki("restore", target, *opened).exit_code == 0
    assert (folder / "elsewhere" / "big.parquet").stat().st_size == 300_000


def test_a_passphrase_is_needed_and_not_short(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder / "town.teiki"
    assert teiki("backup", str(target)).exit_code == 2
    monkeypatch.setenv("TEIKI_BACKUP_PASSPHRASE", "short")
    assert teiki("backup", str(target)).exit_code == 2
    assert not target.exists()


# To a program, a file that may not grow is a disk with no room left in it.
WITHOUT_ROOM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
sys.argv = ["teiki", "backup", sys.argv[1]]
from api.cli import main
main()
"""


def test_a_disk_without_room_leaves_no_half_file(folder: Path) -> None:
    kept = folder / "kept"
    kept.mkdir()
    done = subprocess.run(  # noqa: PLW1510 - it must fail
        # -B: compiled modules would be cut short too, for everybody who imports them later.
        [sys.executable, "-B", "-c", WITHOUT_ROOM, str(kept / "town.teiki")],
        env={**os.environ, "TEIKI_BACKUP_PASSPHRASE": "correct horse battery"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "can't be written" in done.stderr and "free space" in done.stderr
    assert list(kept.iterdir()) == []
