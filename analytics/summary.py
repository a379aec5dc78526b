"""What is the answer on one page? The shares of people by class, with everything they rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import pandas as pd

from analytics.frequency import Window
from analytics.gate import REASONS
from analytics.measures import DEFAULT_WINDOW
from analytics.request import CoverageRequest
from analytics.standards import NOT_ASSESSED, Standard
from analytics.supply import FeedFacts, Supply

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def summarize(
    request: CoverageRequest,
    standards: tuple[Standard, ...],
    supply: Supply,
    cells: gpd.GeoDataFrame,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Return the summary as JSON values; shares are of people, 0 to 1. No cells, no population:
    every share is then not assessed."""
    missing = [name for name in ("streets", "population") if getattr(request, name) is None]
    known = set().union(*(_reasons(cells, s) for s in standards))
    people = {
        "total": float(cells["population"].sum()),
        "modelled": request.population_modelled,
        "note": request.population_note,
    }
    return {
        "date": request.date.isoformat(),
        "weekday": WEEKDAYS[request.date.weekday()],
        "window": _clock(request.window),
        "departures_window": _clock(request.window or DEFAULT_WINDOW),
        "straight_line": request.straight_line,
        "missing": missing,
        "gate_override": asdict(request.override) if request.override else None,
        "population": people if request.population else None,
        "cells": len(cells),
        # A database that stores this as an object forgets the order of its keys.
        "preset_ids": [s.standard_id for s in standards],
        "presets": {s.standard_id: _preset(request, s, cells) for s in standards},
        "reasons": {code: asdict(REASONS[code]) for code in sorted(known)},
        "feeds": [_feed(feed) for feed in supply.feeds],
        "interpolated_share": _interpolated_share(supply.feeds),
        "attribution": [dict(entry) for entry in request.attribution],
        "seconds": {stage: round(spent, 3) for stage, spent in seconds.items()}
        | {"total": round(sum(seconds.values()), 3)},
    }


def _preset(
    request: CoverageRequest, standard: Standard, cells: gpd.GeoDataFrame
) -> dict[str, Any]:
    further = _countable_columns(cells)
    straight = request.straight_line or standard.straight_line
    return {
        "name": asdict(standard.name),
        "rule": asdict(standard.rule),
        "source": standard.source,
        "reach_meters": dict(standard.reach_meters),
        "distance": "straight_line" if straight else "network",
        "window": _clock(standard.window_for(request.window)),
        "classes": list(standard.classes),
        "population_share": _shares(standard, cells, "population"),
        "not_assessed_reasons": _reasons(cells, standard),
        "column_share": {column: _shares(standard, cells, column) for column in further},
    }


def _feed(feed: FeedFacts) -> dict[str, Any]:
    return asdict(feed) | {
        "listed": list(feed.listed),
        "running": list(feed.running),
        "spans": {mode: _clock(span) for mode, span in feed.spans.items()},
    }


def _interpolated_share(feeds: Sequence[FeedFacts]) -> float:
    """Return the share of all calls whose time a feed leaves blank."""
    calls = sum(feed.calls for feed in feeds)
    return sum(feed.calls * feed.interpolated_share for feed in feeds) / calls if calls else 0.0


def _shares(standard: Standard, cells: gpd.GeoDataFrame, column: str) -> dict[str, float]:
    """Return every class's share of a column's sum."""
    if cells.empty:
        return {name: float(name == NOT_ASSESSED) for name in standard.classes}
    sums = cells[column].groupby(cells[f"class_{standard.column}"]).sum() / cells[column].sum()
    return {name: float(sums.get(name, 0.0)) for name in standard.classes}


def _reasons(cells: gpd.GeoDataFrame, standard: Standard) -> dict[str, float]:
    """Return by reason the share of people who are not assessed for it."""
    if cells.empty:
        return {"no_population": 1.0}
    reason = cells[f"reason_{standard.column}"]
    sums = cells["population"].groupby(reason).sum() / cells["population"].sum()
    return {str(code): float(share) for code, share in sums.items()}


def _countable_columns(cells: gpd.GeoDataFrame) -> list[str]:
    """Return the planner's own columns that count something: jobs, residents over 65, ... What is
    blank in one is unknown, and in no share."""
    columns = list(cells.columns)
    if cells.empty:
        return []
    start = columns.index("population") + 1
    end = next(k for k, name in enumerate(columns) if name.startswith("walk_meters_"))
    return [
        name
        for name in columns[start:end]
        if pd.api.types.is_numeric_dtype(cells[name])
        and cells[name].dropna().ge(0).all()
        and cells[name].sum() > 0
    ]


def _clock(window: Window | None) -> dict[str, str] | None:
    """Return a window as service times; past midnight they go on from 24:00."""
    if window is None:
        return None
    start, end = (f"{at // 3600:02d}:{at % 3600 // 60:02d}" for at in window)
    return {"from": start, "to": end}
