"""How Porto Alegre's population was made from its source."""

from pathlib import Path

import pytest

from api.demo.prepare_population import convert

SOURCE = """id,lon,lat,population,schools,jobs,healthcare
89a901291abffff,-51.1582459466033,-30.0538460280879,0,0,1214,0
89a90128c2fffff,-51.2428012784296,-30.0383122677216,159,2,,
"""


def test_columns_are_renamed_and_figures_kept(tmp_path: Path) -> None:
    source, target = tmp_path / "hexgrid.csv", tmp_path / "population.csv"
    source.write_text(SOURCE, encoding="utf-8")
    assert convert(source, target) == 2
    assert target.read_text(encoding="utf-8").splitlines() == [
        "cell_id,lon,lat,pop,jobs,schools,clinics",
        "89a901291abffff,-51.1582459466033,-30.0538460280879,0,1214,0,0",
        "89a90128c2fffff,-51.2428012784296,-30.0383122677216,159,,2,",
    ]


def test_another_table_is_not_taken_for_it(tmp_path: Path) -> None:
    source = tmp_path / "other.csv"
    source.write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(KeyError):
        convert(source, tmp_path / "population.csv")
    assert not (tmp_path / "population.csv").exists()
