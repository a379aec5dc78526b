"""Bringing a database to the shape that this version of the program expects, and back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from api.database import psycopg_url


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    # ConfigParser reads % as its own.
    config.set_main_option("sqlalchemy.url", psycopg_url(url).replace("%", "%%"))
    return config


def knows(revision: str) -> bool:
    """Whether this version of the program has that migration."""
    script = ScriptDirectory(str(Path(__file__).parent))
    return revision in {each.revision for each in script.walk_revisions()}


def upgrade(url: str, revision: str = "head", connection: Connection | None = None) -> None:
    """Bring a database up to `revision`; on a `connection` within its transaction."""
    command.upgrade(_config(url, connection), revision)


def downgrade(url: str, revision: str = "base", connection: Connection | None = None) -> None:
    """Take a database down to `revision`; `base` leaves nothing of ours."""
    command.downgrade(_config(url, connection), revision)


def _config(url: str, connection: Connection | None) -> Config:
    config = alembic_config(url)
    config.attributes["connection"] = connection
    return config
