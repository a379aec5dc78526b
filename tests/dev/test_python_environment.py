import io
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from devtools import python_environment
from devtools.console import Console
from devtools.failures import PreparationFailed
from devtools.workspace import Workspace

Usage = namedtuple("Usage", "total used free")


def make_venv(root: Path) -> None:
    python_environment.make_venv(Workspace(root), Console(io.StringIO()))


def test_too_little_room_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**10, 10**10, 5 * 10**8))
    with pytest.raises(PreparationFailed, match=r"Only 0\.5 GB are free .* needs 3 GB"):
        make_venv(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_python_without_ensurepip_is_told_which_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(PreparationFailed, match=r"apt-get install python3\.\d+-venv"):
        make_venv(tmp_path)


def test_an_environment_that_was_moved_is_made_anew(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    make_venv(here)
    here.rename(there)

    make_venv(there)

    shebang = (there / ".venv/bin/pip").read_text("utf-8").splitlines()[0]
    assert str(there) in shebang
    probe = subprocess.run(
        [there / ".venv/bin/python", "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert probe.stdout.strip() == str(there / ".venv")


def test_an_environment_that_works_is_kept(tmp_path: Path) -> None:
    make_venv(tmp_path)
    mark = tmp_path / ".venv/mark"
    mark.touch()

    (tmp_path / ".venv/.done/venv.json").unlink()
    make_venv(tmp_path)
    assert mark.exists()

    (tmp_path / ".venv/bin/python").unlink()
    make_venv(tmp_path)
    assert not mark.exists()
    assert (tmp_path / ".venv/bin" / Path(sys.executable).name).exists()
