"""The presets, and how they grade."""

import numpy as np
import pytest

from analytics.grading import classify
from analytics.problems import InputError
from analytics.standards import STANDARDS, choose_standards

HOUR = 3600


def test_the_presets_are_those_of_the_method() -> None:
    reach = {name: dict(standard.reach_meters) for name, standard in STANDARDS.items()}
    assert reach == {
        "sdg-11.2.1": {"bus": 500, "tram": 500, "rail": 1000, "ferry": 1000},
        "ec-regio": {"bus": 417, "tram": 417, "rail": 833},
        "japan-urban": {"bus": 300, "tram": 500, "rail": 500},
        "japan-regional": {"bus": 500, "tram": 1000, "rail": 1000},
        "japan-subsidy": {"bus": 1000, "tram": 1000, "rail": 1000, "ferry": 1000},
        "japan-location-plan": {"bus": 300, "tram": 800, "rail": 800},
        "ghsci": {"bus": 500, "tram": 500, "rail": 500, "ferry": 500},
        "ghsci-30": {"bus": 500, "tram": 500, "rail": 500, "ferry": 500},
        "ghsci-20": {"bus": 500, "tram": 500, "rail": 500, "ferry": 500},
    }


def test_only_the_japanese_rules_are_stated_as_straight_lines() -> None:
    straight = {name for name, standard in STANDARDS.items() if standard.straight_line}
    assert straight == {name for name in STANDARDS if name.startswith("japan-")}


def test_every_rule_says_where_it_comes_from_in_two_languages() -> None:
    for standard in STANDARDS.values():
        texts = (standard.name.ja, standard.name.en, standard.rule.ja, standard.rule.en)
        assert all(texts) and standard.source


@pytest.mark.parametrize(
    ("preset_id", "expected"),
    [
        ("ec-regio", (6 * HOUR, 20 * HOUR)),
        ("ghsci-20", (7 * HOUR, 19 * HOUR)),
        ("sdg-11.2.1", None),
    ],
)
def test_windows_when_none_is_asked_for(preset_id: str, expected: tuple[int, int] | None) -> None:
    assert STANDARDS[preset_id].window_for(None) == expected
    assert STANDARDS[preset_id].window_for((1, 2)) == (1, 2)


def test_services_a_day_are_counted_over_the_day() -> None:
    assert STANDARDS["japan-location-plan"].window_for((7 * HOUR, 9 * HOUR)) is None


@pytest.mark.parametrize(
    ("preset_id", "values", "classes"),
    [
        ("sdg-11.2.1", [0, 1], ["not_covered", "covered"]),
        (
            "ec-regio",
            [0, 0.1, 3.9, 4, 10, 10.1],
            ["none", "low", "low", "medium", "medium", "high"],
        ),
        ("japan-location-plan", [0, 29, 30], ["not_covered", "not_covered", "covered"]),
        ("ghsci", [0, 0.1], ["not_covered", "covered"]),
        ("ghsci-30", [1.9, 2], ["not_covered", "covered"]),
        ("ghsci-20", [2.9, 3], ["not_covered", "covered"]),
    ],
)
def test_grades(preset_id: str, values: list[float], classes: list[str]) -> None:
    assert classify(STANDARDS[preset_id], np.array(values)).tolist() == classes


def test_presets_are_chosen_once_and_in_order() -> None:
    chosen = choose_standards(["ghsci", "sdg-11.2.1", "ghsci"])
    assert [standard.standard_id for standard in chosen] == ["ghsci", "sdg-11.2.1"]
    assert len(choose_standards([])) == len(STANDARDS)


def test_an_unknown_preset_is_named_beside_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no preset sdg\. Known: sdg-11\.2\.1"):
        choose_standards(["sdg"])
