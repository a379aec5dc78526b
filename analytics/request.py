"""What is asked of a coverage measurement, and what comes back?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd

from analytics.frequency import Window
from analytics.gate import Override


@dataclass(frozen=True, slots=True)
class CoverageRequest:
    """What to measure.

    `window` is in seconds of the service day, [start, end), None for each preset's own;
    `presets` are ids, empty for all; `straight_line` measures every preset as the crow flies,
    not only those whose text says so; `override` takes the data as complete; `attribution` and
    what is known of the population are passed through to the summary.
    """

    gtfs: tuple[Path, ...]
    date: date
    streets: Path | None = None
    population: Path | None = None
    window: Window | None = None
    presets: tuple[str, ...] = ()
    straight_line: bool = False
    cache_dir: Path | None = None
    override: Override | None = None
    population_modelled: bool | None = None
    population_note: str | None = None
    attribution: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """One row a cell (README.md lists the columns), and the summary as it is written."""

    cells: gpd.GeoDataFrame
    summary: dict[str, Any]
