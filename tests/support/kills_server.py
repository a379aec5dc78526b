"""One server of the product, as its own process, with a clock that stands still.

Run: python -m tests.support.kills_server PORT
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvicorn

from api.app import create_app
from api.clock import DemoClock
from api.database import Database
from api.settings import DEVELOPMENT_SECRET, Settings
from tests.support.riders import NOW


def settings_of(url: str) -> Settings:
    """What every server of the town runs with."""
    return Settings(
        environment="development",
        data_dir=Path(),
        lake_url="",
        base_url="http://localhost",
        secret=DEVELOPMENT_SECRET,
        database_url=url,
        log_level="CRITICAL",
        sign_in_limit_per_minute=0,
    )


def main() -> None:
    url = os.environ["KILLS_DATABASE_URL"]
    app = create_app(settings_of(url), Database(url), DemoClock(NOW))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None)


if __name__ == "__main__":
    main()
