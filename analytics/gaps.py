"""Where do people fail a standard, in which way, by how much, and where does it matter most?"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from analytics.access import Walks
from analytics.frequency import Window, window_hours
from analytics.grading import (
    Reachable,
    TextArray,
    best_in_reach,
    meets,
    running_rate_at_stops,
    stops_of,
)
from analytics.plane import BoolArray, FloatArray
from analytics.problems import InputError
from analytics.standards import NOT_ASSESSED, STANDARDS, Measure, Standard
from analytics.supply import Supply

NO_STOP_IN_REACH = "no_stop_in_reach"
INFREQUENT = "infrequent"
SHORT_SPAN = "short_span"
GAP_COLUMNS = ["rank", "cell_id", "lon", "lat", "residents", "gap_type", "shortfall", "priority"]
GAP_COLUMNS += ["nearest_stops"]
# Below this a flag would point at a household.
MINIMUM_RESIDENTS = 10.0


def find_gaps(
    standard: Standard,
    supply: Supply,
    walks: Walks,
    reach: Sequence[Reachable],
    window: Window | None,
    values: FloatArray,
) -> tuple[TextArray, FloatArray]:
    """Return for every point its type of gap (None where the standard is met) and its shortfall.

    The shortfall is the poverty gap of Foster, Greer and Thorbecke (1984), the missing share of
    what is required, between 0 and 1:

    - no_stop_in_reach: no stop of a counted kind within the walk; 1 - allowed / nearest walk.
    - short_span: nothing leaves in the window (1), or what leaves would suffice if it ran all the
      window instead of some hours; 1 - hours with a departure / hours.
    - infrequent: otherwise; 1 - service / required service.
    """
    failing = ~meets(standard.required, values)
    has_stop = np.zeros(len(values), dtype=bool)
    hours = np.zeros(len(values))
    for group in reach:
        has_stop[group.walks["point"].to_numpy()] = True
        np.maximum(hours, _sufficient_hours(standard, group, supply, len(values)), out=hours)
    short = (values == 0) | (hours > 0)
    # A window off the clock hours touches more of them than it is long.
    missing_hours = np.maximum(1 - hours / window_hours(window), 0)
    gaps = np.where(has_stop, np.where(short, SHORT_SPAN, INFREQUENT), NO_STOP_IN_REACH)
    shortfall = np.where(
        has_stop,
        np.where(short, missing_hours, _missing_service(standard, values)),
        _missing_walk(supply, walks, reach, len(values)),
    )
    nothing = np.full(len(values), None, dtype=object)
    return np.where(failing, gaps, nothing), np.where(failing, shortfall, 0.0)


def _sufficient_hours(
    standard: Standard, group: Reachable, supply: Supply, point_count: int
) -> FloatArray:
    """Return how many hours of sufficient service the best stop in reach has, 0 for none; only a
    rule on departures per hour can be met for part of a window."""
    if standard.measure is not Measure.DEPARTURES_PER_HOUR:
        return np.zeros(point_count)
    rate, hours = running_rate_at_stops(group.departures, len(supply.stops))
    enough = np.where(meets(standard.required, rate), hours, 0.0)
    return best_in_reach(group.walks, enough, point_count)


def _missing_service(standard: Standard, values: FloatArray) -> FloatArray:
    least = standard.required.least
    return 1 - values / least if least else np.ones(len(values))


def _missing_walk(
    supply: Supply, walks: Walks, reach: Sequence[Reachable], point_count: int
) -> FloatArray:
    """Return 1 - allowed / nearest walk for the kind of service that misses by least."""
    missing = np.ones(point_count)
    for group in reach:
        meters, _ = walks.nearest(stops_of(supply, group.kinds))
        np.minimum(missing, 1 - group.meters / np.maximum(meters, group.meters), out=missing)
    return missing


def gap_table(
    cells: gpd.GeoDataFrame, preset_id: str, minimum_residents: float = MINIMUM_RESIDENTS
) -> pd.DataFrame:
    """Return the cells that fail a standard, worst first: GAP_COLUMNS.

    priority = residents x shortfall, so it is the number of people wholly without what the
    standard asks for that would weigh the same. Cells that could not be assessed come last, by
    residents, without shortfall or priority. Raise InputError when the cells were not measured by
    the preset.
    """
    standard = STANDARDS.get(preset_id)
    if standard is None or f"class_{standard.column}" not in cells:
        raise InputError("unknown_preset", f"The cells were not measured by {preset_id}.")
    table = pd.DataFrame(
        {
            **{name: cells[name] for name in ("cell_id", "lon", "lat")},
            # Read back from Parquet, lists are arrays.
            "nearest_stops": [list(stops) for stops in cells["nearest_stops"]],
            "residents": cells["population"],
            "gap_type": cells[f"gap_{standard.column}"],
            "shortfall": cells[f"shortfall_{standard.column}"],
        }
    )
    table = table[table["gap_type"].notna() & table["residents"].ge(minimum_residents)]
    table["priority"] = table["residents"] * table["shortfall"]
    order = ["priority", "residents", "cell_id"]
    table = table.sort_values(order, ascending=[False, False, True], na_position="last")
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table[GAP_COLUMNS].reset_index(drop=True)


def hide_unassessed(
    gaps: TextArray, shortfall: FloatArray, unassessed: BoolArray
) -> tuple[TextArray, FloatArray]:
    """Return the gaps with those of unassessed points replaced: neither type nor figure is
    claimed. Where service passes in spite of doubt there is no gap to replace."""
    doubtful = unassessed & np.array([gap is not None for gap in gaps], dtype=bool)
    return np.where(doubtful, NOT_ASSESSED, gaps), np.where(doubtful, np.nan, shortfall)
