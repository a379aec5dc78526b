"""What a command is doing, shown on standard error while it does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Stage = Callable[[str], AbstractContextManager[Any]]


@contextmanager
def stages(names: dict[str, str] | None = None) -> Iterator[Stage]:
    """Yield a function: `with stage("walks"): ...` shows the stage and the time it takes.

    `names` are words for a person where the stage's own name is terse.
    """
    words = names or {}
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:

        @contextmanager
        def stage(name: str) -> Iterator[None]:
            task = progress.add_task(words.get(name, name), total=1)
            yield
            progress.update(task, completed=1)

        yield stage
