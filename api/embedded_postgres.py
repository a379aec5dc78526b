"""A real PostgreSQL for an installation that names none: from a wheel, in the data folder.

As root its server runs as another system user; where that user can't walk to a folder, a
place of our own is used instead of opening modes that are not ours. A server whose parent was
killed is left running by the wheel, and adopted by the next start.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from api.embedded_wheel import private_place, reachable_by_others, tamed_wheel
from api.settings import SettingsError


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running embedded server; `url` is a SQLAlchemy address of database `teiki`."""

    url: str
    folder: Path
    handle: Any

    def stop(self) -> None:
        """Stop the server if this process holds the last handle to it.

        A server that somebody else has killed is stopped already.
        """
        from psutil import NoSuchProcess

        with suppress(NoSuchProcess):
            self.handle.cleanup()


def start_embedded(data_dir: Path, database: str = "teiki") -> EmbeddedPostgres:
    """Start (or adopt) the server kept under `data_dir` and make sure `database` exists.

    Raises `SettingsError` where the folder can't be used.
    """
    folder = database_folder(data_dir)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        wheel = tamed_wheel(folder.parent)
        _forget_the_dead(wheel, folder)
        handle = wheel.get_server(folder, cleanup_mode="stop")
    except OSError as error:
        raise SettingsError(
            f"The embedded PostgreSQL can't use {folder}: {error.strerror or error}. Free space "
            "or choose another place with TEIKI_DATA_DIR, or name a server with "
            "TEIKI_DATABASE_URL."
        ) from error
    address = sqlalchemy_url(handle.get_uri(), database)
    _ensure_database(handle.get_uri(), database)
    return EmbeddedPostgres(address, folder, handle)


def _forget_the_dead(wheel: ModuleType, folder: Path) -> None:
    """Strike killed processes from the wheel's list of a server's users.

    The wheel stops a server with its last user; one that was killed would keep it for ever.
    """
    from psutil import pid_exists

    users = folder / ".handle_pids.json"
    with wheel.postgres_server.PostgresServer._lock:
        if users.exists():
            alive = [pid for pid in json.loads(users.read_text() or "[]") if pid_exists(pid)]
            users.write_text(json.dumps(alive))


def database_folder(data_dir: Path) -> Path:
    """Where the cluster lives: in `data_dir`, unless root would have to open an ancestor.

    As root the server runs as another system user, who must be able to walk to the folder.
    Where an ancestor does not allow that, a folder of our own under the temporary directory
    is used instead of changing a mode that is not ours; the path is derived from `data_dir`,
    so the next start finds it.
    """
    wanted = data_dir.resolve() / "postgres"
    return wanted if reachable_by_others(wanted) else private_place(str(wanted)) / "postgres"


def sqlalchemy_url(uri: str, database: str) -> str:
    """Turn the wheel's libpq address into one for SQLAlchemy with psycopg."""
    parts = urlsplit(uri)
    host = parse_qs(parts.query).get("host", [""])[0]
    user = parts.username or "postgres"
    if host:
        return f"postgresql+psycopg://{user}@/{database}?host={quote(host, safe='')}"
    return f"postgresql+psycopg://{user}@{parts.hostname}:{parts.port}/{database}"


def _ensure_database(uri: str, database: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(uri, autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (database,)
        ).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
