"""`teiki plans preview`: what would a plan have allowed and cost, before it is sold?"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from typer.testing import CliRunner

from api.cli.main import app
from tests.support.world import PLAN, open_world

pytestmark = pytest.mark.database


@pytest.fixture
def lived(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town in which somebody took a taxi twice and somebody a train; a folder for files."""

    async def live() -> None:
        async with open_world(database_url, tmp_path) as world:
            hana, taro = await world.rider(), await world.rider()
            taxi, rail = await world.reader("mori-taxi"), await world.reader("mori-rail")
            for amount in (900, 1500):
                held = await taxi.hold(hana, amount)
                await taxi.ride(held["authorization_id"], amount)
                world.clock.advance(timedelta(minutes=20))
            await rail.tap("gate_in", "rail", taro.code())
            await rail.tap("gate_out", "rail", taro.code())

    asyncio.run(live())
    monkeypatch.setenv("TEIKI_DATABASE_URL", database_url)
    monkeypatch.setenv("TEIKI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def preview(folder: Path, month: str, *plans: dict[str, Any]) -> Any:
    file = folder / "plans.yaml"
    file.write_text(yaml.safe_dump({"plans": list(plans)}, allow_unicode=True), encoding="utf-8")
    words = ["plans", "preview", str(file), "--month", month, "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout.splitlines()[-1])


def test_plans_are_compared_before_they_are_sold(lived: Path) -> None:
    dear = PLAN | {"plan_id": "one-taxi", "allowances": [PLAN["allowances"][0] | {"limit": 1}]}
    rail = PLAN | {"plan_id": "rail", "modes": ["rail"], "allowances": [], "ride_caps": []}
    today, one_taxi, only_rail = preview(lived, "2026-04", PLAN, dear, rail)
    assert today == {
        "plan_id": "everything",
        "version": 1,
        "currency": "JPY",
        "riders": 2,
        "rides": 3,
        "granted": 3,
        "refused": {},
        "unpriced": 0,
        "fees": 9800,
        "plan_pays": 900 + 1500 + 300,
        "riders_pay": 0,
        "balance": 9800 - 2700,
    }
    assert (one_taxi["granted"], one_taxi["refused"]) == (2, {"allowance_used_up": 1})
    assert (only_rail["plan_pays"], only_rail["riders_pay"]) == (300, 2400)


def test_a_month_without_rides_and_a_file_without_sense(lived: Path) -> None:
    (empty,) = preview(lived, "2026-03", PLAN)
    assert (empty["riders"], empty["rides"], empty["balance"]) == (0, 0, 0)
    file = lived / "wrong.yaml"
    file.write_text("plan_id: x", encoding="utf-8")
    result = CliRunner().invoke(app, ["plans", "preview", str(file), "--month", "2026-04"])
    assert result.exit_code == 1
    assert "modes" in result.output
