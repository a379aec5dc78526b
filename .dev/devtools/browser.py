"""Which Chromium the browser tests drive: the one named, one on the machine, or a Debian one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from devtools.console import Console
from devtools.failures import PreparationFailed
from devtools.workspace import Workspace

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Where Playwright keeps the browsers that it downloaded, by system.
CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
BUILDS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
NONE_FOUND = (
    "No Chromium was found, so the browser tests are not run. To have them: apt-get install "
    "chromium, or .venv/bin/playwright install chromium, or name one in TEIKI_CHROMIUM."
)


def find_or_install(console: Console, workspace: Workspace) -> str | None:
    """The path of a Chromium, or None; as root on Debian it is installed when there is none.

    `TEIKI_CHROMIUM` decides when set: a path is taken as it is, `none` means no browser.
    """
    named = os.environ.get("TEIKI_CHROMIUM")
    if named is not None:
        return None if named in ("", "none") else named
    found = on_path() or in_caches(map(Path, CACHES))
    if found is None and _may_install():
        found = _install(console, workspace)
    if found is None:
        console.say(NONE_FOUND)
    return found


def on_path(path: str | None = None) -> str | None:
    """The first known browser command on `path` (the PATH variable by default)."""
    return next((hit for name in NAMES if (hit := shutil.which(name, path=path))), None)


def in_caches(caches: Iterable[Path]) -> str | None:
    """The newest Chromium that Playwright downloaded into one of `caches`."""
    for cache in caches:
        for pattern in BUILDS:
            hits = sorted(cache.expanduser().glob(pattern), key=_build_number)
            if hits:
                return str(hits[-1])
    return None


def _build_number(path: Path) -> int:
    folder = next(part for part in path.parts if part.startswith("chromium-"))
    digits = folder.removeprefix("chromium-")
    return int(digits) if digits.isdigit() else 0


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(console: Console, workspace: Workspace) -> str | None:
    console.say(
        "The browser tests need Chromium and there is none; installing Debian's, as this is "
        "root (TEIKI_CHROMIUM=none leaves it and those tests out)."
    )
    apt_get = ["apt-get", "-o", "Dpkg::Use-Pty=0", "-y", "--no-install-recommends"]
    steps = {
        "Reading Debian's package lists": [*apt_get, "update"],
        "Installing Chromium": [*apt_get, "install", "chromium", "fonts-noto-cjk"],
    }
    try:
        for title, command in steps.items():
            workspace.run(console, title, "chromium", command)
    except PreparationFailed as failure:
        console.say(str(failure))
    return on_path()
