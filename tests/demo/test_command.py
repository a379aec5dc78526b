"""Bad wishes are answered with a sentence, before anything is touched."""

from __future__ import annotations

import socket

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.demo.cities import CITIES
from api.demo.problems import DemoError
from api.demo.serving import address_of, listen
from api.demo.wishes import demo_settings
from api.settings import Settings


def ask(*arguments: str, **environment: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["demo", *arguments], env=environment)
    return result.exit_code, " ".join(result.output.split())


def test_an_unknown_city_lists_the_three() -> None:
    code, told = ask("--city", "paris")
    assert code == 2
    assert all(city_id in told for city_id in CITIES)


@pytest.mark.parametrize("count", ["0", "-5", "9", "2001"])
def test_residents_are_a_sensible_number(count: str) -> None:
    code, told = ask("--residents", count)
    assert (code, "from 10 to 2000" in told) == (2, True)


def test_a_host_that_is_not_here_and_a_port_that_is_none_are_refused() -> None:
    for host, port in (("192.0.2.1", 0), ("127.0.0.1", 99999), ("no.such.host.invalid", 0)):
        with pytest.raises(DemoError, match=r"can't listen on .*--host") as raised:
            listen(host, port)
        assert raised.value.exit_code == 2


def test_a_taken_port_gives_a_free_one() -> None:
    with listen("127.0.0.1", 0) as first:
        taken = first.getsockname()[1]
        with listen("127.0.0.1", taken) as second:
            assert second.getsockname()[1] != taken
            assert address_of(second) == f"http://localhost:{second.getsockname()[1]}"


def test_answers_do_not_wait_for_one_another() -> None:
    """asyncio switches Nagle's algorithm off only on sockets that say they are TCP."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_the_demo_keeps_away_from_what_a_real_town_uses() -> None:
    real = Settings.from_env(
        {"TEIKI_LAKE_URL": "s3://real/lake", "TEIKI_REDIS_URL": "redis://real:6379/0"}
    )
    own = demo_settings(real, CITIES["muroran"])
    assert own.redis_url is None
    assert own.lake_url == str(real.data_dir / "demo-muroran" / "lake")


def test_production_is_no_place_for_it() -> None:
    production = Settings.from_env(
        {
            "TEIKI_ENV": "production",
            "TEIKI_SECRET": "x" * 48,
            "TEIKI_BASE_URL": "https://teiki.example",
        }
    )
    with pytest.raises(DemoError, match="production"):
        demo_settings(production, CITIES["muroran"])
