"""Where everything of one clone is, and the turn-taking of two makes in it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools.console import Console
from devtools.stamps import Stamps

# uv fetches no Python of its own, and Debian's installer asks nothing.
FIXED = {"UV_PYTHON_DOWNLOADS": "never", "DEBIAN_FRONTEND": "noninteractive"}

# Where there is a system store, uv and Node trust it too, as pip does: an organisation that
# inspects its traffic has put its certificate there.
SYSTEM_TRUST = {"UV_SYSTEM_CERTS": "true", "NODE_USE_SYSTEM_CA": "1"}
CERTIFICATE_STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of one clone."""

    root: Path

    @property
    def venv(self) -> Path:
        """The environment everything is installed into."""
        return self.root / ".venv"

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.venv / "bin"

    def command(self, name: str) -> str:
        """The path of one of those commands."""
        return str(self.bin / name)

    @property
    def stamps(self) -> Stamps:
        """What was done last; goes when the environment goes."""
        return Stamps(self.venv / ".done")

    def log(self, step: str) -> Path:
        """Where a step's full output is kept."""
        folder = self.venv / ".log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{step}.txt"

    def run(
        self,
        console: Console,
        title: str,
        step: str,
        command: Sequence[str],
        folder: str = ".",
    ) -> None:
        """Run one step's child process in `folder`, its output kept in the step's log."""
        where = self.root / folder
        console.run(title, command, log=self.log(step), cwd=where, env=self.environment())

    def environment(self) -> dict[str, str]:
        """The variables for child processes: the environment's own commands come first."""
        path = os.pathsep.join([str(self.bin), os.environ.get("PATH", os.defpath)])
        trust = SYSTEM_TRUST if any(Path(store).exists() for store in CERTIFICATE_STORES) else {}
        return {**FIXED, **trust, **os.environ, "PATH": path}


@contextmanager
def alone(workspace: Workspace, console: Console) -> Iterator[None]:
    """Two makes in one clone take turns; the lock goes with the process, however it ends."""
    with (workspace.root / "Makefile").open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say("Waiting for another make in this folder to finish preparing ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
