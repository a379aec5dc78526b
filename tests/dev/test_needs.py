from pathlib import Path

import pytest

from devtools.needs import CONTAINS, NEEDS, missing_groups

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


@pytest.mark.parametrize(
    ("wanted", "installed", "missing"),
    [
        ({"analytics", "build"}, set(), {"analytics", "build"}),
        ({"analytics", "build"}, {"build"}, {"analytics"}),
        ({"analytics", "build"}, {"dev"}, set()),
        ({"dev"}, {"analytics", "build"}, {"dev"}),
        ({"dev"}, {"dev"}, set()),
    ],
)
def test_missing_groups(wanted: set[str], installed: set[str], missing: set[str]) -> None:
    assert missing_groups(frozenset(wanted), frozenset(installed)) == missing


def test_every_group_has_its_lock_file() -> None:
    groups = set().union(*(needs.groups for needs in NEEDS.values()), *CONTAINS.values(), CONTAINS)
    assert {path.stem for path in REQUIREMENTS.glob("*.txt")} == groups
