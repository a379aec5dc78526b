"""The settings that every server under measurement runs with."""

from __future__ import annotations

import os
from pathlib import Path

from api.settings import DEVELOPMENT_SECRET, Settings


def settings() -> Settings:
    """As a town would run it, logging errors only; the database comes from the parent."""
    return Settings(
        environment="development",
        data_dir=Path(os.environ.get("TMPDIR", "/tmp")),
        lake_url="",
        base_url="http://localhost",
        secret=DEVELOPMENT_SECRET,
        database_url=os.environ["BENCH_DATABASE_URL"],
        log_level="ERROR",
        sign_in_limit_per_minute=0,
    )
