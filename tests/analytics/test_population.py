"""People from CSV, and their cells."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from analytics.plane import to_degrees, to_plane, utm_epsg
from analytics.population import cell_polygons, read_population
from analytics.problems import InputError

H3_ROWS = "cell_id,lon,lat,pop\n89a901291abffff,-51.158,-30.053,3\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_kept_and_ids_come_from_places(tmp_path: Path) -> None:
    rows = "lon,lat,pop,jobs\n-15.4,28.1,10,3\n-15.5,28.2,5,0\n-15.4,28.1,2,1\n"
    people = read_population(written(tmp_path, rows))
    assert list(people.columns) == ["cell_id", "lon", "lat", "population", "jobs"]
    assert list(people["cell_id"]) == [
        "-15.400000_28.100000",
        "-15.500000_28.200000",
        "-15.400000_28.100000_2",
    ]
    assert people["population"].tolist() == [10, 5, 2]


def test_a_byte_order_mark_and_spaces_in_the_header_do_not_matter(tmp_path: Path) -> None:
    people = read_population(written(tmp_path, "\ufefflon, lat, pop\n-15.4,28.1,10\n"))
    assert people["population"].tolist() == [10]


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("lon,lat\n1,2\n", "missing_population_column", "no column pop"),
        ("x,y,people\n1,2,3\n", "missing_population_column", "needs lon, lat, pop; has x, y"),
        ("lon,lat,pop\n", "empty_population", "holds no rows"),
        ("lon,lat,pop\n1,2,0\n", "empty_population", "Nobody lives"),
        ("lon,lat,pop\n1,2,5\n1,,5\n", "bad_population_value", "line 3: lat is nan"),
        ("lon,lat,pop\n1,2,-1\n", "bad_population_value", "line 2: pop is -1"),
        ("lon,lat,pop\n1,2,inf\n", "bad_population_value", "line 2: pop is inf"),
        ("lon,lat,pop\n1,2,many\n", "bad_population_value", "line 2: pop is many"),
        ("lon,lat,pop\n1,92,5\n", "bad_population_value", "line 2: lat is 92"),
        ("lon,lat,pop,class_x\n1,2,5,6\n", "reserved_population_column", "class_x"),
        ("cell_id,lon,lat,pop\nA,1,2,5\nA,1,2,5\n", "duplicate_cell", "twice"),
        ("", "unreadable_population", "cannot be read"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(
    tmp_path: Path, text: str, code: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence) as refused:
        read_population(written(tmp_path, text))
    assert refused.value.code == code


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("lon,lat,pop,町\n1,2,3,室蘭\n".encode("shift_jis"))
    with pytest.raises(InputError, match="UTF-8"):
        read_population(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no population file at .*none\.csv"):
        read_population(tmp_path / "none.csv")


def test_h3_ids_give_hexagons(tmp_path: Path) -> None:
    (cell,) = cell_polygons(read_population(written(tmp_path, H3_ROWS)))
    assert len(cell.exterior.coords) == 7


def test_other_ids_give_squares_of_200_metres(tmp_path: Path) -> None:
    rows = H3_ROWS + "B,-51.2,-30.1,4\n"
    people = read_population(written(tmp_path, rows))
    for cell, place in zip(cell_polygons(people), people.itertuples(), strict=True):
        lon, lat = np.array(cell.exterior.coords).T
        square = shapely.Polygon(np.column_stack(to_plane(lon, lat, 32722)))
        assert square.area == pytest.approx(200 * 200, rel=0.001)
        assert cell.contains(shapely.Point(place.lon, place.lat))


@given(st.floats(-179.9, 179.9), st.floats(-79, 79))
def test_the_plane_gives_back_the_place(lon: float, lat: float) -> None:
    epsg = utm_epsg(lon, lat)
    x, y = to_plane(np.array([lon]), np.array([lat]), epsg)
    back_lon, back_lat = to_degrees(x, y, epsg)
    assert (back_lon[0], back_lat[0]) == pytest.approx((lon, lat), abs=1e-6)
