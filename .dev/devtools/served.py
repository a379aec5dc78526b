"""Which real PostgreSQL and Redis answer on this machine, for a second run of the tests.

`start` prints shell assignments for the servers it found and, on standard error, what it
found; the PostgreSQL one names a role made for this run. `stop` removes that role and
whatever it owns.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shlex
import sys

import psycopg
import redis
from psycopg import sql

POSTGRES = "TEIKI_TEST_DATABASE_URL"
REDIS = "TEIKI_TEST_REDIS_URL"
ADMIN = "TEIKI_CI_ADMIN_DATABASE_URL"
ROLE = "TEIKI_CI_ROLE"


def main(arguments: list[str]) -> int:
    """Carry out `start` or `stop`; 0 on success, also when nothing answers."""
    match arguments:
        case ["start"]:
            _print_assignments({**_postgres(), **_redis()})
        case ["stop"]:
            if ADMIN in os.environ:
                _drop_role(os.environ[ADMIN], os.environ[ROLE])
        case _:
            _say("usage: python -m devtools.served start|stop")
            return 2
    return 0


def _postgres() -> dict[str, str]:
    named = os.environ.get(POSTGRES)
    users = dict.fromkeys([getpass.getuser(), "postgres"])
    usual = [f"postgresql://{user}@localhost:5432/postgres" for user in users]
    for address in [named] if named else usual:
        try:
            with psycopg.connect(address, connect_timeout=3, autocommit=True) as connection:
                role, password = f"teiki_ci_{secrets.token_hex(4)}", secrets.token_hex(16)
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(password)
                    )
                )
                info = connection.info
                _say(f"PostgreSQL {info.server_version // 10000} answers at {info.host}.")
                own = f"postgresql://{role}:{password}@{info.host}:{info.port}/{info.dbname}"
                return {POSTGRES: own, ADMIN: address, ROLE: role}
        except psycopg.OperationalError as error:
            _say(f"No PostgreSQL: {str(error).splitlines()[0]}")
    return {}


def _redis() -> dict[str, str]:
    address = os.environ.get(REDIS) or "redis://localhost:6379/15"
    try:
        with redis.Redis.from_url(address, socket_connect_timeout=3) as client:
            _say(f"Redis {client.info('server')['redis_version']} answers.")
            return {REDIS: address}
    except redis.ConnectionError as error:
        _say(f"No Redis: {error}")
    return {}


def _drop_role(admin: str, role: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        owned = connection.execute(
            "SELECT datname FROM pg_database JOIN pg_roles ON datdba = pg_roles.oid"
            " WHERE rolname = %s",
            (role,),
        ).fetchall()
        for (name,) in owned:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def _print_assignments(values: dict[str, str]) -> None:
    for name, value in values.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
