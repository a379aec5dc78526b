"""The web server starts without the libraries of analysis: they are heavy, and not always there."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "numba",
    "pandas",
    "gtfs_kit",
    "osmnx",
    "duckdb",
    "ibis",
    "pyarrow",
    "shapely",
    "geopandas",
    "h3",
)


def test_the_application_and_the_command_line_import_no_library_of_analysis() -> None:
    script = f"""
import sys
import api.app, api.jobs, api.cli, api.feeds.importing, api.insights.export
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert (run.stdout.strip(), run.stderr) == ("[]", "")
