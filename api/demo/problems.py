"""What can go wrong with a demo, in sentences that say what to do."""

from __future__ import annotations


class DemoError(Exception):
    """The demo can't go on; the message is for the person at the terminal.

    `exit_code` is 2 where the request was wrong, else 1.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def database_gone() -> DemoError:
    """The server ended under the demo."""
    return DemoError(
        "The demo's database has gone away. Start the demo again: a day that was played in full is "
        "kept, one that was not is played anew."
    )
