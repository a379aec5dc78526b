"""The `teiki` command: every part of running a town, from a terminal or a script."""

from api.cli.main import main

__all__ = ["main"]
