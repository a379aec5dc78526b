"""A town is lost and restored elsewhere: readers send again what the backup does not know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.app import create_app
from api.backup import lake_files
from api.backup.making import BackedUp, make_backup
from api.backup.restoring import RestoreWishes, check_backup, restore_backup
from api.backup.sealed import BackupError
from api.database import Database, libpq_url
from api.embedded_postgres import start_embedded
from api.jobs import enqueue
from api.migrations import upgrade
from api.passes.keys import rotate_when_due
from api.passes.status_list import build_status_list
from api.settings import Settings
from fares.offline.record import SignedRecord
from tests.support.offline_reader import OfflineReader, register
from tests.support.postgres import fresh_database
from tests.support.world import PLAN, Phone, Reader, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

COUNTED: dict[str, Any] = {
    **PLAN,
    "plan_id": "four-rides",
    "allowances": [
        {
            "allowance_id": "bus-rides",
            "modes": ["bus"],
            "unit": "rides",
            "limit": 4,
            "period": "month",
        }
    ],
    "ride_caps": [],
}
PASSPHRASE = "correct horse battery"
QUICK = 4


def stage(_: str) -> Any:
    return nullcontext()


def back_up(world: World, target: Path) -> BackedUp:
    url, lake, now = world.database.url, world.settings.lake_url, world.clock.now()
    return make_backup(url, lake, target, PASSPHRASE, now, stage, work_factor=QUICK)


def restore(settings: Settings, url: str, source: Path, world: World, **wishes: bool) -> None:
    wished = RestoreWishes(**wishes)
    restore_backup(settings, url, source, PASSPHRASE, world.clock.now(), wished, stage)


def put(lake: Path, name: str, data: bytes) -> None:
    lake.mkdir(parents=True, exist_ok=True)
    (lake / name).write_bytes(data)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    with psycopg.connect(libpq_url(url)) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'jobs')"
        ).fetchall()
        return {
            f"{schema}.{name}": sorted(
                row[0]
                for row in connection.execute(f'SELECT CAST(t AS text) FROM "{schema}"."{name}" t')
            )
            for schema, name in names
        }


@pytest.fixture
def empty_place(postgres_url: str, world: World, tmp_path: Path) -> Iterator[tuple[str, Settings]]:
    with fresh_database(postgres_url, f"teiki_restored_{uuid4().hex[:8]}") as url:
        lake = str(tmp_path / "restored" / "lake")
        yield url, replace(world.settings, lake_url=lake, database_url=url)


@asynccontextmanager
async def town_in(world: World, url: str, settings: Settings) -> AsyncIterator[World]:
    """The same town as its new server serves it."""
    database = Database(url)
    app = create_app(settings, database, world.clock)
    async with app.lifespan():
        yield World(app, world.clock, database, settings)
    await database.close()


def moved(reader: OfflineReader, town: World) -> OfflineReader:
    """The same reader, its records kept, which now reaches the restored town."""
    key = reader.online.client.headers["authorization"]
    online = Reader(town, town.client({"Authorization": key}), reader.online.key_id)
    return replace(reader, world=town, online=online)


async def ride_online(reader: OfflineReader, phone: Phone) -> tuple[str, SignedRecord]:
    """A ride that the server granted, and the record that the reader keeps of it."""
    code, key = phone.code(), str(uuid4())
    granted = await reader.online.tap("tap_on", "bus", code, key=key)
    assert granted["result"] == "granted"
    record = reader.record(code, online_key=key, why="online")
    reader.world.clock.advance(timedelta(minutes=5))
    return granted["authorization_id"], record


async def test_what_readers_hold_of_the_lost_minutes_comes_back_once_under_its_id(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    await world.publish(COUNTED)  # four bus rides
    phones = [await world.phone(await world.resident(plan=COUNTED["plan_id"])) for _ in range(3)]
    readers = [await register(world) for _ in range(2)]
    before = [(await ride_online(readers[0], phone))[0] for phone in phones]
    target = tmp_path / "town.teiki"
    back_up(world, target)

    lost = [(await ride_online(reader, phone))[0] for reader in readers for phone in phones]
    unheard = readers[1].record(phones[0].code())  # without network, not uploaded yet
    url, settings = empty_place
    restore(settings, url, target, world)

    async with town_in(world, url, settings) as town:
        back = [moved(reader, town) for reader in readers]
        for _ in range(2):  # whatever was answered, sent again
            for reader in reversed(back):
                answer = await reader.upload()
                assert {item["outcome"]["bearer"] for item in answer["items"]} == {"plan"}
        rows = await town.rows('SELECT CAST(authorization_id AS text) AS id FROM "authorization"')
        ids = [row["id"] for row in rows]
        assert len(ids) == len(set(ids)) == len(before) + len(lost) + 1
        assert set(before) | set(lost) < set(ids)
        used = await town.rows("SELECT used FROM usage ORDER BY used")
        assert [row["used"] for row in used] == [3, 3, 4]
        # The allowance is what it was: the one who had four rides has none left.
        full = await back[0].online.tap("tap_on", "bus", replace(phones[0], world=town).code())
        assert (full["result"], full["reason"]) == ("refused", "allowance_used_up")
        assert unheard in readers[1].kept


async def test_a_pass_issued_after_the_backup_is_kept_as_evidence_and_fetched_anew(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    """The restored town does not know whose it was; the record stays and may be disputed."""
    resident, bus = await world.resident(), await register(world)
    await world.phone(resident)
    target = tmp_path / "town.teiki"
    back_up(world, target)
    later = await world.phone(resident)
    _, record = await ride_online(bus, later)
    url, settings = empty_place
    restore(settings, url, target, world)
    async with town_in(world, url, settings) as town:
        back = moved(bus, town)
        (item,) = (await back.upload(record))["items"]
        outcome = item["outcome"]
        assert (outcome["bearer"], outcome["rule"]) == ("operator", "evidence:unknown_pass")
        (row,) = await town.rows("SELECT body FROM offline_record")
        assert row["body"] == record.body
        path = f"/v1/offline-records/{item['record_id']}/disputes"
        opened = await back.online.client.post(path, json={"statement": "Before the restore."})
        desk = await town.staff("desk")
        ruling = {"bearer": "scheme_risk", "note": "It was."}
        path = f"/v1/offline-disputes/{opened.json()['dispute_id']}/resolution"
        ruled = await desk.post(path, ruling, status=200)
        assert (ruled["outcome"]["bearer"], ruled["outcome"]["final"]) == ("scheme_risk", True)
        # Its own phone gets another pass, with the session that the backup knows.
        same = replace(resident, world=town, client=town.client({}))
        same.client.cookies = resident.client.cookies
        again = await town.phone(same)
        answer = await back.online.tap("tap_on", "bus", again.code())
        assert answer["result"] == "granted"


async def test_a_restored_town_is_the_one_that_was_backed_up(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    await bus.tap("tap_on", "bus", phone.code())
    lake = Path(world.settings.lake_url)
    (lake / "boardings" / "day").mkdir(parents=True)
    (lake / "boardings" / "day" / "rides.parquet").write_bytes(bytes(range(256)) * 5000)
    async with world.database.session() as session:
        await enqueue(session, "export_boardings", service_date="2026-04-08")
        await build_status_list(session, world.clock.now(), world.settings)
    expected = everything(world.database.url)
    target = tmp_path / "town.teiki"
    made = back_up(world, target)
    assert made.rows == sum(map(len, expected.values())) - len(expected["public.alembic_version"])
    assert check_backup(target, PASSPHRASE).lake_files == made.lake_files == 1

    world.clock.advance(timedelta(hours=3))
    url, settings = empty_place
    restore(settings, url, target, world)
    found = everything(url)
    (was,), (now,) = expected.pop("public.status_list"), found.pop("public.status_list")
    assert found == expected
    # Readers keep the list with the highest number, so the next must be above all lost ones.
    assert int(now.split(",")[1]) == int(was.split(",")[1]) + 3 * 3600
    restored = Path(settings.lake_url) / "boardings" / "day" / "rides.parquet"
    assert restored.read_bytes() == bytes(range(256)) * 5000

    # Numbers and triggers go on: a new job is noted by the queue's own trigger.
    database = Database(url)
    async with database.session() as session:
        await enqueue(session, "export_boardings", service_date="2026-04-09")
    await database.close()
    assert len(everything(url)["jobs.procrastinate_events"]) > len(
        expected["jobs.procrastinate_events"]
    )


async def test_from_a_served_to_an_embedded_server_and_back(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    """The versions differ wherever the served one is not the wheel's."""
    await world.rider()
    there, back = tmp_path / "there.teiki", tmp_path / "back.teiki"
    back_up(world, there)
    url, settings = empty_place
    with embedded() as middle:
        at_first = replace(settings, lake_url=str(tmp_path / "middle"))
        restore(at_first, middle, there, world)
        again = everything(middle)
        make_backup(
            middle, at_first.lake_url, back, PASSPHRASE, world.clock.now(), stage, work_factor=QUICK
        )
    restore(settings, url, back, world)
    found = everything(url)
    found.pop("public.status_list"), again.pop("public.status_list")
    assert found == again


@contextmanager
def embedded() -> Iterator[str]:
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="teiki-embedded-"))
    folder.chmod(0o755)
    server = start_embedded(folder)
    try:
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def test_what_is_written_meanwhile_is_in_it_wholly_or_not_at_all(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    phones, bus = [await world.rider() for _ in range(8)], await world.reader("mori-bus")
    target = tmp_path / "town.teiki"
    taps = [bus.tap("tap_on", "bus", phone.code()) for phone in phones]
    await asyncio.gather(asyncio.to_thread(back_up, world, target), *taps)
    url, settings = empty_place
    restore(settings, url, target, world)
    found = everything(url)
    rides, claims, uses = (
        len(found[f"public.{name}"])
        for name in ("authorization", "authorization_claim", "pass_use")
    )
    assert rides == claims == uses


@contextmanager
def untouched(url: str, settings: Settings) -> Iterator[None]:
    """Whatever is asked within fails, and leaves database and lake as they were."""
    with psycopg.connect(libpq_url(url)) as connection:
        assert (
            connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone()
            is None
        )
    yield
    with psycopg.connect(libpq_url(url)) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname IN ('public', 'jobs')"
        )
        assert found.fetchone() is None
    place = Path(settings.lake_url)
    assert not place.exists()
    assert not place.parent.exists() or list(place.parent.iterdir()) == []


async def test_an_altered_cut_or_foreign_backup_touches_nothing(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    url, settings = empty_place
    target, bad = tmp_path / "town.teiki", tmp_path / "bad.teiki"
    back_up(world, target)
    whole = target.read_bytes()
    middle = len(whole) // 2
    for data in (
        whole[:-1],
        whole[:middle],
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        b"",
        b"PK\x03\x04 something else",
    ):
        bad.write_bytes(data)
        with untouched(url, settings), pytest.raises(BackupError):
            restore(settings, url, bad, world)
    with untouched(url, settings), pytest.raises(BackupError, match="passphrase"):
        restore_backup(settings, url, target, "wrong", world.clock.now(), RestoreWishes(), stage)


async def test_another_secret_is_said_before_anything_is_kept(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    url, settings = empty_place
    target, phone = tmp_path / "town.teiki", await world.rider()
    back_up(world, target)
    other = replace(settings, secret="another secret of at least 32 letters")
    with untouched(url, settings), pytest.raises(BackupError, match="TEIKI_SECRET"):
        restore(other, url, target, world)
    restore(other, url, target, world, secret_lost=True)
    async with town_in(world, url, other) as town:
        async with town.database.session() as session:  # as a server does when it starts
            await rotate_when_due(session, world.clock.now(), other.secret)
        bus = await town.reader("mori-bus")
        old = await bus.tap("tap_on", "bus", phone.code())
        assert old["reason"] == "unknown_issuer_key"
        new = await bus.tap("tap_on", "bus", (await town.rider()).code())
        assert new["result"] == "granted"


async def test_a_restore_that_fails_on_the_way_leaves_nothing(
    world: World,
    tmp_path: Path,
    empty_place: tuple[str, Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last thing that can fail is the commit, when the lake is in its place already."""
    put(Path(world.settings.lake_url), "a.parquet", b"a")
    target = tmp_path / "town.teiki"
    back_up(world, target)
    url, settings = empty_place
    placed = lake_files._Folder.place

    def place_and_fail(folder: Any) -> None:
        placed(folder)
        assert Path(settings.lake_url, "a.parquet").exists()
        raise ConnectionError("gone")

    monkeypatch.setattr(lake_files._Folder, "place", place_and_fail)
    with untouched(url, settings), pytest.raises(ConnectionError):
        restore(settings, url, target, world)


async def test_a_place_that_is_not_empty_is_replaced_only_when_asked(
    world: World, tmp_path: Path, empty_place: tuple[str, Settings]
) -> None:
    url, settings = empty_place
    target = tmp_path / "town.teiki"
    back_up(world, target)
    lake = Path(settings.lake_url)
    put(lake, "old.parquet", b"old")
    with pytest.raises(BackupError, match=r"lake .* is not empty"):
        restore(settings, url, target, world)
    (lake / "old.parquet").unlink()
    upgrade(url)  # an installation that nobody has set up yet counts as empty
    restore(settings, url, target, world)
    kept = everything(url)
    (lake / "old.parquet").write_bytes(b"old")
    with pytest.raises(BackupError, match="holds a town already"):
        restore(replace(settings, lake_url=str(tmp_path / "other")), url, target, world)
    assert everything(url) == kept
    with psycopg.connect(libpq_url(url)), pytest.raises(BackupError, match="1 other connections"):
        restore(settings, url, target, world, replace=True)
    assert names_in(lake) == ["old.parquet"]
    restore(settings, url, target, world, replace=True)
    assert everything(url) == kept
    assert names_in(lake) == []
    assert names_in(lake.parent) == ["lake"]


async def test_a_backup_of_an_older_version_is_brought_to_todays_shape(
    world: World, tmp_path: Path, postgres_url: str, empty_place: tuple[str, Settings]
) -> None:
    url, settings = empty_place
    target = tmp_path / "old.teiki"
    with fresh_database(postgres_url, f"teiki_old_{uuid4().hex[:8]}") as old:
        upgrade(old, "0003")
        with psycopg.connect(libpq_url(old)) as connection:
            connection.execute("INSERT INTO receipt_counter VALUES (2026, 41)")
        now = world.clock.now()
        make_backup(old, str(tmp_path / "none"), target, PASSPHRASE, now, stage, work_factor=QUICK)
    restore(settings, url, target, world)
    assert everything(url)["public.receipt_counter"] == ["(2026,41)"]
    assert (
        everything(url)["public.alembic_version"]
        == everything(world.database.url)["public.alembic_version"]
    )
