"""What the demo is doing, on standard error: bars at a terminal, lines in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

Done = Callable[[int], None]


class Stages:
    """Shows one stage at a time and keeps how many seconds each took."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, words: str, total: int | None = None) -> Iterator[Done]:
        """Show a stage while it lasts; the function given takes how many of `total` are done."""
        started = time.monotonic()
        with self._shown(words, total) as done:
            yield done
        self.seconds[name] = round(time.monotonic() - started, 2)
        self.console.print(f"{words}: {self.seconds[name]} s", highlight=False)

    @contextmanager
    def _shown(self, words: str, total: int | None) -> Iterator[Done]:
        if not self.console.is_terminal:
            self.console.print(f"{words} ...", highlight=False)
            yield _unshown
            return
        columns = [SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()]
        if total is not None:
            columns += [BarColumn(), MofNCompleteColumn()]
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(words, total=total)
            yield lambda count: progress.advance(task, count)


def _unshown(_: int) -> None:
    """In a log nobody counts along."""
