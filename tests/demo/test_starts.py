"""Second starts, interrupted starts, and a database that goes away under the demo."""

from __future__ import annotations

import re
import signal

import httpx

from tests.demo.conftest import RESIDENTS, Lived
from tests.support.demo_command import Finished, demo_place, has_ended

MURORAN = ("--city", "muroran")
OPEN = "Ctrl-C stops the demo"


def test_a_second_start_finds_the_city_as_it_was(lived: Lived) -> None:
    again = lived.place.run(*MURORAN, "--once", "--json")
    assert (again.code, again.out) == (0, lived.first.out)
    assert "Playing" not in again.told


def test_another_number_of_residents_asks_for_a_fresh_start(lived: Lived) -> None:
    asked = lived.place.run(*MURORAN, "--once", "--residents", "41")
    assert asked.code == 2
    assert "--fresh" in asked.told


def test_an_open_city_signs_people_in_once_and_ends_with_its_database(lived: Lived) -> None:
    with lived.place.started(*MURORAN, "--json") as demo:
        demo.wait_for(OPEN)
        _visit(demo.told)
        second = lived.place.run(*MURORAN, "--once")
        assert (second.code, "running already" in second.told) == (1, True)
        lived.place.postgres("muroran").send_signal(signal.SIGKILL)
        ended = demo.finish()
    assert ended.code == 1
    assert "database has gone away" in ended.told.splitlines()[-1]
    assert lived.place.run(*MURORAN, "--once", "--json").summary == lived.first.summary


def _visit(told: str) -> None:
    """A resident opens the link: rides of the service day are there, and the clock runs on."""
    link = re.search(r"resident \S+, with.*\n\s+(http://\S+)/sign-in#token=(\S+)", told)
    assert link is not None, told
    with httpx.Client(base_url=link[1]) as browser:
        now = browser.get("/v1/time").json()
        assert (now["service_date"], now["simulated"]) == ("2020-06-03", True)
        headers = {"x-csrf-token": browser.cookies["teiki_csrf"]}
        signed_in = [
            browser.post("/v1/sessions", json={"token": link[2]}, headers=headers).status_code
            for _ in range(2)
        ]
        assert signed_in == [201, 401]
        rides = browser.get("/v1/me/rides").json()["items"]
        assert {ride["service_date"] for ride in rides} == {"2020-06-03"}


def test_ctrl_c_stops_the_demo_and_its_server(lived: Lived) -> None:
    with lived.place.started(*MURORAN, "--json") as demo:
        demo.wait_for(OPEN)
        server = lived.place.postgres("muroran")
        demo.process.send_signal(signal.SIGINT)
        stopped = demo.finish()
    assert (stopped.code, stopped.told.splitlines()[-1]) == (0, "stopped")
    assert has_ended(server)


def test_an_interrupted_first_start_is_begun_anew_with_the_same_day(lived: Lived) -> None:
    asked = (*MURORAN, "--once", "--json", "--residents", RESIDENTS)
    with demo_place() as place:
        with place.started(*asked) as demo:
            demo.wait_for("Playing")
            server = place.postgres("muroran")
            demo.process.send_signal(signal.SIGKILL)
            assert demo.finish().out == ""
        again = place.run(*asked)
        # The server that the killed demo left was adopted, and stopped in the end.
        assert has_ended(server)
    assert "did not finish" in again.told
    assert _day(again) == _day(lived.first)


def _day(run: Finished) -> dict[str, object]:
    """What must come out the same whenever the same city is played."""
    names = ("subscriptions", "passes", "authorizations", "refusals", "boardings", "trip_facts")
    return {name: run.summary[name] for name in names}
