"""A lake with no room: the export fails, the ledger is unharmed, and a later one makes it good."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.boardings import read_boardings
from api.database import libpq_url
from api.insights.export import export_pending
from api.jobs import enqueue
from api.services import Services
from tests.support.world import World, open_world

pytestmark = [pytest.mark.anyio, pytest.mark.database]

ROOT = Path(__file__).parents[3]
# To a program, a file that may not grow is a disk with no room left in it.
JOBS_WITHOUT_ROOM = """
import resource
import sys
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
sys.argv = ["teiki", "jobs", "run", "--once"]
from api.cli import main
main()
"""


def work_without_room(world: World) -> None:
    done = subprocess.run(
        # -B: compiled modules would be cut short too, for everybody who imports them later.
        [sys.executable, "-B", "-c", JOBS_WITHOUT_ROOM],
        env={
            **os.environ,
            "TEIKI_DATABASE_URL": libpq_url(world.database.url),
            "TEIKI_DATA_DIR": str(world.settings.data_dir),
            "TEIKI_LAKE_URL": world.settings.lake_url,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "File too large" in done.stdout + done.stderr


def halves_left_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*rides.parquet*"))


async def test_an_export_that_finds_no_room_is_tried_again_and_loses_nothing(
    database_url: str, tmp_path: Path
) -> None:
    # The job reads the world's own clock, in a process of its own.
    async with open_world(database_url, tmp_path, at=datetime.now(UTC)) as world:
        phone, rail = await world.rider(), await world.reader("mori-rail")
        await rail.tap("gate_in", "rail", phone.code())
        await rail.tap("gate_out", "rail", phone.code())
        (ride,) = await world.rows('SELECT * FROM "authorization"')
        day = ride["service_date"]
        async with world.database.session() as session:
            await enqueue(session, "export_boardings", service_date=day.isoformat())

        work_without_room(world)
        (job,) = await world.rows(
            "SELECT CAST(status AS text), attempts FROM jobs.procrastinate_jobs "
            "WHERE task_name = 'export_boardings'"
        )
        assert (job["status"], job["attempts"] > 1) == ("failed", True)
        assert await world.rows('SELECT * FROM "authorization"') == [ride]
        assert halves_left_in(tmp_path) == []

        services = Services(world.settings, world.clock, world.database)
        assert [exported.boardings for exported in await export_pending(services)] == [1]
        table = read_boardings(world.settings.lake_url, day, day)
        assert len(table.to_pyarrow()) == 1
