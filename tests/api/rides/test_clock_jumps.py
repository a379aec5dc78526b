"""No allowance begins anew twice: nights in which clocks change, month ends, clocks that jump."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.api.passes.test_cards import bind, reference_of
from tests.support.world import PLAN, TOWN, World, open_world

pytestmark = [pytest.mark.anyio, pytest.mark.database]

LIMITS = {"day": 2, "month": 3}
SEQUENCES = count(1)
OVER = "allowance_used_up"


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A town in Madrid's time, before the clocks go back on 25 October 2026."""
    town = TOWN | {"time_zone": "Europe/Madrid"}
    async with open_world(database_url, tmp_path, at=utc(10, 14, 10), town=town) as opened:
        yield opened


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


async def card_holder(world: World, period: str) -> None:
    """Somebody who rides with a card, so that no code's own age plays a part."""
    line = {
        "allowance_id": "bus-rides",
        "modes": ["bus"],
        "unit": "rides",
        "limit": LIMITS[period],
        "period": period,
    }
    await world.publish(PLAN | {"plan_id": period, "allowances": [line], "ride_caps": []})
    await bind(world, await world.resident(period))


async def rides(world: World, *instants: datetime) -> list[str]:
    """What buses answer one after the other, each boarded there for the first time."""
    answers = []
    for at in instants:
        world.clock.set(at)
        bus = await world.reader("mori-bus")
        reference = await reference_of(bus, "/v1/operators/current/card-key")
        body: dict[str, Any] = {"action": "tap_on", "mode": "bus", "card_reference": reference}
        answer = await bus.ask("/v1/authorizations", body | {"sequence": next(SEQUENCES)})
        answers.append(str(answer.json()["reason"] or answer.json()["result"]))
    return answers


async def test_the_night_that_has_an_hour_twice_is_one_service_day(world: World) -> None:
    await card_holder(world, "day")
    # In Madrid 02:30, 02:30 again, and 03:59 of the 25th: still the service day before.
    night = await rides(world, utc(10, 25, 0, 30), utc(10, 25, 1, 30), utc(10, 25, 2, 59))
    assert night == ["granted", "granted", OVER]
    morning = await rides(world, utc(10, 25, 3), utc(10, 25, 3, 30), utc(10, 25, 4))
    assert morning == ["granted", "granted", OVER]


async def test_the_night_that_lacks_an_hour_is_one_service_day(
    database_url: str, tmp_path: Path
) -> None:
    town = TOWN | {"time_zone": "Europe/Madrid"}
    async with open_world(database_url, tmp_path, at=utc(3, 20, 10), town=town) as world:
        await card_holder(world, "day")
        # 01:30, then 03:30 of 29 March, an hour later; 04:00 is two o'clock in the world's time.
        night = await rides(world, utc(3, 29, 0, 30), utc(3, 29, 1, 30), utc(3, 29, 1, 59))
        assert night == ["granted", "granted", OVER]
        assert await rides(world, utc(3, 29, 2), utc(3, 29, 2, 1)) == ["granted", "granted"]


async def test_a_clock_that_jumps_back_an_hour_gives_nobody_a_second_day(world: World) -> None:
    await card_holder(world, "day")
    before, after = utc(10, 20, 1, 50), utc(10, 20, 2, 10)  # ten to and past four in the morning
    assert await rides(world, before, after) == ["granted", "granted"]
    # Back and forth over the border: each day keeps what was used in it.
    assert await rides(world, before, after, before, after) == ["granted", "granted", OVER, OVER]
    (used, *more) = await world.rows("SELECT used FROM usage ORDER BY period_start_date")
    assert [used["used"], *(row["used"] for row in more)] == [2, 2]


async def test_a_clock_that_jumps_ahead_an_hour_and_is_set_right(world: World) -> None:
    await card_holder(world, "day")
    evening = utc(10, 20, 1, 20)
    assert await rides(world, evening, evening + timedelta(hours=1)) == ["granted", "granted"]
    # It is an hour earlier again: the day that had begun too soon is begun already.
    assert await rides(world, evening, evening) == ["granted", OVER]
    assert await rides(world, utc(10, 20, 2, 5), utc(10, 20, 2, 6)) == ["granted", OVER]


async def test_a_month_ends_with_its_last_service_day_once(world: World) -> None:
    await card_holder(world, "month")
    # 1 November 2026: at 03:30 it is still October's last service day.
    last, first = utc(11, 1, 2, 30), utc(11, 1, 3)
    assert await rides(world, utc(10, 31, 20), last) == ["granted", "granted"]
    assert await rides(world, first, last, last, first) == ["granted", "granted", OVER, "granted"]
    assert await rides(world, first, first) == ["granted", OVER]


async def test_a_reader_whose_server_was_set_back_still_lets_people_on(world: World) -> None:
    """Who was there in what is now the future was not there a moment ago, for ever."""
    await world.publish(PLAN | {"plan_id": "free", "allowances": [], "ride_caps": []})
    await bind(world, await world.resident("free"))
    bus = await world.reader("mori-bus")
    reference = await reference_of(bus, "/v1/operators/current/card-key")
    body = {"action": "tap_on", "mode": "bus", "card_reference": reference}
    at = utc(10, 20, 12)
    found = []
    instants = [at, at + timedelta(minutes=1), at - timedelta(hours=1)]
    for instant in (*instants, instants[-1] + timedelta(minutes=1)):
        world.clock.set(instant)
        answer = await bus.ask("/v1/authorizations", body | {"sequence": next(SEQUENCES)})
        found.append(answer.json()["reason"] or answer.json()["result"])
    assert found == ["granted", "pass_back", "granted", "pass_back"]
