"""The lock files under `requirements/`: read one pin out of them, and compile them anew."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from devtools.workspace import Workspace

_COMPILE = ("--universal", "--generate-hashes", "--python-version", "3.11", "--no-header")

# In this order: the later files take their versions from dev.txt, which holds everything.
_SOURCES: dict[str, tuple[str, ...]] = {
    "dev": ("pyproject.toml", "--extra", "analytics", "--group", "dev"),
    "server": ("pyproject.toml", "-c", "requirements/dev.txt"),
    "analytics": ("pyproject.toml", "--extra", "analytics", "-c", "requirements/dev.txt"),
    "build": ("--group", "build", "-c", "requirements/dev.txt"),
}

HEADER = "# Made by `make lock` from pyproject.toml; not edited by hand.\n"


def pinned(lock: str, name: str) -> str:
    """The lines of `lock` that pin `name`, hashes included; raises LookupError when absent."""
    block = re.search(rf"^{re.escape(name)}==.*(?:\n    --hash=\S+(?: \\)?)*", lock, re.MULTILINE)
    if block is None:
        raise LookupError(f"{name} is not pinned")
    return f"{block.group(0)}\n"


def main(arguments: list[str]) -> int:
    """Compile every lock file; `--upgrade` or `--upgrade-package NAME` move the versions."""
    environment = Workspace(Path.cwd()).environment()
    for group, source in _SOURCES.items():
        target = Path("requirements") / f"{group}.txt"
        upgrade = arguments if group == "dev" else []
        command = ["uv", "pip", "compile", *_COMPILE, *upgrade, *source, "-o", str(target)]
        result = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if result.returncode != 0:
            return result.returncode
        target.write_text(HEADER + target.read_text("utf-8"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
