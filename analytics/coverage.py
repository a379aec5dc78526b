"""Who is served, under which published rule? Feeds, streets and people in; cells and shares out."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analytics.export import write_coverage
from analytics.frequency import Window
from analytics.gaps import find_gaps, hide_unassessed
from analytics.gate import Override, feed_reason
from analytics.grading import TextArray, best_service, classify, reachable
from analytics.measures import DEFAULT_WINDOW, supply_columns
from analytics.plane import WGS84
from analytics.population import cell_polygons, read_population
from analytics.problems import InputError
from analytics.request import CoverageRequest, CoverageResult
from analytics.standards import NOT_ASSESSED, Standard, choose_standards
from analytics.streets import walk_network
from analytics.summary import summarize
from analytics.supply import read_supply
from analytics.town import Town, connect

__all__ = [
    "CoverageRequest",
    "CoverageResult",
    "Override",
    "Progress",
    "measure_coverage",
    "write_coverage",
]

Progress = Callable[[str], AbstractContextManager[Any]]


def silently(_: str) -> AbstractContextManager[None]:
    """Show no progress."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class _Stopwatch:
    """Times the stages, and tells `progress` of each."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        with self.progress(name):
            yield
        self.seconds[name] = time.perf_counter() - start


def measure_coverage(request: CoverageRequest, progress: Progress = silently) -> CoverageResult:
    """Measure who is covered, and say of whom it cannot be said.

    `progress` is entered for every stage with its name: feeds, streets, population, walks,
    standards. Without a population everybody is not assessed, as shares are over people. Raise
    InputError for inputs that cannot be measured, gtfs.notices.FeedError for an unreadable feed.
    """
    standards = choose_standards(request.presets)
    _refuse_impossible(request, standards)
    watch = _Stopwatch(progress)
    with watch.stage("feeds"):
        supply = read_supply(request.gtfs, request.date, request.cache_dir)
    if request.population is None:
        cells = gpd.GeoDataFrame({"cell_id": [], "population": []}, geometry=[], crs=WGS84)
        return CoverageResult(cells, summarize(request, standards, supply, cells, watch.seconds))
    with watch.stage("streets"):
        network = walk_network(request.streets, request.cache_dir) if request.streets else None
    with watch.stage("population"):
        people = read_population(request.population)
    with watch.stage("walks"):
        town = connect(supply, people, network)
    with watch.stage("standards"):
        cells = _measure(request, standards, town)
    return CoverageResult(cells, summarize(request, standards, supply, cells, watch.seconds))


def _refuse_impossible(request: CoverageRequest, standards: tuple[Standard, ...]) -> None:
    if not request.gtfs:
        raise InputError("no_feed", "Name at least one GTFS feed.")
    if request.window is not None and not 0 <= request.window[0] < request.window[1]:
        raise InputError("bad_window", "The window must end after it starts.")
    along = [s.standard_id for s in standards if not s.straight_line]
    if request.population and not request.streets and not request.straight_line and along:
        message = f"{', '.join(along)} measure along streets: give a street extract, or choose"
        raise InputError("no_streets", f"{message} straight lines explicitly.")


def _measure(
    request: CoverageRequest, standards: tuple[Standard, ...], town: Town
) -> gpd.GeoDataFrame:
    straight = request.straight_line or town.network is None
    silent = _silence(request, town, request.window or DEFAULT_WINDOW) is not None
    columns = supply_columns(town, town.walks(straight), request.window, silent)
    reasons = np.full(len(town.points), None) if request.override else town.cell_reasons()
    for standard in standards:
        columns |= _standard_columns(request, standard, town, reasons)
    frame = pd.concat([town.people, pd.DataFrame(columns, index=town.people.index)], axis=1)
    return gpd.GeoDataFrame(frame, geometry=cell_polygons(town.people), crs=WGS84)


def _silence(request: CoverageRequest, town: Town, window: Window | None) -> str | None:
    """Return why the feeds say nothing about a window, unless the planner takes them as whole."""
    return None if request.override else feed_reason(town.supply.feeds, request.date, window)


def _standard_columns(
    request: CoverageRequest, standard: Standard, town: Town, reasons: TextArray
) -> dict[str, object]:
    window = standard.window_for(request.window)
    walks = town.walks(request.straight_line or standard.straight_line)
    reach = reachable(standard, town.supply, walks, window)
    values = best_service(standard, town.supply, reach, window, len(town.points))
    classes = classify(standard, values)
    gaps, shortfall = find_gaps(standard, town.supply, walks, reach, window, values)
    # What the data do show stands: the best class has nothing to gain from what they may lack.
    doubt = reasons.copy()
    doubt[classes == standard.grades[0].name] = None
    silence = _silence(request, town, window)
    if silence:
        doubt[:], gaps[:] = silence, NOT_ASSESSED
    unassessed = np.array([reason is not None for reason in doubt])
    gaps, shortfall = hide_unassessed(gaps, shortfall, unassessed)
    return {
        f"class_{standard.column}": np.where(unassessed, NOT_ASSESSED, classes),
        f"reason_{standard.column}": doubt,
        f"gap_{standard.column}": gaps,
        f"shortfall_{standard.column}": np.round(shortfall, 6),
    }
