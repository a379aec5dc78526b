import re
import tomllib
from pathlib import Path

import pytest

from devtools.lockfiles import HEADER, pinned

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)

LOCK = """\
other==1.0 \\
    --hash=sha256:aa
    # via uv-like
uv==0.13.9 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via
    #   teiki (pyproject.toml:build)
uv-like==2.0 ; python_version < "4" \\
    --hash=sha256:dd
"""


def test_pinned_takes_one_package_with_its_hashes() -> None:
    assert pinned(LOCK, "uv") == ("uv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n")


def test_pinned_keeps_the_marker() -> None:
    assert pinned(LOCK, "uv-like") == (
        'uv-like==2.0 ; python_version < "4" \\\n    --hash=sha256:dd\n'
    )


def test_pinned_refuses_what_is_not_there() -> None:
    with pytest.raises(LookupError, match="nothing is not pinned"):
        pinned(LOCK, "nothing")


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text("utf-8")))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_file_names_no_place_and_hashes_every_package(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert text.startswith(HEADER)
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index|--find-links|--trusted)", text, re.MULTILINE)
    for name in pins(lock):
        assert "--hash=sha256:" in pinned(text, name), name


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_lock_file_has_the_versions_of_the_development_one(lock: Path) -> None:
    development = pins(ROOT / "requirements/dev.txt")
    assert pins(lock).items() <= development.items()


def test_the_lock_files_hold_all_that_pyproject_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    named = {
        "server": project["project"]["dependencies"],
        "analytics": project["project"]["optional-dependencies"]["analytics"],
        "build": groups["build"],
        "dev": [entry for entry in groups["dev"] if isinstance(entry, str)],
    }
    for group, requirements in named.items():
        locked = pins(ROOT / "requirements" / f"{group}.txt")
        for requirement in requirements:
            name = re.match(r"[A-Za-z0-9._-]+", requirement)
            assert name is not None
            assert name.group(0).lower() in locked, f"run make lock: {requirement} ({group})"
