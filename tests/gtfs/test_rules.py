"""Every rule on the smallest feed that breaks it: exactly these notices, no more and no fewer."""

import zipfile
from pathlib import Path

import pytest

from gtfs.raw import read_raw_feed
from gtfs.validation import RULES, judge
from tests.support.feeds import brief, small_raw_feed, write_folder
from tests.support.rule_cases import (
    Case,
    booking_rules,
    calendars,
    fares,
    fields,
    files,
    flex,
    formats,
    headers,
    keys,
    locations,
    ranges,
    rows,
    shapes,
    stops,
    times,
    transfers,
    translations,
    trips,
)

IN_SUBFOLDER = ("invalid_input_files_in_subfolder", None, None, None, None)
CASES: list[Case] = [
    case
    for module in (
        booking_rules,
        calendars,
        fares,
        fields,
        files,
        flex,
        formats,
        headers,
        keys,
        locations,
        ranges,
        rows,
        shapes,
        stops,
        times,
        transfers,
        translations,
        trips,
    )
    for case in module.CASES
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_broken_rule_gives_exactly_these_notices(case: Case) -> None:
    report = judge(small_raw_feed(**case.files))
    expected = [(case.code, *found) for found in case.found] + case.also
    assert sorted(map(brief, report.notices), key=str) == sorted(expected, key=str)


def test_files_in_a_folder_of_the_archive_are_read_with_a_notice(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "GTFS 2026")
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"GTFS 2026/{file.name}")
    report = judge(read_raw_feed(tmp_path / "feed.zip"))
    assert [brief(notice) for notice in report.notices] == [IN_SUBFOLDER]


def test_every_rule_has_a_case() -> None:
    assert {rule.code() for rule in RULES} == {case.code for case in CASES} | {IN_SUBFOLDER[0]}


def test_a_sound_feed_has_no_notices() -> None:
    assert judge(small_raw_feed()).notices == ()


def test_codes_are_unique() -> None:
    codes = [rule.code() for rule in RULES]
    assert sorted(set(codes)) == sorted(codes)
