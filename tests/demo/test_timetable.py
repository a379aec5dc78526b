"""Runs of a day, as riders meet them."""

from __future__ import annotations

import pandas as pd

from api.demo.timetable import build_timetable
from tests.support.demo_days import AREAS, events

HOUR = 3600


def test_lines_come_busiest_first_with_runs_in_order_of_time() -> None:
    calm = events("calm", starts=(9 * HOUR,))
    busy = events("busy", starts=(8 * HOUR, 7 * HOUR))
    table = build_timetable("bus", pd.concat([calm, busy]), AREAS)
    assert [line.route_id for line in table.lines] == ["busy", "calm"]
    assert [run.starts for run in table.lines[0].runs[1]] == [7 * HOUR, 8 * HOUR]
    assert table.span == (7 * HOUR, 9 * HOUR)


def test_nobody_boards_at_the_last_stop_nor_where_the_feed_forbids_it() -> None:
    frame = events(starts=(8 * HOUR,))
    frame.loc[frame["stop_id"] == "market", "pickup_type"] = 1
    frame.loc[frame["stop_id"] == "school", "drop_off_type"] = 1
    run = build_timetable("bus", frame, AREAS).lines[0].runs[0][0]
    assert [call.boards for call in run.calls] == [True, False, True, False]
    assert [call.alights for call in run.calls] == [True, True, False, True]


def test_a_route_of_no_known_mode_is_left_out() -> None:
    assert build_timetable("bus", events(mode=None), AREAS).lines == ()


def test_the_nearest_run_is_never_one_that_has_left() -> None:
    line = build_timetable("bus", events(starts=(7 * HOUR, 8 * HOUR, 9 * HOUR)), AREAS).lines[0]

    def nearest(at: float, after: float) -> int | None:
        run = line.nearest_run(0, int(at * HOUR), int(after * HOUR))
        return run.starts // HOUR if run else None

    assert nearest(7.4, 0) == 7
    assert nearest(7.6, 0) == 8
    assert nearest(7.1, 7.05) == 8
    assert nearest(23, 0) == 9
    assert nearest(6, 8.5) == 9
    assert nearest(10, 9.5) is None
