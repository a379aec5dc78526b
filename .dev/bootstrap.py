"""Prepares `.venv` for a make target; standard library only, and all words on standard error.

`bootstrap.py demo|test|check|lock` makes ready what that target needs and does nothing slow
when nothing changed; `bootstrap.py chromium` prints the path of a browser, or nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from devtools import browser
from devtools.console import Console
from devtools.failures import PreparationFailed
from devtools.needs import NEEDS
from devtools.prepare import prepare
from devtools.workspace import Workspace

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run one request; 0 when ready, 1 with a sentence that says what to do, 130 on Ctrl-C."""
    console = Console(sys.stderr)
    workspace = Workspace(Path(__file__).resolve().parent.parent)
    try:
        match arguments:
            case ["chromium"]:
                path = browser.find_or_install(console, workspace)
                sys.stdout.write(f"{path}\n" if path else "")
            case [target] if target in NEEDS:
                prepare(workspace, NEEDS[target], console)
            case _:
                console.say(f"usage: bootstrap.py {'|'.join(NEEDS)}|chromium")
                return 2
    except PreparationFailed as failure:
        console.say(str(failure))
        return 1
    except KeyboardInterrupt:
        console.say("Stopped. The same command goes on where this one left off.")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
