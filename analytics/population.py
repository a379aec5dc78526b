"""Where do people live? Points from a CSV file, each with the cell that stands for it on a map."""

from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from analytics.plane import WGS84, FloatArray, to_degrees, to_plane, utm_epsg
from analytics.problems import InputError

SQUARE_METERS = 200.0
# A tenth of a metre.
DECIMALS = 6
REQUIRED = ("lon", "lat", "pop")
# Columns that the result itself has, or whose names begin as the result's do.
RESERVED = frozenset(
    {"population", "geometry", "departures_per_hour", "best_stop_departures_per_hour"}
    | {"nearest_stops"}
)
RESERVED_STARTS = ("class_", "reason_", "gap_", "shortfall_", "walk_meters_")


def read_population(path: Path) -> pd.DataFrame:
    """Return cell_id, lon, lat, population and any further columns of a CSV file with the columns
    lon, lat (degrees), pop (people) and perhaps cell_id.

    Raise InputError with a sentence when the file is missing, is not such a table, or holds a
    value that is no place on Earth or no number of people.
    """
    if not path.is_file():
        raise InputError("population_not_found", f"There is no population file at {path}.")
    try:
        frame = pd.read_csv(path, encoding="utf-8-sig", dtype={"cell_id": str})
    except (ValueError, pd.errors.ParserError) as problem:
        message = f"{path.name} cannot be read as a UTF-8 CSV table: {problem}."
        raise InputError("unreadable_population", message) from problem
    frame.columns = frame.columns.str.strip()
    _refuse_bad_columns(frame, path.name)
    _refuse_bad_values(frame, path.name)
    frame = frame.rename(columns={"pop": "population"})
    if "cell_id" not in frame:
        frame["cell_id"] = _ids_from_places(frame)
    if frame["cell_id"].isna().any() or frame["cell_id"].duplicated().any():
        raise InputError("duplicate_cell", f"{path.name} has an empty cell_id, or one twice.")
    first = ["cell_id", "lon", "lat", "population"]
    return frame[first + [name for name in frame.columns if name not in first]]


def _refuse_bad_columns(frame: pd.DataFrame, name: str) -> None:
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        found = ", ".join(map(str, frame.columns))
        message = f"{name} has no column {', '.join(missing)}. It needs lon, lat, pop; has {found}."
        raise InputError("missing_population_column", message)
    if frame.empty:
        raise InputError("empty_population", f"{name} holds no rows.")
    taken = [c for c in frame.columns if c in RESERVED or str(c).startswith(RESERVED_STARTS)]
    if taken or frame.columns.duplicated().any():
        message = f"{name} has columns that clash with the result's: {', '.join(taken)}."
        raise InputError("reserved_population_column", message)


def _refuse_bad_values(frame: pd.DataFrame, name: str) -> None:
    for column, low, high in (("lon", -180, 180), ("lat", -90, 90), ("pop", 0, np.inf)):
        values = pd.to_numeric(frame[column], errors="coerce")
        good = values.between(low, high) & np.isfinite(values)
        if not good.all():
            # The header is line 1, as an editor shows it.
            line, value = int(np.argmin(good)) + 2, frame[column][np.argmin(good)]
            message = f"{name}, line {line}: {column} is {value}, not a number from {low} up"
            message += "." if np.isinf(high) else f" to {high}."
            raise InputError("bad_population_value", message)
        frame[column] = values.astype(float)
    if frame["pop"].sum() == 0:
        raise InputError("empty_population", f"Nobody lives in {name}: every pop is 0.")


def _ids_from_places(frame: pd.DataFrame) -> pd.Series:
    """Return ids that stay the same when rows are added or reordered."""
    place = frame["lon"].map("{:.6f}".format) + "_" + frame["lat"].map("{:.6f}".format)
    again = place.groupby(place).cumcount()
    return place.where(again == 0, place + "_" + (again + 1).astype(str))


def cell_polygons(population: pd.DataFrame) -> gpd.GeoSeries:
    """Return every row's cell: the H3 cell where all ids are H3, else the square of 200 m around
    the point."""
    if all(h3.is_valid_cell(cell_id) for cell_id in population["cell_id"]):
        return gpd.GeoSeries([_h3_polygon(cell) for cell in population["cell_id"]], crs=WGS84)
    lon, lat = population["lon"].to_numpy(), population["lat"].to_numpy()
    epsg = utm_epsg(float(np.median(lon)), float(np.median(lat)))
    x, y = to_plane(lon, lat, epsg)
    half = SQUARE_METERS / 2

    def degrees(points: FloatArray) -> FloatArray:
        return np.column_stack(to_degrees(points[:, 0], points[:, 1], epsg)).round(DECIMALS)

    squares = shapely.box(x - half, y - half, x + half, y + half)
    return gpd.GeoSeries(shapely.transform(squares, degrees), crs=WGS84)


def _h3_polygon(cell: str) -> shapely.Polygon:
    corners = [
        (round(lon, DECIMALS), round(lat, DECIMALS)) for lat, lon in h3.cell_to_boundary(cell)
    ]
    return shapely.Polygon(corners)
