"""The virtual environment, and the locked Python packages in it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from devtools.console import Console
from devtools.failures import PreparationFailed
from devtools.lockfiles import pinned
from devtools.needs import missing_groups
from devtools.stamps import contents, fingerprint
from devtools.workspace import Workspace

ROOM_BYTES = 3_000_000_000


def make_venv(workspace: Workspace, console: Console) -> None:
    """Make `.venv`, or keep the one there is if it works where it stands."""
    made_for = {"root": str(workspace.root), "python": sys.version.split()[0]}
    python = workspace.bin / "python"
    if workspace.stamps.matches("venv", made_for, python):
        return
    if not _usable(python):
        _require_room(workspace.root)
        _require_ensurepip()
        # A venv is bound to its path, so one that was moved or is half-made is made anew; by
        # its base Python, as the running one may be the very one that goes.
        shutil.rmtree(workspace.venv, ignore_errors=True)
        command = [_base_python(), "-m", "venv", str(workspace.venv)]
        workspace.run(console, f"Making {workspace.venv}", "venv", command)
    workspace.stamps.record("venv", made_for)


def _usable(python: Path) -> bool:
    """Whether `python` runs, is this minor version and can install packages where it stands."""
    if not python.exists():
        return False
    probe = "import pip, sys; print(sys.prefix, *sys.version_info[:2], sep='|')"
    result = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, check=False)
    expected = "|".join(map(str, [python.parent.parent, *sys.version_info[:2]]))
    return result.returncode == 0 and result.stdout.strip() == expected and _not_moved(python)


def _not_moved(python: Path) -> bool:
    """Whether the commands beside `python` start it, and not one at a former place."""
    pip = python.parent / "pip"
    return pip.exists() and str(python.parent) in pip.read_text("utf-8", errors="replace")


def _base_python() -> str:
    """The Python that this one was made from, when this one is a venv's."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix) / "bin" / name
    return str(base) if base.exists() else sys.executable


def _require_ensurepip() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise PreparationFailed(
            f"This Python ({sys.executable}) came without venv and ensurepip. Install them "
            f"(on Debian or Ubuntu: apt-get install python{version}-venv) and run the same "
            "command again."
        )


def _require_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_BYTES:
        raise PreparationFailed(
            f"Only {free / 1e9:.1f} GB are free where {folder} is; Teiki's environment needs "
            f"{ROOM_BYTES / 1e9:.0f} GB. Free some space and run the same command again."
        )


def install_uv(workspace: Workspace, console: Console) -> None:
    """Install the locked uv with the environment's own pip, however old that is."""
    requirement = pinned((workspace.root / "requirements/build.txt").read_text("utf-8"), "uv")
    if workspace.stamps.matches("uv", requirement, workspace.bin / "uv"):
        return
    wanted = workspace.log("uv-requirement")
    wanted.write_text(requirement, "utf-8")
    pip = [workspace.command("python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    install = ["install", "--require-hashes", "--only-binary", ":all:", "-r", str(wanted)]
    workspace.run(console, "Installing uv, the package installer", "uv", [*pip, *install])
    workspace.stamps.record("uv", requirement)


def install_packages(workspace: Workspace, groups: frozenset[str], console: Console) -> None:
    """Install what the lock files of `groups` pin, checking every hash."""
    locked = fingerprint(contents(workspace.root, ["requirements"]))
    installed = _installed_groups(workspace.stamps.last("packages"), locked)
    missing = missing_groups(groups, installed)
    if not missing:
        return
    _require_room(workspace.root)
    files = [part for group in sorted(missing) for part in ("-r", f"requirements/{group}.txt")]
    workspace.stamps.forget("packages")
    command = [*_uv_install(workspace), "--require-hashes", *files]
    workspace.run(console, "Installing Python packages", "packages", command)
    workspace.stamps.record("packages", {"locked": locked, "groups": sorted(installed | missing)})


def install_project(workspace: Workspace, console: Console) -> None:
    """Install this clone itself, editable, with its `teiki` command."""
    described = fingerprint(contents(workspace.root, ["pyproject.toml"]))
    if workspace.stamps.matches("project", described, workspace.bin / "teiki"):
        return
    options = ["--no-deps", "--no-build-isolation", "--offline", "-e", "."]
    command = [*_uv_install(workspace), *options]
    workspace.run(console, "Installing the teiki command", "project", command)
    workspace.stamps.record("project", described)


def _uv_install(workspace: Workspace) -> list[str]:
    python = workspace.command("python")
    return [workspace.command("uv"), "pip", "install", "--python", python]


def _installed_groups(last: object, locked: str) -> frozenset[str]:
    """The groups that `last` records as installed, if from the same set of lock files."""
    if isinstance(last, dict) and last.get("locked") == locked:
        return frozenset(last["groups"])
    return frozenset()
