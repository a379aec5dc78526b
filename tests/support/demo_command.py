"""`teiki demo` as a person runs it: a process of its own, in a data folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from api.embedded_postgres import database_folder
from tests.support.postgres import PREFIX

COMMAND = (sys.executable, "-c", "from api.cli import main; main()", "demo")
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Finished:
    """A demo that has ended."""

    code: int
    out: str
    told: str

    @property
    def summary(self) -> dict[str, Any]:
        """The last line of standard output."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


@dataclass(frozen=True)
class DemoPlace:
    """A data folder that demos run in."""

    folder: Path

    def run(self, *arguments: str) -> Finished:
        """Run a demo to its end."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--port", "0"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self._environment(),
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def started(self, *arguments: str) -> Iterator[RunningDemo]:
        """A demo while it runs; what is left of it is killed."""
        with tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(
                [*COMMAND, *arguments, "--port", "0"],
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=self._environment(),
            )
            try:
                yield RunningDemo(process, out)
            finally:
                process.kill()
                process.communicate()

    def postgres(self, city_id: str) -> psutil.Process:
        """The city's embedded server."""
        pid_file = database_folder(self.folder / f"demo-{city_id}") / "postmaster.pid"
        return psutil.Process(int(pid_file.read_text("utf-8").split()[0]))

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TEIKI_")}
        return kept | {"TEIKI_DATA_DIR": str(self.folder)}


@dataclass
class RunningDemo:
    """A demo that runs, and what it has said so far."""

    process: subprocess.Popen[str]
    out: IO[str]
    told: str = ""

    def wait_for(self, words: str) -> None:
        """Read standard error until it says something."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.told += line
            if words in line:
                return
        raise AssertionError(f"the demo ended without saying {words!r}: {self.told}")

    def finish(self) -> Finished:
        """Wait for its end."""
        _, rest = self.process.communicate(timeout=PATIENCE_SECONDS)
        self.out.seek(0)
        return Finished(self.process.returncode, self.out.read(), self.told + rest)


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or only waits for a parent to notice."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@contextmanager
def demo_place() -> Iterator[DemoPlace]:
    """A new data folder; its servers are stopped and it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as name:
        folder = Path(name)
        # As root the server runs as another user, who must be able to walk here.
        folder.chmod(0o755)
        place = DemoPlace(folder)
        try:
            yield place
        finally:
            for city in folder.glob("demo-*"):
                _stop(place, city.name.removeprefix("demo-"))


def _stop(place: DemoPlace, city_id: str) -> None:
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        server = place.postgres(city_id)
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=30)
