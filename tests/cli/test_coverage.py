"""`teiki coverage` measures from files alone, and says in a sentence what it can't use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli.main import app
from tests.support import isleta


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A feed, streets and people in one folder."""
    monkeypatch.setenv("TEIKI_DATA_DIR", str(tmp_path / "data"))
    isleta.write_files(tmp_path)
    isleta.feed(tmp_path)
    return tmp_path


def run(files: Path, *arguments: str, **changes: str | None) -> Result:
    """The command over the folder's files; None leaves an option out."""
    options = {
        "--gtfs": str(files / "bus.zip"),
        "--streets": str(files / "streets.osm"),
        "--population": str(files / "people.csv"),
        "--date": "2023-03-01",
        "--out": str(files / "out"),
        **{f"--{name.rstrip('_')}": value for name, value in changes.items()},
    }
    words = [word for name, value in options.items() if value for word in (name, value)]
    return CliRunner().invoke(app, ["coverage", *words, *arguments])


def summary(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = orjson.loads(result.stdout.splitlines()[-1])
    return document


def test_the_last_line_of_standard_output_is_the_summary_that_is_written(files: Path) -> None:
    result = run(files, "--json")
    document = summary(result)
    assert result.stdout.count("\n") == 1
    assert document == orjson.loads((files / "out" / "summary.json").read_bytes())
    covered = document["presets"]["sdg-11.2.1"]["population_share"]["covered"]
    assert covered == pytest.approx(600 / 700)
    assert set(document["seconds"]) >= {"feeds", "streets", "walks", "standards", "total"}
    assert {file.name for file in (files / "out").iterdir()} == {
        "summary.json",
        "cells.geojson",
        "cells.csv",
        "cells.parquet",
    }


def test_without_json_a_person_reads_a_table(files: Path) -> None:
    result = run(files, "--preset", "sdg-11.2.1")
    assert result.exit_code == 0
    assert "covered 85.7%, not_covered 14.3%" in result.stdout
    assert str(files / "out") in result.stdout


def test_only_the_presets_asked_for_in_the_window_asked_for(files: Path) -> None:
    chosen = ("--preset", "ghsci", "--preset", "japan-urban", "--json")
    document = summary(run(files, *chosen, **{"from": "07:00", "to": "09:00"}))
    assert list(document["presets"]) == ["ghsci", "japan-urban"]
    assert document["window"] == {"from": "07:00", "to": "09:00"}


def test_several_feeds_may_follow_one_gtfs_option_or_several(files: Path) -> None:
    isleta.feed(files, isleta.ALL_DAY[:50], "second.zip")
    second = str(files / "second.zip")
    for words in (("--gtfs", second), (second,)):
        document = summary(run(files, *words, "--json"))
        assert len(document["feeds"]) == 2


def test_hours_without_data_are_not_assessed_and_not_an_error(files: Path) -> None:
    feed = isleta.feed(files, [t for t in isleta.ALL_DAY if 11 <= t.start_hour < 16], "noon.zip")
    document = summary(run(files, "--json", gtfs=str(feed), **{"from": "07:00", "to": "09:00"}))
    sdg = document["presets"]["sdg-11.2.1"]
    assert sdg["population_share"]["not_assessed"] == 1.0
    assert sdg["not_assessed_reasons"] == {"hours_not_covered": 1.0}


def test_a_planner_may_take_the_data_as_complete_by_name(files: Path) -> None:
    feed = isleta.feed(files, [t for t in isleta.ALL_DAY if 11 <= t.start_hour < 16], "noon.zip")
    words = ("--override-by", "Sato", "--override-reason", "no morning service", "--json")
    window = {"from": "07:00", "to": "09:00"}
    document = summary(run(files, *words, gtfs=str(feed), **window))
    assert document["gate_override"] == {"by": "Sato", "reason": "no morning service"}
    assert document["presets"]["sdg-11.2.1"]["population_share"]["not_covered"] == 1.0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gtfs": "nowhere.zip"}, "There is no feed at nowhere.zip."),
        ({"streets": "nowhere.pbf"}, "--streets: there is no file nowhere.pbf."),
        ({"population": "nowhere.csv"}, "--population: there is no file nowhere.csv."),
        ({"preset": "sdg"}, "There is no preset sdg. Known: sdg-11.2.1, ec-regio,"),
        (
            {"date": "2031-01-01"},
            "2031-01-01 is outside the calendar of every feed "
            "(Autobuses: 2023-03-01 to 2023-03-01).",
        ),
        ({"date": "1 March"}, "--date is '1 March'; it must be a date such as 2023-03-01."),
        ({"from": "7", "to": "09:00"}, "--from is '7'; it must be a time such as 07:00,"),
        ({"from": "07:00", "to": "09:60"}, "--to is '09:60'; it must be a time"),
        ({"from": "07:00"}, "Give --from and --to together, or neither."),
        ({"from": "09:00", "to": "07:00"}, "--to (07:00) must be later than --from (09:00);"),
        ({"override_by": "Sato"}, "--override-by and --override-reason together"),
        ({"streets": None}, "choose straight lines explicitly"),
    ],
)
def test_bad_input_ends_with_a_sentence_and_status_2(
    files: Path, changes: dict[str, str | None], sentence: str
) -> None:
    result = run(files, **{name.replace("_", "-"): value for name, value in changes.items()})
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert not (files / "out").exists()


def test_a_folder_that_cannot_be_written_is_told(files: Path) -> None:
    (files / "out").write_text("a file, not a folder", encoding="utf-8")
    result = run(files)
    assert result.exit_code == 2
    assert "cannot be used as a folder" in result.stderr
