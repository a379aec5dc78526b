"""How a person at the terminal sees what is being done, and that it is still going on."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from devtools.failures import PreparationFailed, describe

REDRAW_SECONDS = 1.0
REPEAT_SECONDS = 10.0
WIDTH = 96


def progress_line(title: str, seconds: float, last_words: str) -> str:
    """One line: the step, how long it has run, and what the tool behind it said last."""
    line = f"  {title}: {seconds:.0f} s"
    detail = " ".join(last_words.split())
    return f"{line}, {detail}"[:WIDTH] if detail else line


class Console:
    """Writes to one stream: redraws one line on a terminal, writes new lines anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty() and os.environ.get("TERM") != "dumb"

    def say(self, text: str) -> None:
        """Print one message."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def run(
        self,
        title: str,
        command: Sequence[str],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run one child process with its progress shown; raise `PreparationFailed` if it fails.

        Everything that the child prints goes to `log`; its standard input is closed.
        """
        self.say(f"{title} ...")
        started = time.monotonic()
        with (
            log.open("w", encoding="utf-8") as log_file,
            subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as child,
        ):
            output = self._follow(title, child, log_file)
        self._clear()
        if child.returncode != 0:
            raise PreparationFailed(describe(title, output, str(log)))
        self.say(f"  done in {time.monotonic() - started:.1f} s")

    def _follow(self, title: str, child: subprocess.Popen[str], log_file: TextIO) -> str:
        lines: list[str] = []
        over = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(title, lines, over), daemon=True)
        ticker.start()
        try:
            for line in child.stdout or ():
                log_file.write(line)
                if line.strip():
                    lines.append(line.rstrip())
        finally:
            over.set()
            ticker.join()
        return "\n".join(lines)

    def _tick(self, title: str, lines: list[str], over: threading.Event) -> None:
        started = time.monotonic()
        while not over.wait(REDRAW_SECONDS if self._live else REPEAT_SECONDS):
            text = progress_line(title, time.monotonic() - started, lines[-1] if lines else "")
            self._stream.write(f"\r{text:<{WIDTH}}" if self._live else f"{text}\n")
            self._stream.flush()

    def _clear(self) -> None:
        if self._live:
            self._stream.write(f"\r{'':<{WIDTH}}\r")
