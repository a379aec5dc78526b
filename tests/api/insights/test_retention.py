"""Traces go 14 days after the month, pseudonyms after 56; the ledger stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.boardings import read_boardings
from analytics.facts import read_trip_facts
from api.insights.export import export_day
from api.insights.months import PSEUDONYM_KEPT, TRACE_KEPT, first_kept_day
from api.insights.retention import Forgotten, clear_expired
from api.services import Services
from tests.support import isleta
from tests.support.rides import add_resident, add_ride
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
DAY = isleta.SERVICE_DATE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "kept_from"),
    [
        (date(2023, 4, 14), date(2023, 3, 1)),
        (date(2023, 4, 15), date(2023, 4, 1)),
        (date(2024, 1, 14), date(2023, 12, 1)),
        (date(2024, 1, 15), date(2024, 1, 1)),
    ],
)
def test_a_month_is_kept_for_fourteen_days_after_its_end(today: date, kept_from: date) -> None:
    assert first_kept_day(today, TRACE_KEPT) == kept_from


def test_pseudonyms_of_march_hold_up_to_the_26th_of_may() -> None:
    assert first_kept_day(date(2023, 5, 26), PSEUDONYM_KEPT) == date(2023, 3, 1)
    assert first_kept_day(date(2023, 5, 27), PSEUDONYM_KEPT) == date(2023, 4, 1)


async def test_stop_and_instant_leave_the_ride_and_its_price_stays(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    rider = await add_resident(world)
    await add_ride(world, rider, trip_id="t1", vehicle_id="bus 7", distance_meters=900)
    await add_ride(world, rider, at("2023-04-02T08:20"))
    world.clock.set(at("2023-04-14T12:00"))
    assert await clear_expired(services) == Forgotten(rides=0, months=0)
    world.clock.set(at("2023-04-15T12:00"))
    assert await clear_expired(services) == Forgotten(rides=1, months=0)
    assert await clear_expired(services) == Forgotten(rides=0, months=0)

    old, recent = await world.rows('SELECT * FROM "authorization" ORDER BY service_date')
    traces = (
        *("route_id", "direction_id", "trip_id", "vehicle_id", "distance_meters", "closed_at"),
        *("boarding_stop_id", "alighting_stop_id", "boarded_at", "alighted_at"),
    )
    assert {old[name] for name in traces} == {None}
    assert old["granted_at"] == at("2023-03-01T00:00")
    assert old["validator_id"].int == 0
    assert (old["service_date"], old["operator_id"], old["mode"], old["shadow_fare_minor"]) == (
        DAY,
        isleta.BUS,
        "bus",
        140,
    )
    assert (recent["boarding_stop_id"], recent["boarded_at"]) == ("a", at("2023-04-02T08:20"))


async def test_a_ride_that_no_job_exported_is_exported_before_it_is_cleared(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    await add_ride(world, await add_resident(world))
    world.clock.set(at("2023-04-14T12:00"))
    await clear_expired(services)
    rows = read_boardings(world.settings.lake_url, DAY, DAY).to_pyarrow().to_pylist()
    assert [row["boarding_stop_id"] for row in rows] == ["a"]


async def test_a_used_code_no_longer_says_when_and_where(
    isleta_town: tuple[World, Services],
) -> None:
    world, services = isleta_town
    phone, bus = await world.rider(), await world.reader(isleta.BUS)
    await bus.tap("tap_on", "bus", phone.code())
    world.clock.set(at("2023-04-15T12:00"))
    await clear_expired(services)
    (use,) = await world.rows("SELECT counter, used_at, validator_id FROM pass_use")
    assert (use["counter"], use["used_at"]) == (1, at("2023-03-01T00:00"))
    assert use["validator_id"].int == 0
    assert len(await world.rows("SELECT 1 FROM authorization_claim")) == 1
    world.clock.set(at("2023-06-01T12:00"))
    await clear_expired(services)
    assert await world.rows("SELECT 1 FROM authorization_claim") == []


async def test_the_months_key_is_deleted_and_its_pseudonyms_are_gone_from_the_files(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    rider = await add_resident(world, consent=True)
    april = at("2023-04-02T08:20")
    await add_ride(world, rider)
    await export_day(services, DAY)
    world.clock.set(april)
    await add_ride(world, rider, april)
    await export_day(services, april.date())
    before = pseudonyms(world, DAY), pseudonyms(world, april.date())
    assert before[0] != before[1]
    assert None not in (before[0] + before[1])

    world.clock.set(at("2023-05-26T12:00"))
    assert (await clear_expired(services)).months == 0
    world.clock.set(at("2023-05-27T12:00"))
    assert (await clear_expired(services)).months == 1
    assert (await clear_expired(services)).months == 0
    assert (pseudonyms(world, DAY), pseudonyms(world, april.date())) == ([None], before[1])
    keys = await world.rows("SELECT month, secret IS NULL AS gone, deleted_at FROM trip_fact_key")
    assert sorted((key["month"], key["gone"], key["deleted_at"]) for key in keys) == [
        ("2023-03", True, at("2023-05-27T12:00")),
        ("2023-04", False, None),
    ]


async def test_a_key_goes_even_if_its_files_cannot_be_reached_and_they_follow_later(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    await add_ride(world, await add_resident(world, consent=True))
    await export_day(services, DAY)
    world.clock.set(at("2023-05-27T12:00"))
    facts = Path(world.settings.lake_url) / "trip_facts" / f"service_date={DAY}" / "rides.parquet"
    kept = facts.rename(facts.with_name("aside"))
    facts.mkdir()
    with pytest.raises(OSError, match=r"rides\.parquet"):
        await clear_expired(services)
    assert await world.rows("SELECT 1 FROM trip_fact_key WHERE secret IS NOT NULL") == []

    facts.rmdir()
    kept.rename(facts)
    assert (await clear_expired(services)).months == 1
    assert pseudonyms(world, DAY) == [None]


def pseudonyms(world: World, day: date) -> list[str | None]:
    rows = read_trip_facts(world.settings.lake_url, day, day).to_pyarrow().to_pylist()
    return [row["pseudonym"] for row in rows]
