"""All product time comes from the one clock; a service day begins at four, whatever the season."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.clock import DemoClock, service_instant

ROOT = Path(__file__).parents[2]
TOKYO, MADRID = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Madrid")

# Who may look at the machine's clock: the clock itself; log lines and durations, which decide
# nothing; the demo, which sets its own clock by today's time of day.
MAY_LOOK = {"api/clock.py", "api/observability.py"}
LOOKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}


def test_no_module_looks_at_the_machines_clock() -> None:
    found = set()
    for path in (ROOT / "api").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            looked = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if looked and (node.value.id, node.attr) in LOOKS:
                found.add(str(path.relative_to(ROOT)))
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                assert not {"time", "time_ns"} & {alias.name for alias in node.names}, path
    assert {name for name in found if not name.startswith("api/demo/")} <= MAY_LOOK


def test_no_statement_asks_the_database_for_the_time() -> None:
    asking = ("now()", "current_timestamp", "clock_timestamp", "localtime", "current_date")
    for path in (ROOT / "api").rglob("*.py"):
        strings = " ".join(
            node.value.lower()
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        statements = strings if "select " in strings or "update " in strings else ""
        assert not [word for word in asking if f" {word}" in statements], path


@pytest.mark.parametrize(
    ("at", "zone", "day", "seconds"),
    [
        (datetime(2026, 4, 8, 3, tzinfo=UTC), TOKYO, date(2026, 4, 8), 12 * 3600),
        (datetime(2026, 4, 8, 18, 59, 59, tzinfo=UTC), TOKYO, date(2026, 4, 8), 28 * 3600 - 1),
        (datetime(2026, 4, 8, 19, tzinfo=UTC), TOKYO, date(2026, 4, 9), 4 * 3600),
        # Clocks go forward at 02:00 on 29 March 2026 and back at 03:00 on 25 October.
        (datetime(2026, 3, 29, 10, tzinfo=UTC), MADRID, date(2026, 3, 29), 12 * 3600),
        (datetime(2026, 3, 29, 2, tzinfo=UTC), MADRID, date(2026, 3, 29), 4 * 3600),
        (datetime(2026, 3, 29, 0, tzinfo=UTC), MADRID, date(2026, 3, 28), 25 * 3600),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), MADRID, date(2026, 10, 24), 27 * 3600 + 1800),
        (datetime(2026, 10, 25, 11, tzinfo=UTC), MADRID, date(2026, 10, 25), 12 * 3600),
    ],
)
def test_service_days_by_example(at: datetime, zone: ZoneInfo, day: date, seconds: int) -> None:
    assert service_instant(at, zone) == (day, seconds)


@pytest.mark.parametrize("zone", [TOKYO, MADRID], ids=str)
def test_service_days_follow_each_other_through_the_nights_that_clocks_change(
    zone: ZoneInfo,
) -> None:
    at, days = datetime(2026, 3, 27, 12, tzinfo=UTC), []
    for _ in range(8 * 24 * 4):
        day, seconds = service_instant(at, zone)
        assert 3 * 3600 <= seconds < 30 * 3600
        if not days or days[-1] != day:
            days.append(day)
        at += timedelta(minutes=15)
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]


def test_a_demo_clock_stands_still_until_it_runs_and_can_be_moved() -> None:
    start = datetime(2026, 4, 8, tzinfo=UTC)
    clock = DemoClock(start)
    assert clock.now() == clock.now() == start
    clock.advance(timedelta(hours=1))
    assert clock.now() == start + timedelta(hours=1)
    clock.run()
    first = clock.now()
    assert clock.now() >= first >= start + timedelta(hours=1)
    clock.set(start)
    assert clock.now() == start
    assert clock.simulated
