"""The `teiki` command: every part of running a town, from a terminal or a script."""


def main() -> None:
    """Entry point of the console script."""
    from api.cli.main import app

    app()
